import should from 'should';
import { parseAiFlowAnswer, type AiFlowWarning, type SipgateError } from '../../../sipgate/index';
import { SESSION, SILENCE } from './vectors';

const NUMBER = '+4915799912300';

function parse(response: unknown, number?: string) {
  const warnings: AiFlowWarning[] = [];
  const warn = (warning: AiFlowWarning) => void warnings.push(warning);
  const answer = parseAiFlowAnswer(response, { sessionId: SESSION.id, country: 'DE', warn, number });
  return { ...answer, warnings };
}
const first = (response: unknown, number = NUMBER) =>
  parse(response, number).actions[0] as unknown as Record<string, unknown>;
function failure(response: unknown, number?: string): string {
  try {
    parse(response, number ?? NUMBER);
  } catch (thrown) {
    (thrown as SipgateError).code.should.equal('INVALID_INPUT');
    return (thrown as SipgateError).message;
  }
  throw new Error(`nothing is wrong with ${JSON.stringify(response)}`);
}
const speak = (more: object = {}) => ({ action: 'speak', text: 'a', ...more });
const transfer = (more: object = {}) => ({ action: 'transfer', number: '0211 63553355', ...more });
const listening = (more: object) => ({ action: 'transcription', ...more });
const many = (count: number, length = 1) => Array.from({ length: count }, () => 'w'.repeat(length));

describe('The limits of what a voice assistant may do', () => {
  const AT_THE_LIMIT: [field: string, responses: object[]][] = [
    ['bargeInCharacters', [speak({ bargeInCharacters: 1 }), speak({ bargeInCharacters: 100 })]],
    ['bargeInAfter', [speak({ bargeInAfter: 0 }), speak({ bargeInAfter: 10_000 })]],
    ['silence', [speak({ silence: 150 }), speak({ silence: 2000 })]],
    ['inputTimeout', [speak({ inputTimeout: 0.1 }), speak({ inputTimeout: 86_400 })]],
    ['transferTimeout', [transfer({ transferTimeout: 5 }), transfer({ transferTimeout: 120 })]],
    ['volume', [0, 1].map((volume) => ({ action: 'mixAudio', audio: SILENCE, volume }))],
    ['languages', [listening({ languages: ['de'] }), listening({ languages: ['de', 'en', 'fr', 'it'] })]],
    ['languages', [listening({ languages: `de-${'a'.repeat(8)}-${'b'.repeat(8)}-${'c'.repeat(8)}-ddddd` })]],
    ['vocabulary', [listening({ vocabulary: many(100, 200) })]],
  ];
  for (const [field, responses] of AT_THE_LIMIT)
    it(`${field} may be as small and as large as that`, () => {
      for (const response of responses) parse(response, NUMBER).warnings.should.eql([]);
    });

  const BEYOND: [response: object, message: string][] = [
    [
      speak({ bargeInCharacters: 101 }),
      '`bargeInCharacters` must be a whole number from 1 to 100, got 101. Correct it, or leave it empty.',
    ],
    [
      speak({ bargeInAfter: 0.5 }),
      '`bargeInAfter` must be a whole number from 0 to 10000, got 0.5. Correct it, or leave it empty.',
    ],
    [
      speak({ silence: 150.5 }),
      '`silence` must be a whole number from 150 to 2000, got 150.5. Correct it, or leave it empty.',
    ],
    [
      speak({ inputTimeout: 86_401 }),
      '`inputTimeout` must be a number from 0 to 86400, got 86401. Correct it, or leave it empty.',
    ],
    [
      speak({ inputTimeout: Infinity }),
      '`inputTimeout` must be a number from 0 to 86400, got Infinity. Correct it, or leave it empty.',
    ],
    [
      speak({ inputTimeout: ' ' }),
      '`inputTimeout` must be a number from 0 to 86400, got " ". Correct it, or leave it empty.',
    ],
    [
      speak({ inputTimeout: [5] }),
      '`inputTimeout` must be a number from 0 to 86400, got a list of 1. Correct it, or leave it empty.',
    ],
    [
      speak({ inputTimeout: true }),
      '`inputTimeout` must be a number from 0 to 86400, got true. Correct it, or leave it empty.',
    ],
    [
      speak({ inputTimeout: '0' }),
      '`inputTimeout` must be more than 0. Give the seconds, or leave it empty.',
    ],
    [
      transfer({ transferTimeout: 5.5 }),
      '`transferTimeout` must be a whole number from 5 to 120, got 5.5. Correct it, or leave it empty.',
    ],
    [listening({ languages: many(5, 2) }), '`languages` has 5 entries. Give 1 to 4 languages.'],
    [
      listening({ languages: ['de', '-de'] }),
      '`languages` must hold languages, got "-de". Write them as de-DE, en-US.',
    ],
    [
      listening({ languages: [`de-${'a'.repeat(8)}-${'b'.repeat(8)}-${'c'.repeat(8)}-${'d'.repeat(6)}`] }),
      '`languages` must hold languages, got "de-aaaaaaaa-bbbbbbbb-cccccccc-dddddd". Write them as de-DE, en-US.',
    ],
    [listening({ vocabulary: many(101) }), '`vocabulary` has 101 entries. Give at most 100.'],
    [
      listening({ vocabulary: many(1, 201) }),
      '`vocabulary` has an entry of 201 characters. Each may have at most 200.',
    ],
    [
      listening({ vocabulary: ['a', 1] }),
      '`vocabulary` must be a list of texts, got a list of 2. Give texts only.',
    ],
  ];
  for (const [response, message] of BEYOND)
    it(message, () => {
      failure(response).should.equal(message);
    });
});

