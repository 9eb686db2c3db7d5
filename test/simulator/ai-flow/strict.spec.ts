import should from 'should';
import { VECTORS } from '../../sipgate/ai-flow/vectors';
import { readAnswer } from '../../../simulator/ai-flow/check/answer';
import { describeComplaint } from '../../../simulator/locales/describe-entry';
import { speak, tell, wav } from './flow';

const SESSION = VECTORS[0]!.event.session.id;
const json = (value: unknown) => ({
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify(value),
});
const problemsOf = (value: unknown) =>
  readAnswer(json(value), SESSION)
    .complaints.filter(({ kind }) => kind === 'problem')
    .map(({ why }) => why);
const warningsOf = (value: unknown) =>
  readAnswer(json(value), SESSION)
    .complaints.filter(({ kind }) => kind === 'warning')
    .map(({ why }) => why);
const action = (type: string, fields: object = {}) => ({ type, session_id: SESSION, ...fields });
const transfer = (fields: object = {}) =>
  action('transfer', {
    target_phone_number: '49211',
    caller_id_name: 'A',
    caller_id_number: '49211',
    timeout: 30,
    ...fields,
  });

describe('what the simulator takes from an AI flow', () => {
  VECTORS.forEach(({ answer }, index) => {
    it(`takes vector ${index + 1}`, () => {
      const read =
        answer === null ? readAnswer({ status: 204, body: '' }, SESSION) : readAnswer(json(answer), SESSION);
      read.complaints.should.eql([]);
      read.actions.should.eql(answer === null ? [] : [answer].flat());
    });
  });

  const refused: [string, unknown, RegExp][] = [
    [
      'both text and ssml',
      action('speak', { text: 'a', ssml: '<speak>a</speak>' }),
      /exactly one of text and ssml/,
    ],
    ['neither', action('speak'), /exactly one of text and ssml/],
    ['an empty text', action('speak', { text: ' ' }), /text must be a text that is not empty/],
    [
      'an old voice',
      action('speak', { text: 'a', tts: { provider: 'azure', voice: { name: 'b' } } }),
      /tts\.voice must be a text/,
    ],
    [
      'an unknown strategy',
      action('speak', { text: 'a', barge_in: { strategy: 'soft' } }),
      /strategy must be one of minimum_characters, none/,
    ],
    ['no strategy', action('speak', { text: 'a', barge_in: {} }), /barge_in\.strategy is missing/],
    [
      '0 characters',
      action('speak', { text: 'a', barge_in: { strategy: 'minimum_characters', minimum_characters: 0 } }),
      /whole number from 1 to 100/,
    ],
    [
      'a late start',
      action('speak', { text: 'a', barge_in: { strategy: 'immediate', allow_after_ms: 10_001 } }),
      /from 0 to 10000/,
    ],
    ['a timeout of 0', action('speak', { text: 'a', user_input_timeout_seconds: 0 }), /greater than 0/],
    ['a transfer of 4 s', transfer({ timeout: 4 }), /timeout must be a whole number from 5 to 120/],
    ['a transfer of 121 s', transfer({ timeout: 121 }), /from 5 to 120/],
    ['a transfer without a name', transfer({ caller_id_name: undefined }), /caller_id_name is missing/],
    [
      'a transfer to a word',
      transfer({ target_phone_number: 'home' }),
      /target_phone_number must be a phone number/,
    ],
    ['a sound of 8 kHz', action('audio', { audio: wav(8000, 10) }), /8000 Hz, not 16000/],
    [
      'a sound with a prefix',
      action('audio', { audio: `data:audio/wav;base64,${wav(16_000, 10)}` }),
      /in Base64, without anything before/,
    ],
    [
      'a loud background',
      action('mix_audio', { audio: wav(16_000, 10), volume: 1.1 }),
      /volume must be a number from 0 to 1/,
    ],
    ['no background', action('mix_audio'), /audio or stop must be there/],
    [
      'five languages',
      action('configure_transcription', { languages: ['de', 'en', 'fr', 'it', 'es'] }),
      /has 5 entries/,
    ],
    [
      '101 words',
      action('configure_transcription', { custom_vocabulary: Array(101).fill('a') }),
      /has 101 entries/,
    ],
    [
      'a word of 201 characters',
      action('configure_transcription', { custom_vocabulary: ['a'.repeat(201)] }),
      /has 201 characters/,
    ],
    [
      'an SMS without a text',
      action('send_sms', { phone_number: '49211', message: '' }),
      /message must be a text/,
    ],
    [
      'a model that is too warm',
      action('configure_voice_to_voice', { system_prompt: 'a', temperature: 3 }),
      /temperature must be a number from 0 to 2/,
    ],
    ['no session', { type: 'hangup' }, /session_id is missing/],
    ['another session', { type: 'hangup', session_id: 'other' }, /session_id is not that of this session/],
    ['an action that there is not', action('record'), /there is no action "record"/],
    ['a type that is a property of every object', action('toString'), /there is no action/],
    ['a list in a list', [[action('hangup')]], /an action must be an object/],
  ];
  for (const [what, value, why] of refused)
    it(`refuses ${what}`, () => {
      problemsOf(value).join('; ').should.match(why);
      readAnswer(json(value), SESSION).actions.should.eql([]);
    });

  const pointedOut: [string, unknown, RegExp][] = [
    [
      'a provider that is not described',
      action('speak', { text: 'a', tts: { provider: 'kugel' } }),
      /tts\.provider is none of those/,
    ],
    [
      'a field that is not described',
      action('hangup', { reason: 'b' }),
      /reason is a field that sipgate does not describe/,
    ],
    [
      'a silence outside of its range',
      action('speak', { text: 'a', vad: { end_of_turn_silence_ms: 100 } }),
      /is ignored by sipgate/,
    ],
    ['a number with +', transfer({ target_phone_number: '+49211' }), /starts with \+/],
    [
      'a hang-up that cuts a sentence off',
      [action('speak', { text: 'a' }), action('hangup')],
      /does not hear what is said/,
    ],
    [
      'what comes after a transfer',
      [transfer(), action('speak', { text: 'a' })],
      /after transfer is not carried out/,
    ],
    ['a transfer without a timeout', transfer({ timeout: undefined }), /without a timeout/],
    [
      'characters that another strategy does not count',
      action('speak', { text: 'a', barge_in: { strategy: 'none', minimum_characters: 3 } }),
      /counts with the strategy minimum_characters only/,
    ],
    [
      'a language for voices that take none',
      action('speak', { text: 'a', tts: { provider: 'eleven_labs', language: 'de-DE' } }),
      /voices of eleven_labs take none/,
    ],
  ];
  for (const [what, value, why] of pointedOut)
    it(`takes, and points out, ${what}`, () => {
      problemsOf(value).should.eql([]);
      warningsOf(value).join('; ').should.match(why);
    });

  for (const [what, value] of [...refused, ...pointedOut])
    it(`says of ${what} in German what is wrong, with all its values`, () => {
      const [complaint] = readAnswer(json(value), SESSION).complaints;
      const german = complaint ? describeComplaint(complaint, 'de') : '';
      german.should.match(/^(sipgate würde das nicht annehmen|Hinweis): /).and.not.match(/[{}]/);
      german.should.not.containEql(complaint?.why);
    });

  it('refuses other bodies, statuses and an empty 200', () => {
    const problem = (answer: Parameters<typeof readAnswer>[0]) =>
      readAnswer(answer, SESSION).complaints[0]?.why;
    should(problem({ status: 500, body: '' })).match(/HTTP 500/);
    should(problem({ status: 302, body: '' })).match(/HTTP 302/);
    should(problem({ status: 200, contentType: 'application/json', body: '' })).match(/nothing to do is 204/);
    should(problem({ status: 200, contentType: 'application/json', body: 'OK' })).match(/no JSON/);
    should(problem({ ...json(action('hangup')), contentType: 'text/html' })).match(
      /content type is text\/html/,
    );
    readAnswer(json([]), SESSION).complaints.should.eql([]);
  });
});

