import should from 'should';
import { MovableClock } from '../../../simulator/ai-flow/clock';
import { createConversation } from '../../../simulator/ai-flow/create-conversation';
import type { Switch } from '../../../simulator/ai-flow/switches';
import { speak, tell, wav, type Say } from './flow';

const TEN = 'ten signs.';
const TEN_MS = 600;
const SILENCE_MS = 700;

/** Greets, and repeats what the caller says. */
const echo: Say = (event) => {
  if (event.type === 'session_start') return speak(TEN);
  if (event.type === 'user_speak') return speak(`You said ${String(event['text'])}`);
  return undefined;
};

describe('a conversation with a voice assistant', () => {
  it('begins, hears the greeting to its end, and says a sentence', async () => {
    const told = await tell(echo);
    told.events().should.eql(['session_start']);
    await told.pass(TEN_MS - 1);
    told.notes().should.not.containEql('speechEnds');
    await told.pass(1);
    told.events().should.eql(['session_start', 'assistant_speech_ended']);
    void told.conversation.say('Hello there');
    await told.pass(0);
    await told.pass(660 + SILENCE_MS);
    should(told.event('user_speak')).containEql({ text: 'Hello there', barged_in: false });
    const said = told.conversation.entries.filter((entry) => entry.kind === 'said');
    said
      .map(({ by, text }) => [by, text])
      .should.eql([
        ['assistant', TEN],
        ['caller', 'Hello there'],
        ['assistant', 'You said Hello there'],
      ]);
    told.conversation.problems.should.eql([]);
  });

  it('tells numbers, direction and session as sipgate writes them', async () => {
    const told = await tell(echo, { from: '+49 157 99912345', to: '+4915799912300' });
    should(told.event('session_start')).eql({
      type: 'session_start',
      session: {
        id: 'session',
        account_id: 'simulated',
        phone_number: '4915799912300',
        direction: 'inbound',
        from_phone_number: '4915799912345',
        to_phone_number: '4915799912300',
      },
    });
  });

  it('waits with a sentence until the assistant is silent', async () => {
    const told = await tell(echo);
    void told.conversation.say('Hello');
    await told.pass(TEN_MS - 1);
    told.conversation.entries
      .some((entry) => entry.kind === 'said' && entry.by === 'caller')
      .should.be.false();
    await told.pass(1 + 400 + SILENCE_MS);
    told.events().should.eql(['session_start', 'assistant_speech_ended', 'user_speak']);
  });

  it('waits over a WebSocket for the word behind what prepares it, for each comes by itself', async () => {
    const told = await tell(() => undefined, { overWebSocket: true, deliver: async () => undefined });
    const frame = (action: object) =>
      told.conversation.receive(JSON.stringify({ session_id: 'session', ...action }));
    void told.conversation.say('Hello');
    frame({ type: 'configure_transcription', languages: ['de-DE'] });
    frame({ type: 'barge_in' });
    await told.pass(100);
    frame(speak('Good day'));
    await told.pass(480 + 500);
    await told.pass(400 + 700);
    told.notes().should.not.containEql('interrupts').and.not.containEql('cannotInterrupt');
    told
      .events()
      .should.eql(['session_start', 'assistant_speech_ended', 'user_speech_started', 'user_speak']);
  });

  it('is over when the caller hangs up, and tells it once', async () => {
    const told = await tell(echo);
    told.conversation.hangUp();
    told.conversation.hangUp();
    await told.conversation.ended;
    await told.pass(60_000);
    told.events().should.eql(['session_start', 'session_end']);
    should(told.notes().at(-1)).equal('ended');
  });

  it('hears nothing after a hang-up, and no sentence is said any more', async () => {
    const told = await tell(() => [speak('Bye'), { type: 'hangup' }, speak('Not heard')]);
    await told.conversation.ended;
    await told.conversation.say('Hello?');
    told.events().should.eql(['session_start', 'session_end']);
    told
      .warnings()
      .should.eql([
        'hangup right after speak: the caller does not hear what is said',
        'what comes after hangup is not carried out',
      ]);
  });

  it('says goodbye first when the flow hangs up once that is spoken', async () => {
    const told = await tell(({ type }) => {
      if (type === 'session_start') return speak(TEN);
      return type === 'assistant_speech_ended' ? { type: 'hangup' } : undefined;
    });
    await told.pass(TEN_MS);
    told.events().should.eql(['session_start', 'assistant_speech_ended', 'session_end']);
    told.warnings().should.eql([]);
  });

  it('plays a sound as long as it is', async () => {
    const told = await tell(({ type }) =>
      type === 'session_start' ? { type: 'audio', audio: wav(16_000, 1000) } : undefined,
    );
    await told.pass(999);
    told.events().should.eql(['session_start']);
    await told.pass(1);
    told.events().should.eql(['session_start', 'assistant_speech_ended']);
    should(told.event('assistant_speak')).be.undefined();
  });

  it('presses keys one by one, which do not stop the assistant', async () => {
    const told = await tell(echo);
    told.conversation.press('1#');
    await told.pass(TEN_MS);
    told.events().should.eql(['session_start', 'dtmf_received', 'dtmf_received', 'assistant_speech_ended']);
    should(told.event('dtmf_received')).containEql({ digit: '#' });
    (() => told.conversation.press('A')).should.throw(/0 to 9, \* and #/);
  });

  describe('when the caller says nothing', () => {
    const asking: Say = ({ type }) =>
      type === 'session_start' ? speak(TEN, { user_input_timeout_seconds: 8 }) : undefined;

    it('tells it after the time that the flow has asked for, once', async () => {
      const told = await tell(asking);
      await told.pass(TEN_MS + 7999);
      told.events().should.not.containEql('user_input_timeout');
      await told.pass(60_000);
      told
        .events()
        .filter((type) => type === 'user_input_timeout')
        .length.should.equal(1);
    });

    it('does not where the caller speaks in time', async () => {
      const told = await tell(asking);
      await told.pass(TEN_MS + 7900);
      void told.conversation.say('Here I am');
      await told.pass(60_000);
      told.events().should.not.containEql('user_input_timeout');
    });

    it('counts a key as an answer, or not, for sipgate does not say', async () => {
      for (const switches of [[], ['keyKeepsTimeout']] as Switch[][]) {
        const told = await tell(asking, { switches });
        await told.pass(TEN_MS + 7000);
        told.conversation.press('1');
        await told.pass(5000);
        told
          .events()
          .includes('user_input_timeout')
          .should.equal(switches.length > 0);
      }
    });
  });

  describe('with a transfer', () => {
    const transferring = (timeout?: number): Say => {
      let isBack = false;
      return ({ type }) => {
        if (type !== 'session_start') return undefined;
        if (isBack) return speak('Nobody there');
        isBack = true;
        return {
          type: 'transfer',
          target_phone_number: '4921163553355',
          caller_id_name: 'Example',
          caller_id_number: '4915799912300',
          ...(timeout === undefined ? {} : { timeout }),
        };
      };
    };

    it('hears of it no more when somebody takes it', async () => {
      const told = await tell(transferring(30));
      await told.conversation.ended;
      told.events().should.eql(['session_start']);
      told.notes().should.containEql('transferTaken');
    });

    it('starts the same session again when nobody takes it in time', async () => {
      const told = await tell(transferring(30), { takesTransfers: false });
      await told.pass(29_999);
      told.events().should.eql(['session_start']);
      await told.pass(1);
      told.events().should.eql(['session_start', 'session_start']);
      should(told.event('session_start')?.session.id).equal('session');
      told.conversation.isOver.should.be.false();
    });

    it('loses the call where the transfer has no timeout', async () => {
      const told = await tell(transferring(), { takesTransfers: false });
      await told.conversation.ended;
      told.events().should.eql(['session_start', 'session_end']);
      told.warnings().should.eql(['transfer: without a timeout the call ends when nobody answers']);
    });
  });

  describe('what sipgate’s descriptions leave open', () => {
    const withSwitch = (name: Switch, say: Say = echo) => tell(say, { switches: [name] });

    it('numbers with +', async () => {
      should((await withSwitch('plus')).event('session_start')?.session.from_phone_number).equal(
        '+4915799912345',
      );
    });

    it('a session without its optional fields', async () => {
      should(Object.keys((await withSwitch('bareSession')).event('session_start')?.session ?? {})).eql([
        'id',
        'account_id',
        'phone_number',
      ]);
    });

    it('no event when the assistant begins to speak', async () => {
      should((await withSwitch('noAssistantSpeak')).event('assistant_speak')).be.undefined();
      should((await tell(echo)).event('assistant_speak')).containEql({ text: TEN, duration_ms: TEN_MS });
    });

    it('the older names', async () => {
      const told = await withSwitch('legacy');
      told.conversation.interrupt('Stop it');
      await told.pass(5000);
      should(told.event('user_barge_in')).containEql({ text: 'Stop it' });
      void told.conversation.say('Hello');
      await told.pass(5000);
      should(told.event('user_speak')).containEql({ transcript: 'Hello' });
    });

    it('an event that nobody knows', async () => {
      (await withSwitch('unknownEvent')).events().should.eql(['session_start', 'invented_by_the_simulator']);
    });

    it('a later speech waits, or takes the place of the one before', async () => {
      const twice: Say = ({ type }) => (/start|dtmf/.test(type) ? speak(TEN) : undefined);
      for (const [switches, endings] of [
        [[], 2],
        [['laterReplaces'], 1],
      ] as const) {
        const told = await tell(twice, { switches });
        told.conversation.press('1');
        await told.pass(2 * TEN_MS);
        told
          .events()
          .filter((type) => type === 'assistant_speech_ended')
          .length.should.equal(endings);
      }
    });

    it('the end of a session after a transfer, and an SMS that fails', async () => {
      const transfer = {
        target_phone_number: '49211',
        caller_id_name: 'A',
        caller_id_number: '49211',
        timeout: 5,
      };
      const told = await withSwitch('endAfterTransfer', () => ({ type: 'transfer', ...transfer }));
      await told.conversation.ended;
      told.events().should.eql(['session_start', 'session_end']);
      const sms = { type: 'send_sms', phone_number: '4915799912345', message: 'Hello' };
      const failing = await withSwitch('smsFails', ({ type }) =>
        type === 'session_start' ? sms : undefined,
      );
      failing.events().should.eql(['session_start', 'sms_failed']);
    });

    it('an event waits for the answer to the one before it, or does not', async () => {
      for (const [switches, seen] of [
        [[], ['session_start']],
        [['overlapping'], ['session_start', 'dtmf_received']],
      ] as const) {
        const delivered: string[] = [];
        const conversation = createConversation({
          switches,
          clock: new MovableClock(),
          deliver: ({ type }) => {
            delivered.push(type);
            return new Promise(() => undefined);
          },
        });
        conversation.press('1');
        await new Promise((resolve) => setImmediate(resolve));
        [...delivered].sort().reverse().should.eql(seen);
      }
    });
  });
});
