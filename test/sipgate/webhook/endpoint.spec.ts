import should from 'should';
import {
  createWebhookEndpoint,
  createReplayMemory,
  parseRanges,
  type Delivery,
  type EndpointNotice,
  type EndpointPorts,
  type EndpointRules,
  type Incoming,
  type RequestHead,
} from '../../../sipgate/index';

/** The parts of a request's head that the tests change. */
interface Head {
  method?: string;
  contentType?: string | undefined;
  contentLength?: string | undefined;
  signature?: string | undefined;
  remoteAddress?: string | undefined;
  forwardedFor?: string | string[] | undefined;
}

const HEAD: Head = {
  method: 'POST',
  contentType: 'application/x-www-form-urlencoded; charset=UTF-8',
  contentLength: '20',
  signature: 'good',
  remoteAddress: '127.0.0.1',
};

const headOf = ({ method, remoteAddress, ...rest }: Head): RequestHead => ({
  method,
  remoteAddress,
  headers: {
    'content-type': rest.contentType,
    'content-length': rest.contentLength,
    'x-sipgate-signature': rest.signature,
    'x-forwarded-for': rest.forwardedFor,
  },
});
const NEW_CALL = 'event=newCall&callId=A1&fullUserId[]=1234567w0';
const CONTINUE = '<?xml version="1.0" encoding="UTF-8"?><Response/>';
const HANGUP = '<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>';