describe('an answer that means harm', () => {
  it('is complained of briefly, however much is wrong with it', () => {
    const fields = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, index) => [`field${index}`, index]),
    );
    readAnswer(json(action('hangup', fields)), SESSION).complaints.length.should.equal(50);
    const [complaint] = readAnswer(json(action('x'.repeat(1_000_000))), SESSION).complaints;
    should(complaint?.why.length).be.below(400);
    readAnswer(json([...Array(101)].map(() => action('hangup'))), SESSION).actions.should.eql([]);
  });

  it('is not carried out where a wrong action comes after many complaints', () => {
    const fields = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`field${index}`, index]));
    const read = readAnswer(json([action('barge_in', fields), action('dance')]), SESSION);
    read.actions.map(({ type }) => type).should.eql(['barge_in']);
  });

  it('takes time in proportion to its length', async () => {
    for (const ssml of [
      '<'.repeat(200_000),
      `<${' '.repeat(200_000)}`,
      '&lt;'.repeat(50_000),
      '<a '.repeat(70_000),
    ]) {
      const told = await tell(({ type }) => (type === 'session_start' ? { type: 'speak', ssml } : undefined));
      told.conversation.hangUp();
      await told.conversation.ended;
      told.conversation.problems.should.eql([]);
    }
  });

  it('that never ceases does not fill the memory', async () => {
    const told = await tell(() => undefined, { overWebSocket: true, deliver: async () => undefined });
    const frame = JSON.stringify({ type: 'barge_in', session_id: 'session' });
    for (let count = 0; count < 15_000; count += 1) told.conversation.receive(frame);
    told.conversation.entries.length.should.equal(10_000);
  });
});