describe('What is wrong with an answer is said in words that help:', () => {
  const SAY_SOMETHING = 'Give the text that the assistant says, or choose the action listen to say nothing.';
  const ACTIONS = 'speak, audio, transfer, hangup, bargeIn, mixAudio, transcription, sms, listen';
  const WRONG: [response: unknown, message: string][] = [
    [
      'hangup',
      '`response` must be an object or a list of objects, got "hangup". Give one such as { "action": "speak", "text": "Hello" }.',
    ],
    [{ action: 5 }, `\`action\` must be one of ${ACTIONS}, got 5. Choose one of ${ACTIONS}.`],
    [{ action: 'speak' }, `\`text\` is missing. ${SAY_SOMETHING}`],
    [speak({ text: '' }), `\`text\` must be a text, got an empty text. ${SAY_SOMETHING}`],
    [speak({ text: {} }), '`text` must be a text, got an object. Give a text.'],
    [speak({ text: undefined, ssml: ' ' }), `\`ssml\` must be a text, got " ". ${SAY_SOMETHING}`],
    [speak({ ssml: '<speak/>' }), '`ssml` must not be given together with `text`. Give one of them.'],
    [speak({ ssml: 1 }), '`ssml` must be true or false, got 1. Use one of them.'],
    [speak({ then: 'dance' }), '`then` must be one of hangup, transfer, got "dance". Choose one of them.'],
    [{ action: 'sms', number: '0211 63553355' }, '`text` is missing. Give the text of the SMS.'],
  ];
  for (const [response, message] of WRONG)
    it(message.slice(0, 80), () => {
      failure(response).should.equal(message);
    });

  it('that a session without a number of its own needs a caller ID', () => {
    for (const number of [undefined, ''])
      should(() => parse(transfer(), number)).throw(
        '`callerIdNumber` is missing, and the session does not tell its own number. ' +
          'Give the number that the person who is called sees.',
      );
  });
});

