import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeWav } from '../../sipgate/audio/wav-files';
import { spoken, startSpeechServer } from '../../sipgate/speech/stand-ins';
import { startActionRuntime, type ActionRuntime, type ActionRuntimeOptions } from '../helpers/action-runtime';
import { userDirectory } from './sound-flow';

const tone = (rate: number, channels = 1) =>
  makeWav({ rate, channels, duration: 0.5, sample: (time) => 0.5 * Math.sin(3000 * time) });

describe('The dialogs of voices and announcements', () => {
  let host: ActionRuntime;
  let place: ReturnType<typeof userDirectory>;
  let files: Server | undefined;
  beforeEach(() => (place = userDirectory()));
  afterEach(async () => {
    await host.stop();
    files?.closeAllConnections();
    files?.close();
    await place.remove();
  });

  const start = async (more: ActionRuntimeOptions['more'] = [], credentials?: Record<string, string>) =>
    (host = await startActionRuntime(
      { type: 'sipgate-sms' },
      { more, settings: { userDir: place.userDir }, ...(credentials ? { credentials } : {}) },
    ));
  const ask = async (route: string, body: object) => {
    const { status, body: answer } = await host.ask(`sipgate/${route}`, body);
    return { status, ...(answer as Record<string, unknown>) } as Record<string, unknown> & { status: number };
  };
  const served = async (answer: (response: ServerResponse) => void) => {
    files = createServer((_request, response) => answer(response));
    await new Promise<void>((resolve) => files?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(files.address() as AddressInfo).port}/some%20sound.wav`;
  };
  const ESPEAK = { engine: 'command', language: 'en' };

  it('list the voices of an engine and say a sentence, before the first deploy', async () => {
    await start();
    const { status, voices } = await ask('voices/new/list', { voice: ESPEAK });
    status.should.equal(200);
    (voices as object[]).should.containEql({ name: 'de', languages: ['de'] });
    const heard = await ask('voices/new/listen', { voice: ESPEAK, text: 'Good morning.' });
    Buffer.from(String(heard['wav']), 'base64').toString('latin1', 0, 4).should.equal('RIFF');
    (heard['duration'] as number).should.be.within(0.3, 3);
  });

  it('say what is wrong', async () => {
    await start();
    (await ask('voices/new/listen', { voice: ESPEAK, text: '' })).should.containEql({
      status: 400,
      message: '`text` must be a text, got an empty text. Give what is to be spoken.',
    });
    const missing = { ...ESPEAK, command: 'no-such-program' };
    (await ask('voices/new/listen', { voice: missing, text: 'x' })).should.containEql({
      status: 502,
      code: 'NOT_FOUND',
    });
    (await ask('voices/new/listen', { voice: { engine: 'http' }, text: 'x' })).should.containEql({
      code: 'INVALID_INPUT',
    });
    (await ask('voices/new/list', {})).should.containEql({ status: 403, reason: 'notDeployed' });
  });

  it('send a stored key only where the deployed voice sends it', async () => {
    const [own, other] = [await startSpeechServer(), await startSpeechServer()];
    const voice = { id: 'voice', type: 'sipgate-voice', engine: 'http', url: own.url };
    await start([voice]);
    const fields = { engine: 'http', apiKey: '__PWRD__' };
    (await ask('voices/voice/listen', { voice: { ...fields, url: own.url }, text: 'a' })).status.should.equal(
      200,
    );
    (await ask('voices/voice/listen', { voice: { ...fields, url: other.url }, text: 'a' })).should.containEql(
      {
        status: 403,
        reason: 'deployFirst',
      },
    );
    (
      await ask('voices/voice/listen', { voice: { ...fields, url: other.url, apiKey: 'new' }, text: 'a' })
    ).status.should.equal(200);
    other.questions.length.should.equal(1);
    await Promise.all([own.close(), other.close()]);
  });

  it('let listen to a text with a deployed voice or one of the editor, and to a file', async () => {
    const engine = await startSpeechServer();
    await start([{ id: 'voice', type: 'sipgate-voice', engine: 'http', url: engine.url }]);
    const text = { source: 'text', announcement: 'Hallo', voice: 'voice' };
    const { wav } = await ask('announcements/listen', text);
    Buffer.from(String(wav), 'base64').length.should.be.approximately(44 + 16_000 * 0.3, 4);
    const voiceFields = { engine: 'http', url: engine.url };
    (await ask('announcements/listen', { ...text, voice: 'new', voiceFields })).status.should.equal(200);
    (await ask('announcements/listen', { ...text, voice: '' })).should.containEql({ code: 'INVALID_INPUT' });
    writeFileSync(join(place.userDir, 'a.wav'), spoken('x'));
    (await ask('announcements/listen', { source: 'file', announcement: 'a.wav' })).status.should.equal(200);
    (await ask('announcements/listen', { source: 'file', announcement: 'b.wav' })).should.containEql({
      code: 'NOT_FOUND',
    });
    (await ask('announcements/listen', { source: 'url' })).should.containEql({ code: 'INVALID_INPUT' });
    await engine.close();
  });

  for (const [what, type, body, verdict] of [
    ['plays', 'audio/wav', tone(8000), { verdict: 'plays', duration: 0.5 }],
    ['plays without a content type', '', tone(8000), { verdict: 'plays', duration: 0.5 }],
    [
      'has the wrong format',
      'audio/wav',
      tone(44_100, 2),
      { verdict: 'format', rate: 44_100, channels: 2, bits: 16, encoding: 'pcm' },
    ],
    ['is MP3', 'audio/mpeg', Buffer.from('ID3\x03\x00'), { verdict: 'foreign', format: 'MP3' }],
    ['is a page', 'text/html', Buffer.from('<html>'), { verdict: 'noSound', words: 'a web page' }],
    [
      'is called something else',
      'text/plain',
      tone(8000),
      { verdict: 'contentType', contentType: 'text/plain' },
    ],
  ] as const)
    it(`check a URL: one that ${what}`, async () => {
      await start();
      const url = await served((response) => {
        if (type !== '') response.setHeader('content-type', type);
        response.end(body);
      });
      (await ask('announcements/check', { url })).should.deepEqual({ status: 200, ...verdict });
    });

  it('check a URL that cannot be had', async () => {
    await start();
    (await ask('announcements/check', { url: 'hello.wav' })).should.containEql({
      status: 400,
      code: 'INVALID_INPUT',
    });
    const url = await served((response) => response.writeHead(404).end());
    (await ask('announcements/check', { url })).should.containEql({
      code: 'SERVER',
      message: 'The server answered with HTTP 404. Check the URL.',
    });
    (await ask('announcements/check', { url: 'http://127.0.0.1:1/a.wav' })).should.containEql({
      code: 'NETWORK',
    });
  });

  it('keep a converted copy of what is at a URL', async () => {
    await start();
    const url = await served((response) => response.end(tone(44_100, 2)));
    const { path, duration } = await ask('announcements/copy', { url });
    String(path).should.match(/^sipgate-io\/sounds\/some-20sound-[\da-f]{8}\.wav$/);
    (duration as number).should.be.approximately(0.5, 0.01);
    readFileSync(join(place.userDir, String(path)))
      .readUInt32LE(24)
      .should.equal(8000);
    (await ask('announcements/listen', { source: 'file', announcement: path })).status.should.equal(200);
  });
});
