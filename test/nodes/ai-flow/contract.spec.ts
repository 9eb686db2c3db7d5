import should from 'should';
import type { Runtime } from '../../node-red';
import { freePort } from '../../node-red';
import {
  aiFlow,
  aiFlowIn,
  aiFlowResponse,
  dial,
  newSession,
  postEvent,
  startAiRuntime,
  wireEvent,
} from '../helpers/ai-flow';
import { fn, probe, TAB } from '../helpers/flow';
import { SILENCE } from '../../sipgate/ai-flow/vectors';

const SILENT = SILENCE.toString('base64');
const NUMBER = '4915799912300';
const speak = (more: object = {}) => ({ action: 'speak', text: 'a', ...more });
const transfer = (more: object = {}) => ({ action: 'transfer', number: '0211 63553355', ...more });
const listening = (more: object = {}) => ({ action: 'transcription', ...more });
const words = (count: number, length = 1) => Array.from({ length: count }, () => 'w'.repeat(length));

/** What a flow gives, and the fields of the action that goes out, without its session. */
const TAKEN: [what: string, response: unknown, action: object | object[] | null][] = [
  ['1 character', speak({ bargeInCharacters: 1 }), spoken({ barge_in: characters(1) })],
  ['100 characters', speak({ bargeInCharacters: 100 }), spoken({ barge_in: characters(100) })],
  [
    'a protected start of 0 ms',
    speak({ bargeInStrategy: 'immediate', bargeInAfter: 0 }),
    spoken({ barge_in: { strategy: 'immediate', allow_after_ms: 0 } }),
  ],
  [
    'a protected start of 10 s',
    speak({ bargeInStrategy: 'manual', bargeInAfter: 10_000 }),
    spoken({ barge_in: { strategy: 'manual', allow_after_ms: 10_000 } }),
  ],
  ['no interruption', speak({ bargeInStrategy: 'none' }), spoken({ barge_in: { strategy: 'none' } })],
  ['150 ms of silence', speak({ silence: 150 }), spoken({ vad: { end_of_turn_silence_ms: 150 } })],
  ['2000 ms of silence', speak({ silence: 2000 }), spoken({ vad: { end_of_turn_silence_ms: 2000 } })],
  ['half a second for an answer', speak({ inputTimeout: 0.5 }), spoken({ user_input_timeout_seconds: 0.5 })],
  ['another provider', speak({ ttsProvider: 'new' }), spoken({ tts: { provider: 'new' } })],
  ['an interruption first', speak({ interrupt: true }), [{ type: 'barge_in' }, { type: 'speak', text: 'a' }]],
  ['nothing', [], null],
  ['listen', { action: 'listen' }, null],
  ['5 s', transfer({ transferTimeout: 5 }), transferred({ timeout: 5 })],
  ['120 s', transfer({ transferTimeout: 120 }), transferred({ timeout: 120 })],
  ['no time at all', transfer({ transferTimeout: '' }), transferred({ timeout: 30 })],
  [
    'a name and another caller ID',
    transfer({ callerIdName: 'Praxis', callerIdNumber: '+49 30 23125101' }),
    transferred({ caller_id_name: 'Praxis', caller_id_number: '493023125101' }),
  ],
  ['silence in the background', { action: 'mixAudio', audio: SILENT, volume: 0 }, mixed(0)],
  ['the loudest background', { action: 'mixAudio', audio: SILENT, volume: 1 }, mixed(1)],
  ['the usual background', { action: 'mixAudio', audio: SILENT }, mixed(0.5)],
  ['no background', { action: 'mixAudio', stop: true }, { type: 'mix_audio', stop: true }],
  ['a language', listening({ languages: 'de-DE' }), { languages: ['de-DE'] }],
  [
    '4 languages',
    listening({ languages: ['de-DE', 'en-US', 'fr-FR', 'it-IT'] }),
    { languages: ['de-DE', 'en-US', 'fr-FR', 'it-IT'] },
  ],
  ['100 words', listening({ vocabulary: words(100) }), { custom_vocabulary: words(100) }],
  ['a word of 200', listening({ vocabulary: words(1, 200) }), { custom_vocabulary: words(1, 200) }],
  ['words by the line', listening({ vocabulary: 'eins\nzwei' }), { custom_vocabulary: ['eins', 'zwei'] }],
  [
    'a transcription of its own',
    listening({ sttProvider: 'DEEPGRAM', silence: 150 }),
    { type: 'configure_transcription', provider: 'DEEPGRAM', vad: { end_of_turn_silence_ms: 150 } },
  ],
  [
    'an SMS',
    { action: 'sms', number: '0157 99912345', text: 'Bis morgen' },
    { type: 'send_sms', phone_number: '4915799912345', message: 'Bis morgen' },
  ],
];

function spoken(more: object) {
  return { type: 'speak', text: 'a', ...more };
}
function characters(count: number) {
  return { strategy: 'minimum_characters', minimum_characters: count };
}
function transferred(more: object) {
  return {
    type: 'transfer',
    target_phone_number: '4921163553355',
    caller_id_name: NUMBER,
    caller_id_number: NUMBER,
    timeout: 30,
    ...more,
  };
}
function mixed(volume: number) {
  return { type: 'mix_audio', audio: SILENT, volume };
}