describe('What an answer leaves open', () => {
  it('takes null and empty texts for nothing', () => {
    for (const nothing of [null, undefined, ''])
      first(
        speak({ ssml: nothing, then: nothing, interrupt: nothing, inputTimeout: nothing, ttsVoice: nothing }),
      ).should.eql({
        type: 'speak',
        session_id: SESSION.id,
        text: 'a',
      });
    first(speak({ ssml: 'false', interrupt: 'false' })).should.containEql({ text: 'a' });
    parse(speak({ interrupt: 'true' })).actions.length.should.equal(2);
  });

  it('takes texts with blanks around them, and truths and numbers for texts', () => {
    first(
      speak({ text: false, ttsProvider: ' azure ', ttsVoice: ' x ', ttsLanguage: ' de-DE ' }),
    ).should.containEql({
      text: 'false',
      tts: { provider: 'azure', voice: 'x', language: 'de-DE' },
    });
    first(transfer({ callerIdName: ' Praxis ' })).should.containEql({ caller_id_name: 'Praxis' });
    first(transfer({ callerIdName: 7 })).should.containEql({ caller_id_name: '7' });
    first(transfer({ callerIdNumber: NUMBER })).should.containEql({ caller_id_number: '4915799912300' });
    // what sipgate itself calls the flow's number, though nobody could call it
    first(transfer({ callerIdNumber: '00000' }), '00000').should.containEql({ caller_id_number: '00000' });
    first(speak({ inputTimeout: ' 8 ' })).should.containEql({ user_input_timeout_seconds: 8 });
  });

  it('sends a protected start alone with the usual strategy', () => {
    should(first(speak({ bargeInAfter: 500 }))['barge_in']).eql({
      strategy: 'minimum_characters',
      allow_after_ms: 500,
    });
  });

  it('takes any transcription, and knows those of sipgate in any letters', () => {
    for (const [given, provider] of [
      [' deepgram ', 'DEEPGRAM'],
      ['Eleven_Labs', 'ELEVEN_LABS'],
    ]) {
      const { actions, warnings } = parse(listening({ sttProvider: given }));
      should((actions[0] as unknown as Record<string, unknown>)['provider']).equal(provider);
      warnings.should.eql([]);
    }
    const other = parse(listening({ sttProvider: ' New ' }));
    should((other.actions[0] as unknown as Record<string, unknown>)['provider']).equal('New');
    other.warnings.should.eql([{ kind: 'unknownProvider', provider: 'New' }]);
  });

  it('sends no list that is empty, which would mean something else to sipgate', () => {
    for (const empty of ['', ' , ', [], [' ']])
      first(listening({ languages: empty, vocabulary: empty === ' , ' ? '\n' : empty })).should.eql({
        type: 'configure_transcription',
        session_id: SESSION.id,
      });
  });

  it('takes languages of several parts', () => {
    const languages = ['zh-Hans-CN', 'de-1996', 'es-419'];
    should(first(listening({ languages: languages.join(' , ') }))['languages']).eql(languages);
  });

  it('remembers nothing of what has no words', () => {
    parse([
      speak({ text: undefined, ssml: '<speak><break time="1s"/></speak>' }),
      { action: 'listen' },
    ]).spoken.should.eql([]);
    parse(speak({ text: undefined, ssml: 'a<b/>c &lt;&gt; &quot;&apos;&amp; &unknown;' })).spoken.should.eql([
      'a c <> "\'& &unknown;',
    ]);
  });

  it('warns of a sentence or a sound that a hang-up cuts off, and of nothing else before it', () => {
    const kinds = (...actions: object[]) => parse(actions, NUMBER).warnings.map(({ kind }) => kind);
    const sound = { action: 'audio', audio: SILENCE };
    kinds(sound, { action: 'hangup' }).should.eql(['cutOff']);
    kinds(speak(), { action: 'listen' }, { action: 'hangup' }).should.eql(['cutOff']);
    kinds({ action: 'bargeIn' }, { action: 'hangup' }).should.eql([]);
    kinds(speak(), transfer()).should.eql([]);
    kinds(transfer(), speak()).should.eql(['unheard']);
    kinds({ action: 'hangup' }).should.eql([]);
    kinds(speak(), sound).should.eql([]);
  });

  it('warns of a language without its provider', () => {
    parse(speak({ ttsLanguage: 'de' })).warnings.should.eql([{ kind: 'noProvider' }]);
    parse(speak({ ttsProvider: ' ' })).warnings.should.eql([]);
  });
});
