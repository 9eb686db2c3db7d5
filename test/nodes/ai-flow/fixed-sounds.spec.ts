import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import should from 'should';
import { SILENCE } from '../../sipgate/ai-flow/vectors';
import type { Runtime } from '../../node-red';
import {
  aiFlow,
  aiFlowAll,
  aiFlowResponse,
  newSession,
  postEvent,
  startAiRuntime,
  wireEvent,
} from '../helpers/ai-flow';
import { probe, TAB } from '../helpers/flow';
import { eventually } from '../helpers/http';
import { removeFolder } from '../../remove-folder';

describe('A sound that all callers of a voice assistant hear', () => {
  let runtime: Runtime | undefined;
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ai-flow-fixed-'))));
  afterEach(async () => {
    await runtime?.stop();
    runtime = undefined;
    await removeFolder(folder);
  });

  async function start(properties: Record<string, unknown>) {
    const of = aiFlow();
    const node = aiFlowResponse('play', { action: 'audio', audioType: 'str', ...properties });
    const flow = [
      TAB,
      of,
      aiFlowAll(of, ['play']),
      node,
      { id: 'catch', type: 'catch', z: 'tab', scope: ['play'], wires: [['caught', 'mend']] },
      probe('caught'),
      aiFlowResponse('mend', { action: 'listen' }),
    ];
    const red = (runtime = await startAiRuntime(flow, { settings: { fileWorkingDirectory: folder } }));
    const call = async () => {
      const { status, body } = await postEvent(
        red.url + of.path,
        wireEvent('user_speak', { text: 'a' }, newSession()),
      );
      return status === 204 ? undefined : String((JSON.parse(body) as { audio: string }).audio);
    };
    const status = (text: RegExp) =>
      eventually(() => red.statuses('play').find((shown) => text.test(String(shown.text))));
    return { red, call, status, flow };
  }
  const READY = /status\.soundReady/;

  for (const action of ['audio', 'mixAudio'])
    it(`is converted when the flow is deployed, and heard as it was then: ${action}`, async () => {
      writeFileSync(join(folder, 'hello.wav'), eightKilohertz(400));
      const { call, status } = await start({ action, audio: 'hello.wav' });
      (await status(READY)).should.containEql({ fill: 'green' });
      rmSync(join(folder, 'hello.wav'));
      const heard = Buffer.from(String(await call()), 'base64');
      heard.readUInt32LE(24).should.equal(16_000);
      heard.length.should.equal(44 + 2 * 800);
    });

  for (const [what, audio] of [
    ['a file that needs no conversion', 'hello.wav'],
    ['a text in Base64', SILENCE.toString('base64')],
  ] as const)
    it(`may be ${what}`, async () => {
      writeFileSync(join(folder, 'hello.wav'), SILENCE);
      const { call, status } = await start({ audio });
      await status(READY);
      should(await call()).equal(SILENCE.toString('base64'));
    });

  it('is read again at the next deploy', async () => {
    writeFileSync(join(folder, 'hello.wav'), SILENCE);
    const { red, call, status, flow } = await start({ audio: 'hello.wav' });
    await status(READY);
    const before = red.statuses('play').length;
    writeFileSync(join(folder, 'hello.wav'), eightKilohertz(8));
    should(await call()).equal(SILENCE.toString('base64'));
    await red.deploy(flow);
    await eventually(() =>
      red
        .statuses('play')
        .slice(before)
        .some(({ text }) => READY.test(String(text))),
    );
    should(await call()).not.equal(SILENCE.toString('base64'));
  });

  for (const [what, audio, code] of [
    ['a file that is not there', 'nothing.wav', 'NOT_FOUND'],
    ['a file that is no sound', 'text.wav', 'INVALID_INPUT'],
    ['a directory', '.', 'INVALID_INPUT'],
    ['a variable that is not set', '${SOUND_OF_NOBODY}', 'INVALID_INPUT'],
  ] as const)
    it(`is told in status and log at the deploy where it is ${what}`, async () => {
      writeFileSync(join(folder, 'text.wav'), 'no sound at all');
      const { red, status } = await start({ audio });
      (await status(new RegExp(code))).should.containEql({ fill: 'red' });
      red
        .said('play', 'error')
        .join()
        .should.match(/`audio`/);
      red.messages('caught').should.eql([]);
    });

  it('is tried again for a call where it was wrong at the deploy', async () => {
    const { red, call, status } = await start({ audio: 'hello.wav' });
    await status(/NOT_FOUND/);
    should(await call()).equal(undefined);
    (await red.message('caught')).error.should.containEql({ code: 'NOT_FOUND' });
    writeFileSync(join(folder, 'hello.wav'), SILENCE);
    should(await call()).equal(SILENCE.toString('base64'));
  });

  for (const [what, properties] of [
    ['a sound that a message brings', { audio: 'payload', audioType: 'msg' }],
    ['no sound', { audio: '' }],
    ['the end of a background sound', { action: 'mixAudio', stop: true, audio: 'nothing.wav' }],
    ['another action, which has kept one', { action: 'hangup', audio: 'nothing.wav' }],
  ] as const)
    it(`is not looked for where the node has ${what}`, async () => {
      const { red, call } = await start(properties);
      await call();
      red
        .statuses('play')
        .some(({ text }) => /making|NOT_FOUND/.test(String(text)))
        .should.equal(false);
      red
        .said('play', 'error')
        .filter((text) => /nothing\.wav/.test(text))
        .should.eql([]);
    });

  it('that is still being made at the next deploy is given up without a word', async () => {
    writeFileSync(join(folder, 'long.wav'), eightKilohertz(8000 * 60));
    const { red } = await start({ audio: 'long.wav' });
    await red.deploy([TAB]);
    red.said('play', 'error').should.eql([]);
  });
});

/** Silence: WAV, PCM, 16 bit, mono, 8 kHz. */
function eightKilohertz(samples: number): Buffer {
  const header = Buffer.from(SILENCE.subarray(0, 44));
  header.writeUInt32LE(36 + 2 * samples, 4);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(16_000, 28);
  header.writeUInt32LE(2 * samples, 40);
  return Buffer.concat([header, Buffer.alloc(2 * samples)]);
}