/** An endpoint whose flows do what the test says; nothing answers unless `deliver` does. */
function start(rules: Partial<EndpointRules> = {}, ports: Partial<EndpointPorts<string>> = {}) {
  const delivered: Incoming[] = [];
  const notices: EndpointNotice[] = [];
  const endpoint = createWebhookEndpoint<string>(
    {
      allowedIps: parseRanges('', 'allowedIps'),
      trustProxy: parseRanges('', 'trustProxy'),
      masterSipId: '',
      responseTimeout: 5000,
      replays: createReplayMemory<Delivery>(0),
      ...rules,
    },
    {
      verify: (_, signature) => signature === 'good',
      record: () => Promise.resolve('what is known'),
      deliver: (incoming) => {
        delivered.push(incoming);
        return Promise.resolve(true);
      },
      followUps: () => ({ onData: 'https://x.example/' }),
      notice: (notice) => notices.push(notice),
      ...ports,
    },
  );
  const handle = (body: string, head = HEAD, gone = new AbortController()) =>
    endpoint.handle(headOf(head), Buffer.from(body), (listener) =>
      gone.signal.addEventListener('abort', listener),
    );
  const exchange = (nth = 0) => delivered[nth]?.exchange ?? '';
  const kinds = () => notices.map((notice) => notice.kind);
  return { endpoint, delivered, notices, kinds, handle, exchange };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the endpoint', () => {
  for (const [why, head, status] of [
    ['not a POST', { method: 'GET' }, 405],
    ['no content type', { contentType: undefined }, 415],
    ['JSON', { contentType: 'application/json' }, 415],
    ['a type that only begins alike', { contentType: 'application/x-www-form-urlencodedx' }, 415],
    ['a type that only ends alike', { contentType: 'x-application/x-www-form-urlencoded' }, 415],
    ['65537 bytes', { contentLength: '65537' }, 413],
  ] as const) {
    it(`does not admit ${why}`, () => {
      const { endpoint } = start();
      const answer = endpoint.admit(headOf({ ...HEAD, ...head }));
      should(answer?.status).equal(status);
      should(answer?.body).match(/<Error message="[^"]+"\/>$/);
    });
  }

  for (const head of [
    {},
    { contentType: 'APPLICATION/X-WWW-Form-Urlencoded' },
    { contentType: 'application/x-www-form-urlencoded ;charset=utf-8' },
    { contentLength: '65536' },
    { contentLength: undefined },
  ]) {
    it(`admits ${JSON.stringify(head)}`, () =>
      should(start().endpoint.admit(headOf({ ...HEAD, ...head }))).be.undefined());
  }

  it('admits allowed addresses only, and takes a trusted proxy’s word', () => {
    const rules = {
      allowedIps: parseRanges('217.116.118.254', 'a'),
      trustProxy: parseRanges('10.0.0.0/8', 't'),
    };
    const status = (head: Head) => start(rules).endpoint.admit(headOf({ ...HEAD, ...head }))?.status;
    should(status({ remoteAddress: '217.116.118.254' })).be.undefined();
    should(status({ remoteAddress: '::ffff:217.116.118.254' })).be.undefined();
    should(status({ remoteAddress: '10.1.1.1', forwardedFor: '6.6.6.6, 217.116.118.254' })).be.undefined();
    should(
      status({ remoteAddress: '10.1.1.1', forwardedFor: ['6.6.6.6', '217.116.118.254'] }),
    ).be.undefined();
    should(status({ remoteAddress: '10.1.1.1' })).equal(403);
    should(status({ remoteAddress: '6.6.6.6', forwardedFor: '217.116.118.254' })).equal(403);
    should(status({ remoteAddress: '10.1.1.1', forwardedFor: '217.116.118.254, <rubbish>' })).equal(403);
    should(status({ remoteAddress: undefined })).equal(403);
  });

  it('admits a trusted proxy that asks by itself, where its address is allowed', () => {
    const rules = { allowedIps: parseRanges('10.1.1.1', 'a'), trustProxy: parseRanges('10.0.0.0/8', 't') };
    const { endpoint } = start(rules);
    should(endpoint.admit(headOf({ ...HEAD, remoteAddress: '10.1.1.1' }))).be.undefined();
  });

  it('knows the event of an open exchange, and of no other', async () => {
    const { endpoint, handle, exchange } = start();
    const answer = handle(NEW_CALL);
    await settled();
    should(endpoint.eventOf(exchange())).have.properties({ event: 'NEW_CALL', callId: 'A1' });
    endpoint.answerAll();
    await answer;
    should(endpoint.eventOf(exchange())).be.undefined();
  });

  it('refuses what sipgate did not sign, before it reads it', async () => {
    const { handle, delivered } = start();
    (await handle('rubbish', { ...HEAD, signature: undefined })).status.should.equal(401);
    (await handle(NEW_CALL, { ...HEAD, signature: 'wrong' })).status.should.equal(401);
    delivered.should.be.empty();
  });

  it('refuses what is no event, and repeats nothing of it', async () => {
    const { handle, delivered } = start();
    const answer = await handle('event=<script>');
    answer.status.should.equal(400);
    answer.body.should.not.containEql('script');
    delivered.should.be.empty();
  });

  describe('of one account', () => {
    for (const [body, status] of [
      ['event=newCall&fullUserId[]=1234567w0', 200],
      ['event=newCall&fullUserId[]=7654321w0&fullUserId[]=1234567w1', 200],
      ['event=newCall', 200],
      ['event=newCall&fullUserId[]=', 200],
      ['event=dtmf&callId=A1', 200],
      ['event=newCall&fullUserId[]=7654321w0', 403],
      ['event=newCall&fullUserId[]=12345678w0', 403],
      ['event=newCall&fullUserId[]=7654321w0&fullUserId[]=7654321w1', 403],
      ['event=answer&fullUserId=7654321w0', 403],
      ['event=answer&fullUserId=1234567w0', 200],
      ['event=hangup&fullUserId=7654321w0', 403],
      ['event=hangup&fullUserId=1234567w0', 200],
      ['event=dtmf&fullUserId=7654321w0', 403],
      ['event=newCall&fullUserId[][0]=7654321w0', 403],
      ['event=newCall&fullUserId[]=1234567newkind', 200],
      ['event=newCall&fullUserId[]=1234567', 200],
    ] as const) {
      it(`${status === 200 ? 'takes' : 'refuses'} ${body}`, async () => {
        const { handle } = start({ masterSipId: '1234567' }, { deliver: () => Promise.resolve(false) });
        (await handle(body)).status.should.equal(status);
      });
    }
  });

  it('answers with what the flow said, once', async () => {
    const { handle, endpoint, exchange, kinds } = start();
    const answer = handle(NEW_CALL);
    await settled();
    endpoint.answer(exchange(), { action: 'hangup' }).should.equal(HANGUP);
    (await answer).should.deepEqual({ status: 200, body: HANGUP });
    should(() => endpoint.answer(exchange(), { action: 'hangup' })).throw(/already/, {
      code: 'INVALID_INPUT',
    });
    should(() => endpoint.answer('unknown', { action: 'hangup' })).throw({ code: 'NOT_FOUND' });
    kinds().should.deepEqual(['accepted', 'answered']);
  });

  it('goes on by itself at the deadline, says so, and refuses the late answer', async () => {
    const { handle, endpoint, exchange, notices } = start({ responseTimeout: 20 });
    (await handle(NEW_CALL)).body.should.equal(CONTINUE);
    should(notices.at(-1)).have.properties({ kind: 'deadline', afterMs: 20 });
    should(() => endpoint.answer(exchange(), { action: 'hangup' })).throw(/20 ms/, { code: 'TIMEOUT' });
    endpoint.openCount.should.equal(0);
  });

  it('does not wait when nobody can answer', async () => {
    const { handle, kinds, endpoint, exchange, delivered } = start(
      {},
      {
        deliver: (incoming) => {
          delivered.push(incoming);
          return Promise.resolve(false);
        },
      },
    );
    (await handle(NEW_CALL)).body.should.equal(CONTINUE);
    kinds().should.deepEqual(['accepted', 'answered']);
    should(() => endpoint.answer(exchange(), { action: 'hangup' })).throw(/answered it at once.*always/, {
      code: 'INVALID_INPUT',
    });
  });

  for (const [how, deliver] of [
    ['rejects', () => Promise.reject(new Error('no'))],
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
  ] as const) {
    it(`goes on when the delivery ${how}`, async () => {
      const { handle, kinds } = start({}, { deliver });
      (await handle(NEW_CALL)).should.deepEqual({ status: 200, body: CONTINUE });
      (await handle('event=hangup&callId=A1')).status.should.equal(200);
      kinds().should.containEql('failed').and.not.containEql('deadline');
    });
  }

  for (const event of ['answer', 'hangup']) {
    it(`answers ${event} at once, while the flow still thinks`, async () => {
      const { handle, endpoint, exchange } = start(
        {},
        { deliver: () => new Promise<boolean>(() => undefined) },
      );
      (await handle(`event=${event}&callId=A1`)).should.deepEqual({ status: 200, body: CONTINUE });
      endpoint.openCount.should.equal(0);
      should(() => endpoint.answer(exchange(), { action: 'hangup' })).throw({ code: 'NOT_FOUND' });
    });
  }

  it('answers all open requests when it is told to', async () => {
    const { handle, endpoint } = start();
    const answers = ['A1', 'A2', 'A3'].map((callId) => handle(`event=newCall&callId=${callId}`));
    await settled();
    endpoint.openCount.should.equal(3);
    endpoint.openOf('A2').should.have.length(1);
    endpoint.answerAll();
    for (const answer of await Promise.all(answers)) answer.body.should.equal(CONTINUE);
    endpoint.openCount.should.equal(0);
  });

  it('does not take an answer for one that arrived when sipgate has closed the connection', async () => {
    const { handle, endpoint, exchange, kinds } = start();
    const connection = new AbortController();
    void handle(NEW_CALL, HEAD, connection);
    await settled();
    connection.abort();
    should(() => endpoint.answer(exchange(), { action: 'hangup' })).throw(/closed/, { code: 'NOT_FOUND' });
    kinds().should.deepEqual(['accepted', 'gone']);
  });

  describe('within the replay window', () => {
    const rules = () => ({ replays: createReplayMemory<Delivery>(60_000) });

    it('answers a replay as it answered the first, without a second message', async () => {
      const { handle, endpoint, exchange, delivered, kinds } = start(rules());
      const first = handle(NEW_CALL);
      await settled();
      const inFlight = handle(NEW_CALL);
      await settled();
      endpoint.answer(exchange(), { action: 'hangup' });
      for (const answer of [await first, await inFlight, await handle(NEW_CALL)])
        answer.body.should.equal(HANGUP);
      delivered.should.have.length(1);
      kinds().should.deepEqual(['accepted', 'replayed', 'answered', 'replayed']);
    });

    it('waits on when only one of two connections is closed', async () => {
      const { handle, endpoint, exchange } = start(rules());
      const one = new AbortController();
      void handle(NEW_CALL, HEAD, one);
      await settled();
      const second = handle(NEW_CALL);
      await settled();
      one.abort();
      endpoint.answer(exchange(), { action: 'hangup' });
      (await second).body.should.equal(HANGUP);
    });

    it('waits for the flow again when nobody heard of the first and it comes once more', async () => {
      const { handle, endpoint, exchange, notices } = start({ ...rules(), responseTimeout: 20 });
      const lost = new AbortController();
      const first = handle(NEW_CALL, HEAD, lost);
      await settled();
      lost.abort();
      await first;
      endpoint.state(exchange()).should.equal('gone');
      const again = handle(NEW_CALL);
      await settled();
      endpoint.answer(exchange(), { action: 'hangup' });
      (await again).body.should.equal(HANGUP);
      should(notices.at(-1)).have.properties({ kind: 'answered', by: 'flow', reply: { action: 'hangup' } });
    });

    it('counts a hang-up once', async () => {
      const { handle, delivered } = start(rules());
      await handle('event=hangup&callId=A1');
      (await handle('event=hangup&callId=A1')).should.deepEqual({ status: 200, body: CONTINUE });
      delivered.should.have.length(1);
    });

    it('lets a caller press 1 twice', async () => {
      const { endpoint, handle, delivered } = start(rules());
      void handle('event=dtmf&callId=A1&dtmf=1');
      void handle('event=dtmf&callId=A1&dtmf=1');
      await settled();
      delivered.should.have.length(2);
      endpoint.answerAll();
    });

    it('refuses a replay that is not signed', async () => {
      const { handle } = start(rules(), { deliver: () => Promise.resolve(false) });
      await handle(NEW_CALL);
      (await handle(NEW_CALL, { ...HEAD, signature: 'wrong' })).status.should.equal(401);
    });
  });
});
