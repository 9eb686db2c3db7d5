import should from 'should';
import { parseAiFlowAnswer, type AiFlowWarning, type SipgateError } from '../../../sipgate/index';
import { SESSION, SILENCE, VECTORS } from './vectors';

const I = SESSION.id;

function parse(response: unknown, context: { number?: string } = { number: '+4915799912300' }) {
  const warnings: AiFlowWarning[] = [];
  const warn = (warning: AiFlowWarning) => void warnings.push(warning);
  const answer = parseAiFlowAnswer(response, { sessionId: I, country: 'DE', warn, ...context });
  return { ...answer, warnings };
}
const actions = (response: unknown) => parse(response).actions as unknown as Record<string, unknown>[];
const first = (response: unknown) => actions(response)[0] ?? {};

describe('What a flow lets a voice assistant do', () => {
  VECTORS.filter(({ answer }) => answer !== null).forEach(({ response, answer }, index) =>
    it(`goes out as sipgate wants it, vector ${index + 1}`, () => {
      const { actions: list, warnings } = parse(response);
      should(list.length === 1 ? list[0] : list).eql(answer);
      warnings.should.eql([]);
    }),
  );

  it('is nothing for listen, and for an empty list', () => {
    actions({ action: 'listen' }).should.eql([]);
    actions([]).should.eql([]);
    actions([{ action: 'listen' }, { action: 'bargeIn' }]).should.eql([{ type: 'barge_in', session_id: I }]);
  });

  it('takes empty properties of a dialog for none', () => {
    const empty = {
      ttsProvider: '',
      bargeInStrategy: '',
      bargeInCharacters: '',
      bargeInAfter: '',
      inputTimeout: '',
    };
    first({
      action: 'speak',
      text: 'Hi',
      silence: '',
      then: '',
      ssml: false,
      interrupt: false,
      ...empty,
    }).should.eql({
      type: 'speak',
      session_id: I,
      text: 'Hi',
    });
  });

  it('says a number, and reads numbers that come as texts', () => {
    first({ action: 'speak', text: 42, bargeInCharacters: '5', inputTimeout: '2.5' }).should.eql({
      type: 'speak',
      session_id: I,
      text: '42',
      barge_in: { strategy: 'minimum_characters', minimum_characters: 5 },
      user_input_timeout_seconds: 2.5,
    });
  });

  it('takes SSML as the text or as a property of its own', () => {
    first({ action: 'speak', text: '<speak/>', ssml: 'true' }).should.containEql({ ssml: '<speak/>' });
    first({ action: 'speak', ssml: '<speak/>' }).should.containEql({ ssml: '<speak/>' });
  });

  it('sends minimum characters only with the strategy that counts them', () => {
    const soft = { bargeInStrategy: 'immediate', bargeInCharacters: 5, bargeInAfter: 500 };
    should(first({ action: 'speak', text: 'a', ...soft })['barge_in']).eql({
      strategy: 'immediate',
      allow_after_ms: 500,
    });
  });

  it('takes any provider, and sends no language to ElevenLabs', () => {
    const other = parse({
      action: 'speak',
      text: 'a',
      ttsProvider: 'kugelaudio',
      ttsVoice: 'x',
      ttsLanguage: 'de',
    });
    should((other.actions[0] as unknown as Record<string, unknown>)['tts']).eql({
      provider: 'kugelaudio',
      language: 'de',
      voice: 'x',
    });
    other.warnings.should.eql([{ kind: 'unknownProvider', provider: 'kugelaudio' }]);
    should(first({ action: 'speak', text: 'a', ttsProvider: 'eleven_labs', ttsLanguage: 'de' })['tts']).eql({
      provider: 'eleven_labs',
    });
  });

  it('writes the name of a provider as sipgate does', () => {
    for (const [ttsProvider, provider] of [
      ['Azure', 'azure'],
      [' ELEVEN_LABS ', 'eleven_labs'],
      [' New ', 'New'],
    ])
      should(first({ action: 'speak', text: 'a', ttsProvider })['tts']).eql({ provider });
  });

  it('warns of fields that the action does not take, a few of them', () => {
    const unknown = { speed: 2, target: '1', then: 'hangup' };
    parse({ action: 'transfer', number: '116117', ...unknown }).warnings.should.eql([
      { kind: 'unknownField', action: 'transfer', fields: '"speed", "target", "then"' },
    ]);
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, nth) => [`field${nth}`, 1]));
    const [warning] = parse([{ action: 'listen', ...many }]).warnings;
    should((warning as { fields: string }).fields.split(', ').length).equal(5);
  });

  it('takes all fields of an action without a warning', () => {
    const bargeIn = { bargeInStrategy: 'manual', bargeInCharacters: 1, bargeInAfter: 1 };
    const transfer = { number: '116117', callerIdName: 'A', callerIdNumber: '116117', transferTimeout: 5 };
    const voice = { ttsProvider: 'azure', ttsLanguage: 'de-DE', ttsVoice: 'x' };
    const speak = { text: 'a', ssml: false, inputTimeout: 1, silence: 150, interrupt: true, then: '' };
    parse([
      { action: 'speak', ...speak, ...voice, ...bargeIn, ...transfer },
      { action: 'audio', audio: SILENCE, ...bargeIn },
      { action: 'mixAudio', audio: SILENCE, volume: 1, stop: false },
      { action: 'transcription', sttProvider: 'AZURE', languages: 'de', vocabulary: 'a', silence: 150 },
      { action: 'sms', number: '0211 63553355', text: 'a' },
      { action: 'listen' },
      { action: 'bargeIn' },
      { action: 'transfer', ...transfer },
    ]).warnings.should.eql([]);
    parse({ action: 'hangup' }).warnings.should.eql([]);
  });

  it('warns of a voice without its provider', () => {
    parse({ action: 'speak', text: 'a', ttsVoice: 'x' }).warnings.should.eql([{ kind: 'noProvider' }]);
  });

  describe('a transfer', () => {
    it('shows the number of the session and waits 30 s unless the flow says otherwise', () => {
      first({ action: 'transfer', number: '0211 63553355', callerIdName: ' ' }).should.eql({
        type: 'transfer',
        session_id: I,
        target_phone_number: '4921163553355',
        caller_id_name: '4915799912300',
        caller_id_number: '4915799912300',
        timeout: 30,
      });
    });

    it('takes another caller ID, short codes and extensions', () => {
      first({ action: 'transfer', number: '116117', callerIdNumber: '0211 63553355' }).should.containEql({
        target_phone_number: '116117',
        caller_id_number: '4921163553355',
        caller_id_name: '4921163553355',
      });
      first({ action: 'transfer', number: 'e0' }).should.containEql({ target_phone_number: 'e0' });
    });

    it('hands on what sipgate itself calls the number of the flow', () => {
      const { actions: list } = parse(
        { action: 'transfer', number: '0211 63553355', callerIdNumber: '12' },
        { number: '12' },
      );
      should(list[0]).containEql({ caller_id_number: '12' });
    });
  });

  it('stops a background sound, or plays it half as loud unless told otherwise', () => {
    first({ action: 'mixAudio', stop: true, audio: 'whatever' }).should.eql({
      type: 'mix_audio',
      session_id: I,
      stop: true,
    });
    first({ action: 'mixAudio', audio: SILENCE }).should.containEql({ volume: 0.5 });
    first({ action: 'mixAudio', audio: SILENCE, volume: '0' }).should.containEql({ volume: 0 });
  });

  it('takes lists of languages and words', () => {
    first({
      action: 'transcription',
      languages: ['de-DE', ' '],
      vocabulary: ['Musterwerk', 'Beispiel'],
      silence: 150,
    }).should.eql({
      type: 'configure_transcription',
      session_id: I,
      languages: ['de-DE'],
      custom_vocabulary: ['Musterwerk', 'Beispiel'],
      vad: { end_of_turn_silence_ms: 150 },
    });
    first({ action: 'transcription', sttProvider: 'azure' }).should.containEql({ provider: 'AZURE' });
    should(first({ action: 'transcription', vocabulary: 'c\na\r\n\n b \n' })['custom_vocabulary']).eql([
      'c',
      'a',
      'b',
    ]);
  });

  describe('then', () => {
    it('hangs up or transfers when the assistant has spoken', () => {
      parse({ action: 'speak', text: 'Bye', then: 'hangup' }).afterSpeech.should.eql({
        type: 'hangup',
        session_id: I,
      });
      const { afterSpeech } = parse({
        action: 'speak',
        text: 'a',
        then: 'transfer',
        number: '0211 63553355',
      });
      afterSpeech.should.containEql({ type: 'transfer', target_phone_number: '4921163553355', timeout: 30 });
    });

    it('is called off by whatever ends the speech, and left alone by what does not', () => {
      for (const action of [{ action: 'speak', text: 'a' }, { action: 'hangup' }, { action: 'bargeIn' }])
        parse(action).afterSpeech.should.equal('nothing');
      for (const action of [
        { action: 'listen' },
        { action: 'transcription' },
        { action: 'mixAudio', stop: true },
      ])
        parse(action).afterSpeech.should.equal('unchanged');
    });

    it('is that of the last speech in a list', () => {
      const bye = { action: 'speak', text: 'Bye', then: 'hangup' };
      parse([bye, { action: 'speak', text: 'Wait' }]).afterSpeech.should.equal('nothing');
      parse([{ action: 'bargeIn' }, bye, { action: 'transcription' }]).afterSpeech.should.containEql({
        type: 'hangup',
      });
    });

    it('is checked at once, and not when it is too late', () => {
      should(error({ action: 'speak', text: 'a', then: 'transfer' }).field).equal('number');
    });
  });

  it('remembers what is said, without the marks of SSML', () => {
    parse([
      { action: 'speak', text: 'One' },
      { action: 'speak', ssml: '<speak>Two <break time="1s"/>&amp; three</speak>' },
    ]).spoken.should.eql(['One', 'Two & three']);
  });

  it('warns of a hang-up that cuts off a sentence, and of what nobody hears', () => {
    parse([{ action: 'speak', text: 'Bye' }, { action: 'hangup' }]).warnings.should.eql([{ kind: 'cutOff' }]);
    parse([{ action: 'hangup' }, { action: 'speak', text: 'Bye' }]).warnings.should.eql([
      { kind: 'unheard', action: 'speak', after: 'hangup' },
    ]);
  });
});

