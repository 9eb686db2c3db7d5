import type { Socket } from 'node:net';
import { convertSound, isCancelled, listVoices, speak, type Voice } from '../../../sipgate/index';
import { errorOf } from './error-of';
import {
  sayByWyoming,
  spoken,
  startWyoming,
  wyomingEvent,
  type StandIn,
  type WyomingQuestion,
} from './stand-ins';

describe('A Wyoming server', () => {
  let server: StandIn | undefined;
  const start = async (answer?: (socket: Socket, question: WyomingQuestion) => void) =>
    (server = await startWyoming(answer));
  afterEach(() => server?.close());

  const voiceAt = (port: number, more: Partial<Voice> = {}): Voice => ({
    engine: { kind: 'wyoming', host: '127.0.0.1', port },
    language: 'de',
    name: 'de_DE-thorsten-medium',
    speed: 1,
    timeoutMs: 2000,
    ...more,
  });

  it('says a text with the voice that was chosen', async () => {
    const { port, questions } = await start();
    (await speak(voiceAt(port), 'Grüß Gott')).should.deepEqual(spoken('Grüß Gott'));
    questions.should.deepEqual([
      { type: 'synthesize', data: { text: 'Grüß Gott', voice: { name: 'de_DE-thorsten-medium' } } },
    ]);
  });

  it('is told the language where no voice is named', async () => {
    const { port, questions } = await start();
    await speak(voiceAt(port, { name: '' }), 'Hallo');
    questions.should.deepEqual([{ type: 'synthesize', data: { text: 'Hallo', voice: { language: 'de' } } }]);
  });

  it('says many texts at once without a mix-up', async () => {
    const { port } = await start();
    const texts = Array.from({ length: 20 }, (_none, index) => `Text ${index}`);
    const all = await Promise.all(texts.map((text) => speak(voiceAt(port), text)));
    all.should.deepEqual(texts.map(spoken));
  });

  it('may send its bytes as they come, and its data within the line', async () => {
    const { port } = await start(async (socket) => {
      const events = Buffer.concat([
        Buffer.from('{"type":"audio-start","data":{"rate":16000,"width":2,"channels":1}}\n'),
        Buffer.from(
          '{"type":"audio-chunk","data":{"rate":16000,"width":2,"channels":1},"payload_length":6}\nab\ncd\n',
        ),
        Buffer.from('{"type":"audio-stop"}\n'),
      ]);
      socket.setNoDelay(true);
      for (const byte of events)
        await new Promise<unknown>((resolve) => socket.write(Buffer.from([byte]), resolve));
    });
    const wav = await speak(voiceAt(port), 'x');
    wav.subarray(44).toString().should.equal('ab\ncd\n');
    wav.readUInt32LE(24).should.equal(16_000);
    (await convertSound(wav, { rate: 8000 })).wav.length.should.equal(44 + 4);
  });

  it('tells its voices', async () => {
    const { port } = await start();
    (await listVoices(voiceAt(port))).should.deepEqual([
      { name: 'de_DE-thorsten-medium', languages: ['de_DE'] },
      { name: 'en_GB-alan-low', languages: ['en_GB'] },
    ]);
  });

  it('that is not there is named, with what to do', async () => {
    const { port, close } = await start();
    await close();
    const error = await errorOf(speak(voiceAt(port), 'x'));
    error.code.should.equal('NETWORK');
    error.message.should.match(
      /^The Wyoming server 127\.0\.0\.1:\d+ could not be reached \(.*ECONNREFUSED.*\)\. Check host and port/,
    );
  });

  for (const [what, answer, words] of [
    ['hangs up', (socket: Socket) => socket.end(), 'hung up before it had spoken'],
    [
      'speaks rubbish',
      (socket: Socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'a line without a type',
    ],
    [
      'promises too much',
      (socket: Socket) => socket.write('{"type":"x","payload_length":99999999999}\n'),
      'payload_length is out of bounds',
    ],
    ['says nothing', (socket: Socket) => socket.write(wyomingEvent('audio-stop', {})), 'no sound'],
    [
      'sends an unknown format',
      (socket: Socket) => socket.write(wyomingEvent('audio-start', { rate: 1e9, width: 2, channels: 1 })),
      'a sound of an unknown format',
    ],
    [
      'fails',
      (socket: Socket) => socket.write(wyomingEvent('error', { text: 'no\u0007model', code: 'x' })),
      'failed: no\\u0007model',
    ],
    [
      'never ends a line',
      (socket: Socket) => socket.write(Buffer.alloc(5 * 1024 * 1024, 'x')),
      'a line without an end',
    ],
  ] as const)
    it(`that ${what} is an error of the server`, async () => {
      const { port } = await start(answer);
      const error = await errorOf(speak(voiceAt(port), 'x'));
      error.code.should.equal('SERVER');
      error.message.should.containEql(words);
    });

  it('that hangs, or stops in the middle, is waited for as long as the user said', async () => {
    const { port } = await start((socket, { data }) => {
      if (data?.['text'] === 'half')
        socket.write(wyomingEvent('audio-start', { rate: 8000, width: 2, channels: 1 }));
    });
    for (const text of ['none', 'half'])
      (await errorOf(speak(voiceAt(port, { timeoutMs: 100 }), text))).code.should.equal('TIMEOUT');
  });

  it('is left alone at a deploy', async () => {
    const { port } = await start(() => undefined);
    const stopping = new AbortController();
    const work = speak(voiceAt(port), 'x', stopping.signal);
    setTimeout(() => stopping.abort(), 50);
    isCancelled(await errorOf(work)).should.be.true();
  });

  it('may have died and come back between two texts', async () => {
    const first = await start((socket) => socket.destroy());
    (await errorOf(speak(voiceAt(first.port), 'x'))).code.should.be.equalOneOf('SERVER', 'NETWORK');
    await first.close();
    const { port } = await start((socket, { data }) => sayByWyoming(socket, String(data?.['text'])));
    (await speak(voiceAt(port), 'x')).should.deepEqual(spoken('x'));
  });
});
