import should from 'should';
import type { ExchangeState } from '../../../sipgate/exchanges';
import {
  closedError,
  createReplayMemory,
  createWebhookEndpoint,
  parseEvent,
  parseRanges,
  readPublicKey,
  type Delivery,
  type EndpointNotice,
  type Incoming,
  type RequestHead,
} from '../../../sipgate/index';

const HEAD: RequestHead = {
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-sipgate-signature': 'good' },
  remoteAddress: '192.0.2.1',
};
const NEW_CALL = 'event=newCall&callId=A1';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A webhook whose flows answer nothing by themselves. */
function start({ masterSipId = '', allowedIps = '', trustProxy = '', isAwaited = false } = {}) {
  const notices: EndpointNotice[] = [];
  const delivered: Incoming[] = [];
  const rules = {
    allowedIps: parseRanges(allowedIps, 'allowedIps'),
    trustProxy: parseRanges(trustProxy, 'trustProxy'),
    masterSipId,
    responseTimeout: 5000,
    replays: createReplayMemory<Delivery>(60_000),
  };
  const endpoint = createWebhookEndpoint<undefined>(rules, {
    verify: (_, signature) => signature === 'good',
    record: () => Promise.resolve(undefined),
    deliver: (incoming) => {
      delivered.push(incoming);
      return Promise.resolve(isAwaited);
    },
    followUps: () => ({ onData: 'https://nr.example.org', onHangup: 'https://nr.example.org' }),
    notice: (notice) => notices.push(notice),
  });
  const handle = (body: string, head = HEAD) => endpoint.handle(head, Buffer.from(body), () => undefined);
  return { endpoint, notices, delivered, handle };
}

describe('What a webhook says', () => {
  for (const [state, code, text] of [
    [
      'late',
      'TIMEOUT',
      'The answer came after the 3000 ms that the webhook waits; the call went on without it. Answer sooner, or raise the response timeout of the webhook (at most 8000 ms).',
    ],
    ['gone', 'NOT_FOUND', 'sipgate closed the request before it was answered. The call is gone or went on.'],
    [
      'answered',
      'INVALID_INPUT',
      'This event has been answered already. Wire each event to one Webhook response only.',
    ],
    [
      'unawaited',
      'INVALID_INPUT',
      'This event has been answered already: the webhook answered it at once, because it saw no way from the Webhook in to a Webhook response. Set "Wait for a response" of the Webhook in to "always".',
    ],
    [
      'interrupted',
      'NOT_FOUND',
      'No open request belongs to this message any more: a deploy answered it, so that the caller did not have to wait.',
    ],
    [
      'unknown',
      'NOT_FOUND',
      'No open request belongs to this message. Only NEW_CALL and DATA can be answered, once, and not after a deploy.',
    ],
    [
      'open',
      'NOT_FOUND',
      'No open request belongs to this message. Only NEW_CALL and DATA can be answered, once, and not after a deploy.',
    ],
  ] as [ExchangeState, string, string][]) {
    it(`when an exchange is ${state}`, () =>
      closedError(state, 3000).should.have.properties({ code, message: text }));
  }

  for (const [status, reason, head] of [
    [405, 'sipgate.io sends POST requests', { method: 'GET' }],
    [415, 'The content type must be application/x-www-form-urlencoded', { headers: {} }],
    [413, 'The body is longer than 64 KiB', { headers: { ...HEAD.headers, 'content-length': '70000' } }],
    [403, 'This address is not allowed', { remoteAddress: '192.0.2.9' }],
  ] as const) {
    it(`when it refuses a head: ${reason}`, () => {
      const { endpoint, notices } = start({ allowedIps: '192.0.2.1' });
      const answer = endpoint.admit({ ...HEAD, ...head });
      should(answer?.status).equal(status);
      should(answer?.body).match(new RegExp(`<Error message="${reason}"/>`));
      const address = 'remoteAddress' in head ? head.remoteAddress : '192.0.2.1';
      notices.should.deepEqual([{ kind: 'refused', status, reason, address }]);
    });
  }

  for (const [status, reason, body, signature] of [
    [401, 'The signature is missing or does not fit the body', NEW_CALL, 'wrong'],
    [400, 'The form has no event that sipgate.io knows', 'event=other', 'good'],
    [403, 'The event belongs to another sipgate account', `${NEW_CALL}&fullUserId[]=7654321w0`, 'good'],
  ] as const) {
    for (const areThereFlows of [true, false]) {
      it(`when it refuses an event${areThereFlows ? '' : ' without flows'}: ${reason}`, async () => {
        const { endpoint, notices } = start({ masterSipId: '1234567' });
        const head = { ...HEAD, headers: { ...HEAD.headers, 'x-sipgate-signature': signature } };
        const bytes = Buffer.from(body);
        const answer = areThereFlows
          ? await endpoint.handle(head, bytes, () => undefined)
          : await endpoint.handleWithoutFlows(head, bytes);
        answer.status.should.equal(status);
        notices.should.deepEqual([{ kind: 'refused', status, reason, address: '192.0.2.1' }]);
      });
    }
  }

  it('when a body grows too long, of nobody', () => {
    const { endpoint, notices } = start();
    endpoint.refuse(413, 'too long').status.should.equal(413);
    notices.should.deepEqual([{ kind: 'refused', status: 413, reason: 'too long', address: '' }]);
  });

  it('names who sent it through a proxy, or the proxy where that says nothing of use', () => {
    const { endpoint, notices } = start({ trustProxy: '192.0.2.1' });
    for (const forwarded of ['198.51.100.7', 'rubbish'])
      endpoint.admit({ ...HEAD, method: 'GET', headers: { 'x-forwarded-for': forwarded } });
    notices
      .map((notice) => notice.kind === 'refused' && notice.address)
      .should.deepEqual(['198.51.100.7', '192.0.2.1']);
  });

  it('is XML', () => start().endpoint.contentType.should.equal('application/xml'));

  it('when nobody answers: whose event it was, and that it goes on', async () => {
    const { handle, notices } = start();
    (await handle(NEW_CALL)).body.should.match(/<Response onHangup="[^"]+"\/>$/);
    notices.should.deepEqual([
      { kind: 'accepted', event: { event: 'NEW_CALL', callId: 'A1' } },
      {
        kind: 'answered',
        event: { event: 'NEW_CALL', callId: 'A1' },
        reply: { action: 'continue' },
        by: 'webhook',
      },
    ]);
  });

  it('when a flow answers: with what', async () => {
    const { endpoint, notices, delivered, handle } = start({ isAwaited: true });
    const answer = handle(NEW_CALL);
    await settled();
    endpoint.answer(delivered[0]?.exchange ?? '', { action: 'hangup' });
    await answer;
    should(notices.at(-1)).deepEqual({
      kind: 'answered',
      event: { event: 'NEW_CALL', callId: 'A1' },
      reply: { action: 'hangup' },
      by: 'flow',
    });
  });

  it('when a deploy answers, that no flow did', async () => {
    const { endpoint, notices, handle } = start({ isAwaited: true });
    const answer = handle(NEW_CALL);
    await settled();
    endpoint.answerAll();
    await answer;
    should(notices.at(-1)).have.properties({ reply: { action: 'continue' }, by: 'webhook' });
  });

  it('when the same comes again before it was answered: no time', async () => {
    const { endpoint, notices, handle } = start({ isAwaited: true });
    const answers = [handle(NEW_CALL), handle(NEW_CALL)];
    await settled();
    should(notices.at(-1)).deepEqual({
      kind: 'replayed',
      event: { event: 'NEW_CALL', callId: 'A1' },
      answeredAt: undefined,
    });
    endpoint.answerAll();
    await Promise.all(answers);
  });

  it('when a hang-up of no call comes again', async () => {
    const { notices, handle } = start();
    await handle('event=hangup');
    await handle('event=hangup');
    should(notices.at(-1)).have.properties({ kind: 'replayed', event: { event: 'HANGUP', callId: '' } });
  });

  it('when the same comes again: when it was answered', async () => {
    const { handle, notices } = start();
    const [first, again] = [await handle(NEW_CALL), await handle(NEW_CALL)];
    again.should.deepEqual(first);
    const last = notices.at(-1);
    should(last).have.properties({ kind: 'replayed', event: { event: 'NEW_CALL', callId: 'A1' } });
    should(last?.kind === 'replayed' && last.answeredAt).be.a.Number();
  });
});

