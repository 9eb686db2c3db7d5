import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import should from 'should';
import { SILENCE, VECTORS } from '../sipgate/ai-flow/vectors';
import type { Runtime } from '../node-red';
import { freePort } from '../node-red';
import { eventually } from '../eventually';
import {
  aiFlow,
  aiFlowAll,
  aiFlowResponse,
  dial,
  newSession,
  postEvent,
  startAiRuntime,
  wireEvent,
  type AiFlow,
} from './helpers/ai-flow';
import { fn, probe, TAB, type FlowNode } from './helpers/flow';
import { removeFolder } from '../remove-folder';

/** A flow in which `msg.response` of each message is what the test says. */
function answering(
  of: AiFlow,
  response: FlowNode = aiFlowResponse('answer', { action: 'msg' }, ['out']),
): FlowNode[] {
  return [
    TAB,
    of,
    aiFlowAll(of, ['got', 'choose']),
    probe('got'),
    fn('choose', 'msg.response = global.get("response"); return msg;', [response.id]),
    response,
    probe('out'),
    { id: 'catch', type: 'catch', z: 'tab', scope: null, uncaught: false, wires: [['caught']] },
    probe('caught'),
  ];
}

for (const server of ['node-red', 'port'] as const)
  describe(`An AI flow response on ${server === 'port' ? 'a port of its own' : 'Node-RED’s server'}`, () => {
    let runtime: Runtime;
    let url: string;
    const setResponse = (response: unknown) =>
      (runtime.node('choose').context().global as { set(key: string, value: unknown): void }).set(
        'response',
        response,
      );

    before(async () => {
      const port = await freePort();
      const of = aiFlow({ server, port });
      runtime = await startAiRuntime(answering(of));
      url = (server === 'port' ? `http://127.0.0.1:${port}` : runtime.url) + of.path;
    });
    after(() => runtime?.stop());

    VECTORS.forEach(({ event, response, answer }, index) => {
      it(`answers over HTTP, vector ${index + 1}`, async () => {
        setResponse(response);
        const session = { ...event.session, id: `http-${server}-${index}` };
        const got = await postEvent(url, { ...event, session });
        if (answer === null) {
          got.status.should.equal(204);
          got.body.should.equal('');
          should(got.headers['content-type']).equal(undefined);
          return;
        }
        got.status.should.equal(200);
        String(got.headers['content-type']).should.equal('application/json');
        should(JSON.parse(got.body)).eql(ofSession(answer, session.id));
        const out = await eventually(() =>
          runtime.messages('out').find(({ payload }) => payload['sessionId'] === session.id),
        );
        should(out['actions']).eql([ofSession(answer, session.id)].flat());
      });

      it(`answers over a WebSocket, vector ${index + 1}`, async () => {
        setResponse(response);
        const session = { ...event.session, id: `ws-${server}-${index}` };
        const line = await dial(url);
        line.say({ ...event, session });
        if (answer !== null) {
          const wanted = [ofSession(answer, session.id)].flat();
          await line.action(wanted.length - 1);
          line.heard.should.eql(wanted);
        }
        line.hangUp();
      });
    });
  });

function ofSession(answer: unknown, id: string): unknown {
  return JSON.parse(JSON.stringify(answer).replaceAll(VECTORS[0]?.event.session.id ?? '', id));
}