/** What a flow gives, and the property that the error names. */
const REFUSED: [field: string, response: unknown][] = [
  ['bargeInCharacters', speak({ bargeInCharacters: 0 })],
  ['bargeInCharacters', speak({ bargeInCharacters: 101 })],
  ['bargeInCharacters', speak({ bargeInCharacters: '3.5' })],
  ['bargeInCharacters', speak({ bargeInCharacters: [3] })],
  ['bargeInAfter', speak({ bargeInAfter: -1 })],
  ['bargeInAfter', { action: 'audio', audio: SILENT, bargeInAfter: 10_001 }],
  ['bargeInStrategy', { action: 'audio', audio: SILENT, bargeInStrategy: 'Manual' }],
  ['silence', speak({ silence: 149 })],
  ['silence', listening({ silence: 2001 })],
  ['inputTimeout', speak({ inputTimeout: -1 })],
  ['inputTimeout', speak({ inputTimeout: 'soon' })],
  ['then', speak({ then: 'speak' })],
  ['ssml', speak({ ssml: '<speak>a</speak>' })],
  ['text', { action: 'speak' }],
  ['text', { action: 'speak', text: ['a'] }],
  ['ttsProvider', speak({ ttsProvider: { name: 'azure' } })],
  ['ttsVoice', speak({ ttsProvider: 'azure', ttsVoice: { name: 'Katja' } })],
  ['number', { action: 'transfer' }],
  ['number', { action: 'transfer', number: '63553355' }],
  ['number', speak({ then: 'transfer' })],
  ['transferTimeout', transfer({ transferTimeout: 4 })],
  ['transferTimeout', transfer({ transferTimeout: 121 })],
  ['transferTimeout', transfer({ transferTimeout: 5.5 })],
  ['callerIdNumber', transfer({ callerIdNumber: {} })],
  ['callerIdName', transfer({ callerIdName: {} })],
  ['audio', { action: 'audio' }],
  ['audio', { action: 'audio', audio: 5 }],
  ['audio', { action: 'audio', audio: 'no-such-file.wav' }],
  ['volume', { action: 'mixAudio', audio: SILENT, volume: -0.1 }],
  ['volume', { action: 'mixAudio', audio: SILENT, volume: 1.01 }],
  ['languages', listening({ languages: 'de,en,fr,it,es' })],
  ['languages', listening({ languages: ['German!'] })],
  ['vocabulary', listening({ vocabulary: words(101) })],
  ['vocabulary', listening({ vocabulary: words(1, 201) })],
  ['vocabulary', listening({ vocabulary: { a: 1 } })],
  ['text', { action: 'sms', number: '0157 99912345', text: '' }],
  ['number', { action: 'sms', text: 'a' }],
  ['action', { action: 'record' }],
  ['action', [speak(), { text: 'a' }]],
  ['response', 'speak'],
  ['response', undefined],
];

for (const server of ['node-red', 'port'] as const)
  describe(`What a flow may answer, on ${server === 'port' ? 'a port of its own' : 'Node-RED’s server'}`, () => {
    let runtime: Runtime;
    let url: string;

    before(async () => {
      const port = await freePort();
      const of = aiFlow({ server, port });
      runtime = await startAiRuntime([
        TAB,
        of,
        aiFlowIn(of, { speak: ['choose'] }),
        fn('choose', 'msg.response = global.get("response"); return msg;', ['answer']),
        aiFlowResponse('answer', { action: 'msg' }),
        { id: 'catch', type: 'catch', z: 'tab', scope: ['answer'], wires: [['caught', 'mend']] },
        probe('caught'),
        // the caller does not wait for a deadline
        fn('mend', 'msg.response = { action: "listen" }; return msg;', ['answer2']),
        aiFlowResponse('answer2', { action: 'msg' }),
      ]);
      url = (server === 'port' ? `http://127.0.0.1:${port}` : runtime.url) + of.path;
    });
    after(() => runtime?.stop());

    const set = (response: unknown) =>
      (runtime.node('choose').context().global as { set(key: string, value: unknown): void }).set(
        'response',
        response,
      );
    const ask = (session: { id: string }) => wireEvent('user_speak', { text: 'Hallo' }, session);

    for (const [what, response, action] of TAKEN)
      it(`takes ${what}, over HTTP and over a WebSocket`, async () => {
        set(response);
        const [one, other] = [newSession(), newSession()];
        const answer = await postEvent(url, ask(one));
        const line = await dial(url);
        line.say(ask(other));
        if (action === null) {
          answer.should.containEql({ status: 204, body: '' });
          set({ action: 'bargeIn' });
          line.say(ask(other));
          (await line.action()).should.containEql({ type: 'barge_in' });
          line.hangUp();
          return;
        }
        const wanted = [action].flat();
        await line.action(wanted.length - 1);
        line.hangUp();
        const body = JSON.parse(answer.body) as object;
        Array.isArray(body).should.equal(Array.isArray(action));
        const sent = [body].flat() as Record<string, unknown>[];
        sent.length.should.equal(wanted.length);
        line.heard.length.should.equal(wanted.length);
        wanted.forEach((each, index) => {
          const type = sent[index]?.['type'];
          should(sent[index]).eql({ type, session_id: one.id, ...each });
          should(line.heard[index]).eql({ type, session_id: other.id, ...each });
        });
      });

    for (const [field, response] of REFUSED)
      it(`refuses ${field} of ${JSON.stringify(response)?.slice(0, 70)}`, async () => {
        set(response);
        const before = runtime.messages('caught').length;
        (await postEvent(url, ask(newSession()))).status.should.equal(204);
        const { error } = await runtime.message('caught', before);
        error.should.containEql({
          code: field === 'audio' && isFile(response) ? 'NOT_FOUND' : 'INVALID_INPUT',
        });
        error.message.should.match(new RegExp(`^SipgateError: \`${field}\``));
      });
  });

function isFile(response: unknown): boolean {
  return (response as { audio?: unknown }).audio === 'no-such-file.wav';
}