describe('a strict conversation', () => {
  it('no longer hears the caller after JSON that is no action, as sipgate was seen to do', async () => {
    const told = await tell(({ type }) =>
      type === 'session_start' ? { ...json({ success: true }) } : undefined,
    );
    void told.conversation.say('Hello?');
    await told.pass(5000);
    told.events().should.eql(['session_start']);
    told.notes().should.containEql('deaf');
    told.conversation.problems.should.eql(['the answer is no action: sipgate stops listening']);
  });

  it('goes on with the actions that are right', async () => {
    const told = await tell(({ type }) =>
      type === 'session_start' ? [{ type: 'dance' }, speak('Hello')] : undefined,
    );
    await told.pass(400);
    told.events().should.eql(['session_start', 'assistant_speech_ended']);
    told.conversation.problems.should.eql(['there is no action "dance"']);
  });

  it('does not take actions for the end of a session', async () => {
    const told = await tell(({ type }) => (type === 'session_end' ? speak('Bye') : undefined));
    told.conversation.hangUp();
    await told.conversation.ended;
    told.conversation.problems.should.match([/session_end was answered with actions/]);
  });

  it('does not take an action after the end, nor a list in a frame', async () => {
    const told = await tell(() => undefined, { overWebSocket: true, deliver: async () => undefined });
    const frame = JSON.stringify([{ ...speak('Hello'), session_id: 'session' }]);
    told.conversation.receive(frame);
    told.conversation.hangUp();
    told.conversation.receive(JSON.stringify({ type: 'hangup', session_id: 'session' }));
    told.conversation.problems.should.match([/a frame has one action/, /the session has ended/]);
  });

  it('warns after a second, and waits no longer than five', async () => {
    const pending: ((answer: { status: number; body: string }) => void)[] = [];
    const told = await tell(
      () => undefined,
      { deliver: () => new Promise((resolve) => pending.push(resolve)) },
      false,
    );
    await told.clock.advance(1001);
    pending[0]?.({ status: 204, body: '' });
    await told.conversation.settled();
    told.warnings().should.match([/took 1001 ms/]);
    told.conversation.press('1');
    await new Promise((resolve) => setImmediate(resolve));
    await told.clock.advance(5000);
    await told.conversation.settled();
    pending[1]?.(json(speak('Too late')) as never);
    told.conversation.problems.should.match([/dtmf_received: no answer in 5000 ms/]);
    told.conversation.entries.some(({ kind }) => kind === 'said').should.be.false();
  });

  it('says why there was no answer', async () => {
    const told = await tell(() => undefined, {
      deliver: () => Promise.reject(new Error('connection refused')),
    });
    told.conversation.problems.should.eql(['session_start: no answer: connection refused']);
  });

  it('says so when the connection is gone, once', async () => {
    const told = await tell(() => undefined, { overWebSocket: true, deliver: async () => undefined });
    told.conversation.lose('closed with code 1006');
    told.conversation.lose('closed with code 1006');
    await told.conversation.ended;
    told.events().should.eql(['session_start']);
    told.conversation.problems.should.eql(['the connection is gone: closed with code 1006']);
  });
});