function error(response: unknown): SipgateError {
  let thrown: unknown;
  try {
    parse(response);
  } catch (caught) {
    thrown = caught;
  }
  should(thrown).be.an.Error();
  return thrown as SipgateError;
}

/** A WAV of the same silence in another format. */
function wav({ rate = 16_000, channels = 1, bits = 16, encoding = 1 }): Buffer {
  const bytes = Buffer.from(SILENCE);
  bytes.writeUInt16LE(encoding, 20);
  bytes.writeUInt16LE(channels, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt16LE(bits, 34);
  return bytes;
}

describe('What a voice assistant cannot do is refused, and the field is named:', () => {
  const speak = (more: object) => ({ action: 'speak', text: 'a', ...more });
  const transfer = (more: object) => ({ action: 'transfer', number: '0211 63553355', ...more });
  const WRONG: [field: string, response: unknown, problem: RegExp][] = [
    ['response', 'hangup', /must be an object or a list of objects, got "hangup"/],
    ['response', [null], /is missing/],
    ['response', undefined, /is missing/],
    ['response', [[]], /got a list of 0/],
    ['action', {}, /is missing/],
    ['action', { action: 'dance' }, /must be one of speak, audio, .*, got "dance"/],
    ['action', { action: 'toString' }, /got "toString"/],
    ['text', { action: 'speak' }, /is missing/],
    ['text', { action: 'speak', text: '' }, /an empty text/],
    ['text', { action: 'speak', text: ' \n' }, /must be a text/],
    ['text', { action: 'speak', text: {} }, /got an object/],
    ['ssml', { action: 'speak', text: 'a', ssml: '<speak/>' }, /together with `text`/],
    ['ssml', speak({ ssml: 1 }), /must be true or false, got 1/],
    ['bargeInStrategy', speak({ bargeInStrategy: 'shout' }), /got "shout"/],
    ['bargeInCharacters', speak({ bargeInCharacters: 0 }), /from 1 to 100, got 0/],
    ['bargeInCharacters', speak({ bargeInCharacters: 101 }), /got 101/],
    ['bargeInCharacters', speak({ bargeInCharacters: 2.5 }), /whole number/],
    ['bargeInAfter', speak({ bargeInAfter: -1 }), /from 0 to 10000/],
    ['bargeInAfter', speak({ bargeInAfter: 10_001 }), /got 10001/],
    ['inputTimeout', speak({ inputTimeout: 0 }), /more than 0/],
    ['inputTimeout', speak({ inputTimeout: 'soon' }), /got "soon"/],
    ['inputTimeout', speak({ inputTimeout: NaN }), /got NaN/],
    ['silence', speak({ silence: 149 }), /from 150 to 2000/],
    ['silence', { action: 'transcription', silence: 2001 }, /got 2001/],
    ['then', speak({ then: 'dance' }), /hangup, transfer/],
    ['interrupt', speak({ interrupt: 'yes' }), /true or false/],
    ['number', transfer({ number: '' }), /phone number/],
    ['number', transfer({ number: undefined }), /is missing/],
    ['callerIdNumber', transfer({ callerIdNumber: 'me' }), /got "me"/],
    ['transferTimeout', transfer({ transferTimeout: 4 }), /from 5 to 120, got 4/],
    ['transferTimeout', transfer({ transferTimeout: 121 }), /got 121/],
    ['audio', { action: 'audio' }, /is missing/],
    ['audio', { action: 'audio', audio: 'hello.wav' }, /must be a sound/],
    ['audio', { action: 'audio', audio: Buffer.from('nothing') }, /must be a WAV/],
    ['audio', { action: 'audio', audio: wav({ rate: 8000 }) }, /got 8000 Hz, 16 bit, 1 channel\./],
    ['audio', { action: 'audio', audio: wav({ channels: 2 }) }, /2 channels/],
    ['audio', { action: 'audio', audio: wav({ bits: 8 }) }, /8 bit/],
    ['audio', { action: 'mixAudio', audio: wav({ encoding: 6 }) }, /must be PCM/],
    ['volume', { action: 'mixAudio', audio: SILENCE, volume: 1.1 }, /from 0 to 1/],
    ['languages', { action: 'transcription', languages: 'a-a,bb,cc,dd,ee' }, /has 5 entries/],
    ['languages', { action: 'transcription', languages: 'Deutsch!' }, /got "Deutsch!"/],
    ['languages', { action: 'transcription', languages: [1] }, /list of texts/],
    ['vocabulary', { action: 'transcription', vocabulary: Array(101).fill('a') }, /has 101 entries/],
    ['vocabulary', { action: 'transcription', vocabulary: 'a'.repeat(201) }, /201 characters/],
    ['number', { action: 'sms', number: '116117', text: 'a' }, /short code/],
    ['text', { action: 'sms', number: '0211 63553355' }, /is missing/],
  ];
  for (const [field, response, problem] of WRONG)
    it(`${field}: ${JSON.stringify(response)}`.slice(0, 100), () => {
      const thrown = error(response);
      thrown.should.have.properties({ name: 'SipgateError', code: 'INVALID_INPUT', field });
      thrown.message.should.match(problem);
    });

  it('a caller ID where the session tells no number of its own', () => {
    should(() => parse({ action: 'transfer', number: '0211 63553355' }, {})).throw(
      /callerIdNumber.*is missing/,
    );
  });
});