describe('An AI flow response', () => {
  let runtime: Runtime | undefined;
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'ai-flow-'))));
  after(() => removeFolder(folder));
  afterEach(async () => {
    await runtime?.stop();
    runtime = undefined;
  });

  async function start(properties: object, settings: Record<string, unknown> = {}, change = '') {
    const of = aiFlow();
    const flow = answering(of, aiFlowResponse('answer', properties, ['out'])).map((node) =>
      node.id === 'choose' ? fn('choose', `${change}; return msg;`, ['answer']) : node,
    );
    runtime = await startAiRuntime(flow, { settings });
    const session = newSession();
    const send = (type = 'user_speak', fields: object = { text: 'Hallo' }) =>
      postEvent((runtime?.url ?? '') + of.path, wireEvent(type, fields, session));
    return { runtime, send, session };
  }
  const json = async (answer: Promise<{ body: string }>) =>
    JSON.parse((await answer).body) as Record<string, unknown>;

  it('says msg.payload unless told otherwise', async () => {
    const { send, session } = await start({}, {}, 'msg.payload = "Guten Tag"');
    (await json(send())).should.eql({ type: 'speak', session_id: session.id, text: 'Guten Tag' });
  });

  it('takes what the dialog holds, as texts or not', async () => {
    const { send } = await start({
      action: 'speak',
      text: 'Hallo',
      textType: 'str',
      ttsProvider: 'azure',
      ttsVoice: 'de-DE-KatjaNeural',
      ttsLanguage: 'de-DE',
      bargeInStrategy: 'minimum_characters',
      bargeInCharacters: '5',
      bargeInAfter: 100,
      inputTimeout: '8',
      silence: '600',
      interrupt: true,
      then: '',
      number: 'left over from another action',
    });
    const [bargeIn, speak] = (await json(send())) as unknown as Record<string, unknown>[];
    should(bargeIn).containEql({ type: 'barge_in' });
    should(speak).containEql({
      text: 'Hallo',
      tts: { provider: 'azure', language: 'de-DE', voice: 'de-DE-KatjaNeural' },
      barge_in: { strategy: 'minimum_characters', minimum_characters: 5, allow_after_ms: 100 },
      user_input_timeout_seconds: 8,
      vad: { end_of_turn_silence_ms: 600 },
    });
  });

  it('computes what it says', async () => {
    const { send } = await start({ text: '"Sie sagten " & payload.text', textType: 'jsonata' });
    (await json(send())).should.containEql({ text: 'Sie sagten Hallo' });
  });

  it('passes over a voice that is left over where no provider is chosen', async () => {
    const { send, runtime: red } = await start({
      text: 'a',
      textType: 'str',
      ttsVoice: 'x',
      ttsLanguage: 'de',
    });
    (await json(send())).should.not.have.property('tts');
    should(red?.said('answer', 'warn')).eql([]);
  });

  it('transfers with the properties of a transfer when it has spoken', async () => {
    const { send, session } = await start({
      text: 'Ich verbinde.',
      textType: 'str',
      then: 'transfer',
      number: '0211 63553355',
      callerIdName: 'payload.text',
      callerIdNameType: 'msg',
    });
    (await json(send())).should.containEql({ type: 'speak' });
    (await json(send('assistant_speech_ended', {}))).should.eql({
      type: 'transfer',
      session_id: session.id,
      target_phone_number: '4921163553355',
      caller_id_name: 'Hallo',
      caller_id_number: '4915799912300',
      timeout: 30,
    });
    const caught = await runtime?.message('caught');
    should(caught?.error.message).match(/answered already/);
  });

  describe('plays', () => {
    it('a file, by its path relative to the working directory', async () => {
      writeFileSync(join(folder, 'hello.wav'), SILENCE);
      const audio = { action: 'audio', audio: 'hello.wav', audioType: 'str' };
      const { send } = await start(audio, { fileWorkingDirectory: folder });
      should((await json(send()))['audio']).equal(SILENCE.toString('base64'));
    });

    it('a Buffer, or a text in Base64', async () => {
      const { send } = await start(
        { action: 'msg' },
        {},
        `
        const wav = "${SILENCE.toString('base64')}";
        msg.response = [{ action: "audio", audio: Buffer.from(wav, "base64") }, { action: "mixAudio", audio: wav }]`,
      );
      const answer = (await json(send())) as unknown as Record<string, unknown>[];
      answer.map(({ audio }) => audio).should.eql([SILENCE.toString('base64'), SILENCE.toString('base64')]);
    });

    it('any other sound, converted once and with its pitch', async () => {
      const wav = toneWav(8000, 440);
      writeFileSync(join(folder, 'tone.wav'), wav);
      const { send } = await start(
        { action: 'mixAudio', audio: join(folder, 'tone.wav'), audioType: 'str', volume: '0.2' },
        {},
      );
      const [one, two] = await Promise.all([json(send()), json(send())]);
      should(one['audio']).equal(two['audio']);
      should(one['volume']).equal(0.2);
      const bytes = Buffer.from(String(one['audio']), 'base64');
      [
        bytes.readUInt16LE(20),
        bytes.readUInt16LE(22),
        bytes.readUInt32LE(24),
        bytes.readUInt16LE(34),
      ].should.eql([1, 1, 16_000, 16]);
      // one second of 440 Hz crosses zero 880 times
      crossings(bytes.subarray(44)).should.be.approximately(880, 4);
    });

    for (const [what, audio, code] of [
      ['a file that is no sound', __filename, 'INVALID_INPUT'],
      ['a file that is not there', 'nothing.wav', 'NOT_FOUND'],
      ['a directory', '.', 'INVALID_INPUT'],
      ['nothing', '', 'INVALID_INPUT'],
    ] as const)
      it(`not ${what}`, async () => {
        const { send, runtime: red } = await start(
          { action: 'audio', audio, audioType: 'str' },
          { fileWorkingDirectory: folder },
        );
        const answered = send();
        const caught = await red?.message('caught');
        should(caught?.error).containEql({ code });
        should(caught?.error.message).match(/`audio`/);
        await red?.deploy([]);
        (await answered).status.should.equal(204);
      });
  });

  it('leaves the request open when it is wrong, so that the flow behind a Catch node can answer', async () => {
    const of = aiFlow();
    runtime = await startAiRuntime([
      TAB,
      of,
      aiFlowAll(of, ['wrong']),
      aiFlowResponse('wrong', { action: 'transfer', number: 'nobody' }),
      { id: 'catch', type: 'catch', z: 'tab', scope: ['wrong'], wires: [['caught', 'right']] },
      probe('caught'),
      aiFlowResponse('right', { action: 'hangup' }),
    ]);
    const answer = await postEvent(runtime.url + of.path, wireEvent('user_speak', {}, newSession()));
    answer.body.should.match(/"hangup"/);
    const { error } = await runtime.message('caught');
    error.should.containEql({ code: 'INVALID_INPUT' });
  });

  it('names a variable that is not set', async () => {
    const { send, runtime: red } = await start({
      text: 'a',
      textType: 'str',
      ttsProvider: '${VOICE_OF_NOBODY}',
    });
    void send();
    const { error } = (await red?.message('caught')) ?? {};
    should(error?.message).match(/VOICE_OF_NOBODY/);
  });

  for (const field of ['text', 'number'])
    it(`never tells what is written in an SMS where its ${field} cannot be computed`, async () => {
      const { send, runtime: red } = await start({
        action: 'sms',
        number: '+4915799912345',
        text: 'x',
        [field]: '$number(payload.text)',
        [`${field}Type`]: 'jsonata',
      });
      void send('user_speak', { text: 'A secret of the caller' });
      const { error } = (await red?.message('caught')) ?? {};
      should(error?.message).match(new RegExp(`\`${field}\` could not be read`));
      should(error?.message).not.match(/secret/);
    });

  it('warns of what nobody will hear', async () => {
    const { send, runtime: red } = await start(
      { action: 'msg' },
      {},
      'msg.response = [{ action: "hangup" }, { action: "speak", text: "a" }]',
    );
    await send();
    should(red?.said('answer', 'warn').length).equal(1);
  });
});

/** One second of a tone: WAV, PCM, 16 bit, mono. */
function toneWav(rate: number, pitch: number): Buffer {
  const header = Buffer.from(SILENCE.subarray(0, 44));
  header.writeUInt32LE(36 + 2 * rate, 4);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(2 * rate, 28);
  header.writeUInt32LE(2 * rate, 40);
  const samples = Buffer.alloc(2 * rate);
  for (let n = 0; n < rate; n += 1)
    samples.writeInt16LE(Math.round(10_000 * Math.sin((2 * Math.PI * pitch * (n + 0.5)) / rate)), 2 * n);
  return Buffer.concat([header, samples]);
}

function crossings(samples: Buffer): number {
  let count = 0;
  for (let at = 2; at + 1 < samples.length; at += 2)
    if (samples.readInt16LE(at) >= 0 !== samples.readInt16LE(at - 2) >= 0) count += 1;
  return count;
}