describe('A webhook without flows', () => {
  for (const [event, sent] of [
    ['newCall', []],
    ['dtmf', []],
    ['answer', ['ANSWER']],
    ['hangup', ['HANGUP']],
  ] as const) {
    it(`answers ${event} at once${sent.length > 0 ? ', and hands it on' : ''}`, async () => {
      const { endpoint, delivered } = start();
      const { body } = await endpoint.handleWithoutFlows(HEAD, Buffer.from(`event=${event}&callId=A1`));
      body.should.match(sent.length > 0 ? /<Response\/>$/ : /<Response onHangup=/);
      await settled();
      delivered.map((incoming) => incoming.event.event).should.deepEqual(sent);
    });
  }
});

describe('What is wrong is said in words', () => {
  for (const [what, act, text] of [
    [
      'an unknown event',
      () => parseEvent(Buffer.from('event=x')),
      /`event`.*"x"\. sipgate sends newCall, answer, hangup, dtmf\./,
    ],
    [
      'an address that is none',
      () => parseRanges('abc', 'allowedIps'),
      /must hold IP addresses or CIDR ranges, got "abc".*217\.116\.118\.254, 10\.0\.0\.0\/8/,
    ],
    [
      'a key that is none',
      () => readPublicKey('abc'),
      /must be a public RSA key in PEM form.*BEGIN and END lines/,
    ],
  ] as const) {
    it(what, () => should(act).throw(text, { code: 'INVALID_INPUT' }));
  }
});

describe('The replay memory', () => {
  it('holds ten thousand, and not one more', () => {
    const memory = createReplayMemory<number>(60_000, () => 0);
    for (let nth = 0; nth < 10_000; nth += 1) memory.remember(Buffer.from(String(nth)), nth);
    should(memory.recall(Buffer.from('0'))).equal(0);
    memory.remember(Buffer.from('one more'), -1);
    should(memory.recall(Buffer.from('0'))).be.undefined();
    should(memory.recall(Buffer.from('1'))).equal(1);
  });
});
