import should from 'should';
import { goLive, openRequestOf, type LiveWebhook } from '../../../../nodes/lib/calls/open-requests';
import { SipgateError, type CallEvent, type ExchangeState, type Reply } from '../../../../sipgate/index';

/** A webhook with requests of calls, by exchange; it writes down what it was asked to do. */
class Webhook implements LiveWebhook {
  readonly country = 'DE';
  responseTimeout = 3000;
  readonly states: Record<string, ExchangeState> = {};
  readonly log: unknown[] = [];
  left = 3000;
  readonly endpoint: LiveWebhook['endpoint'];

  constructor(readonly events: Record<string, CallEvent>) {
    this.endpoint = {
      state: (exchange) => this.states[exchange] ?? (events[exchange] ? 'open' : 'unknown'),
      eventOf: (exchange) => events[exchange],
      openOf: (callId) => Object.keys(events).filter((exchange) => events[exchange]?.callId === callId),
      timeLeft: () => this.left,
      answer: (exchange, reply) => {
        this.log.push(['answer', exchange, reply.action]);
        return `<${exchange}/>`;
      },
    };
  }

  async hostSound(): Promise<string> {
    return 'https://example.org/announcements/1.wav';
  }

  async keepNotes(...notes: unknown[]): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.log.push(['notes', ...notes]);
  }
}

const newCall = (callId?: string, more: object = {}): CallEvent => ({
  event: 'NEW_CALL',
  ...(callId === undefined ? {} : { callId }),
  ...more,
});
const HANG_UP: Reply = { action: 'hangup' };

