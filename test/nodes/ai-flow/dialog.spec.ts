import should from 'should';
import type { Runtime } from '../../node-red';
import { SILENCE, VECTORS } from '../../sipgate/ai-flow/vectors';
import {
  aiFlow,
  aiFlowAll,
  aiFlowResponse,
  dial,
  newSession,
  postEvent,
  startAiRuntime,
  wireEvent,
} from '../helpers/ai-flow';
import { fn, TAB } from '../helpers/flow';

const SPEAK = { action: 'speak', textType: 'str' };
/** What a dialog saves, by the number of the vector that it answers; the others take more than one action. */
const DIALOGS: Readonly<Record<number, object>> = {
  1: {
    ...SPEAK,
    text: 'Guten Tag, was kann ich für Sie tun?',
    inputTimeout: 8,
    bargeInStrategy: 'minimum_characters',
    bargeInCharacters: 3,
    bargeInAfter: '500',
  },
  2: {
    ...SPEAK,
    text: '<speak version="1.0" xml:lang="de-DE"><voice name="de-DE-KatjaNeural">Von neun <break time="300ms"/> bis fünf.</voice></speak>',
    ssml: true,
    ttsProvider: 'azure',
    ttsLanguage: 'de-DE',
    ttsVoice: 'de-DE-KatjaNeural',
  },
  3: {
    action: 'speak',
    text: '"Ja, bitte?"',
    textType: 'jsonata',
    ttsProvider: 'eleven_labs',
    ttsVoice: '21m00Tcm4TlvDq8ikWAM',
    ttsLanguage: 'de-DE',
    silence: '600',
  },
  4: { ...SPEAK, text: 'Hauptmenü.', interrupt: true, bargeInStrategy: 'none' },
  5: { action: 'hangup', text: 'left over', number: 'left over' },
  6: {
    action: 'transfer',
    number: '+49 1579 9912310',
    callerIdName: '{"name":"Praxis Beispiel"}.name',
    callerIdNameType: 'jsonata',
    transferTimeout: '30',
  },
  8: { action: 'audio', audio: 'sound', audioType: 'msg', bargeInStrategy: 'manual' },
  10: { action: 'listen' },
};

describe('A dialog of an AI flow response', () => {
  let runtime: Runtime;
  let url: string;
  const numbers = Object.keys(DIALOGS).map(Number);

  before(async () => {
    const of = aiFlow();
    const route = `
      msg.sound = Buffer.from(${JSON.stringify(SILENCE.toString('base64'))}, "base64");
      const number = Number(msg.payload.sessionId.split("-").at(-1));
      return ${JSON.stringify(numbers)}.map((each) => (each === number ? msg : null));`;
    runtime = await startAiRuntime([
      TAB,
      of,
      aiFlowAll(of, ['route']),
      fn(
        'route',
        route,
        numbers.map((number) => [`answer${number}`]),
      ),
      ...numbers.map((number) => aiFlowResponse(`answer${number}`, DIALOGS[number] ?? {})),
    ]);
    url = runtime.url + of.path;
  });
  after(() => runtime?.stop());

  for (const number of numbers)
    it(`answers vector ${number}, over HTTP and over a WebSocket`, async () => {
      const { event, answer } = VECTORS[number - 1]!;
      const wanted = (id: string) =>
        JSON.parse(JSON.stringify(answer).replaceAll(event.session.id, id)) as unknown;
      const [one, other] = ['http', 'ws'].map((scheme) => `${newSession().id}-${scheme}-${number}`);
      const got = await postEvent(url, { ...event, session: { ...event.session, id: one! } });
      got.status.should.equal(answer === null ? 204 : 200);
      if (answer === null) return;
      should(JSON.parse(got.body)).eql(wanted(one!));
      const line = await dial(url);
      line.say({ ...event, session: { ...event.session, id: other! } });
      const list = [wanted(other!)].flat();
      await line.action(list.length - 1);
      should(line.heard).eql(list);
      line.hangUp();
    });
});

describe('An AI flow response whose dialog was never opened', () => {
  it('says msg.payload, or plays it, or sends it by SMS', async () => {
    const of = aiFlow();
    const ACTIONS = [
      {},
      { action: 'audio' },
      { action: 'mixAudio' },
      { action: 'sms', number: '0157 99912345' },
    ];
    const route = `
      const nth = Number(msg.payload.text);
      msg.payload = nth === 1 || nth === 2 ? Buffer.from(${JSON.stringify(SILENCE.toString('base64'))}, "base64") : "Hallo";
      return [0, 1, 2, 3].map((each) => (each === nth ? msg : null));`;
    const red = await startAiRuntime([
      TAB,
      of,
      aiFlowAll(of, ['route']),
      fn(
        'route',
        route,
        ACTIONS.map((_, nth) => [`answer${nth}`]),
      ),
      ...ACTIONS.map((properties, nth) => aiFlowResponse(`answer${nth}`, properties)),
    ]);
    const audio = SILENCE.toString('base64');
    const WANTED = [
      { type: 'speak', text: 'Hallo' },
      { type: 'audio', audio },
      { type: 'mix_audio', audio, volume: 0.5 },
      { type: 'send_sms', phone_number: '4915799912345', message: 'Hallo' },
    ];
    try {
      for (const [nth, wanted] of WANTED.entries()) {
        const session = newSession();
        const { body } = await postEvent(
          red.url + of.path,
          wireEvent('user_speak', { text: `${nth}` }, session),
        );
        should(JSON.parse(body)).eql({ session_id: session.id, ...wanted });
      }
    } finally {
      await red.stop();
    }
  });
});