describe('The open request of a message', () => {
  let stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops) stop();
    stops = [];
  });

  function live(events: Record<string, CallEvent>): Webhook {
    const webhook = new Webhook(events);
    stops.push(goLive(webhook));
    return webhook;
  }

  async function answeredBy(message: Record<string, unknown>): Promise<string> {
    return openRequestOf(message).answer(HANG_UP, undefined);
  }

  function refusal(message: Record<string, unknown>): SipgateError {
    try {
      openRequestOf(message);
    } catch (error) {
      (error as Error).should.be.instanceof(SipgateError);
      return error as SipgateError;
    }
    throw new Error('this should have failed');
  }

  it('is that of its exchange, at whichever webhook', async () => {
    live({ e1: newCall('A1') });
    live({ e2: newCall('A1'), e3: newCall('A1') });
    (await answeredBy({ sipgate: { exchange: 'e1' } })).should.equal('<e1/>');
    (await answeredBy({ sipgate: { exchange: 'e3' }, callId: 'B1' })).should.equal('<e3/>');
  });

  it('is that of its call, wherever the message says which one that is', async () => {
    live({ e1: newCall('A1'), e2: newCall('A2') });
    for (const message of [
      { payload: { callId: 'A2' } },
      { call: { callId: 'A2' } },
      { callId: 'A2' },
      { payload: { callId: 'B1' }, call: { callId: 'A2' } },
      { payload: 'A1', callId: 'A2', sipgate: { exchange: '' } },
      { payload: { callId: '' }, call: { callId: 5 }, callId: 'A2', sipgate: { exchange: 5 } },
    ])
      (await answeredBy(message)).should.equal('<e2/>');
  });

  it('is gone when its webhook is', () => {
    const stop = goLive(new Webhook({ e1: newCall('A1') }));
    stop();
    refusal({ sipgate: { exchange: 'e1' } }).code.should.equal('NOT_FOUND');
  });

  it('is named with the reason when it is not open any more', () => {
    const webhook = live({ e1: newCall('A1') });
    live({ e2: newCall('A2') });
    webhook.states['e1'] = 'late';
    const { code, message } = refusal({ sipgate: { exchange: 'e1' } });
    code.should.equal('TIMEOUT');
    message.should.startWith('The answer came after the 3000 ms that the webhook waits');
  });

  const NONE = 'No open request belongs to this message.';
  it('is none where nobody knows the exchange or the call', () => {
    live({ e1: newCall('A1') });
    for (const message of [
      { sipgate: { exchange: 'e2' } },
      { sipgate: { exchange: 'e2' }, callId: 'A1' },
      { callId: 'B1' },
    ]) {
      const error = refusal(message);
      error.code.should.equal('NOT_FOUND');
      error.message.should.startWith(NONE);
    }
  });

  it('cannot be found when the message does not say which call it answers', () => {
    live({ e1: newCall('A1') });
    for (const message of [{}, { callId: '' }, { payload: { callId: 5 }, call: null }]) {
      const error = refusal(message);
      error.code.should.equal('NOT_FOUND');
      error.message.should.equal(
        'The message does not say which call it answers. Keep msg.sipgate, or give msg.callId.',
      );
    }
  });

  it('must be named when a call has two', () => {
    live({ e1: newCall('A1') });
    live({ e2: newCall('A1') });
    const error = refusal({ callId: 'A1' });
    error.code.should.equal('INVALID_INPUT');
    error.message.should.equal(
      '2 requests of this call are open. Keep msg.sipgate.exchange in the message to say which one is meant.',
    );
  });

  it('knows the country, and the numbers that sipgate itself sent', () => {
    live({ e1: newCall('A1', { from: '00000', to: '+4921163553355' }), e2: { event: 'DATA', dtmf: '1' } });
    const request = openRequestOf({ sipgate: { exchange: 'e1' }, call: { from: 5, to: '+4930123' } });
    request.country.should.equal('DE');
    request.ownNumbers.should.deepEqual(['00000', '+4921163553355', '+4930123']);
    const ofCall = openRequestOf({ sipgate: { exchange: 'e2' }, call: { from: '11', to: null } });
    ofCall.ownNumbers.should.deepEqual(['11']);
  });

  const notes: [what: string, reply: Reply, data: unknown, kept: unknown[]][] = [
    ['nothing when there is nothing', HANG_UP, undefined, []],
    ['a flow’s notes', HANG_UP, { menu: 1 }, [['notes', 'A1', { menu: 1 }, false]]],
    [
      'that the caller went to a mailbox',
      { action: 'voicemail' },
      undefined,
      [['notes', 'A1', undefined, true]],
    ],
    ['both', { action: 'voicemail' }, { menu: 1 }, [['notes', 'A1', { menu: 1 }, true]]],
  ];
  for (const [what, reply, data, kept] of notes) {
    it(`has kept ${what} before the answer goes out`, async () => {
      const webhook = live({ e1: newCall('A1') });
      (await openRequestOf({ callId: 'A1' }).answer(reply, data)).should.equal('<e1/>');
      webhook.log.should.deepEqual([...kept, ['answer', 'e1', reply.action]]);
    });
  }

  it('has nothing kept when its call has no id', async () => {
    const webhook = live({ e1: newCall() });
    await openRequestOf({ sipgate: { exchange: 'e1' } }).answer({ action: 'voicemail' }, { menu: 1 });
    webhook.log.should.deepEqual([['answer', 'e1', 'voicemail']]);
  });

  it('has nothing kept when its event is forgotten', async () => {
    const webhook = live({ e1: newCall('A1') });
    const { events } = webhook;
    webhook.states['e2'] = 'open';
    should(events['e2']).be.undefined();
    (await openRequestOf({ sipgate: { exchange: 'e2' } }).answer(HANG_UP, { menu: 1 })).should.equal('<e2/>');
    webhook.log.should.deepEqual([['answer', 'e2', 'hangup']]);
  });

  it('leaves time for the flow behind a Catch node when a sound is made for it', () => {
    const webhook = live({ E1: newCall('C1') });
    const left = () => openRequestOf({ sipgate: { exchange: 'E1' } }).timeForSound();
    left().should.equal(2500);
    webhook.left = 400;
    left().should.equal(-100);
    webhook.responseTimeout = 600;
    left().should.equal(100);
    webhook.responseTimeout = 1000;
    left().should.equal(-100);
  });
});
