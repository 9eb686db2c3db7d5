import should from 'should';
import { parseRanges } from '../../../sipgate/index';
import { settled, startFakeClock, type FakeClock } from '../helpers/fake-clock';
import { HEAD, startHost, TOKEN, type Host } from './host';
import { SESSION, VECTORS, wireEvent } from './vectors';

const I = SESSION.id;
const json = ({ body }: { body: string }): unknown => JSON.parse(body);
const NOTHING = { status: 204, body: '' };

describe('An AI flow over HTTP', () => {
  let clock: FakeClock;
  beforeEach(() => (clock = startFakeClock()));
  afterEach(() => clock.stop());

  VECTORS.forEach(({ event, response, answer }, index) =>
    it(`answers ${event.type} as the flow says, vector ${index + 1}`, async () => {
      const host = startHost();
      const posted = host.post(event);
      await settled();
      if (answer === null) {
        (await posted).should.eql(NOTHING);
        should(() => host.answer(host.exchange(), response)).throw(/Every event but SESSION_END/);
        return;
      }
      host.answer(host.exchange(), response);
      const got = await posted;
      got.status.should.equal(200);
      should(json(got)).eql(answer);
    }),
  );

  it('listens on where a flow says so', async () => {
    const host = startHost();
    const posted = host.post(wireEvent('user_speak', { text: 'a' }));
    await settled();
    host.answer(host.exchange(), { action: 'listen' }).should.eql([]);
    (await posted).should.eql(NOTHING);
    should(host.notices.at(-1)).containEql({ kind: 'answered', actions: [], by: 'flow' });
  });

  it('is answered once', async () => {
    const host = startHost();
    void host.post(wireEvent('user_speak', { text: 'a' }));
    await settled();
    host.answer(host.exchange(), { action: 'hangup' });
    should(() => host.answer(host.exchange(), { action: 'hangup' })).throw(/answered already/);
  });

  it('listens on where no flow may answer', async () => {
    const host = startHost({}, { deliver: () => Promise.resolve(false) });
    (await host.post(wireEvent('user_speak', { text: 'a' }))).should.eql(NOTHING);
  });

  it('tells a flow that a session comes back from a transfer that failed', async () => {
    const host = startHost();
    for (const type of ['session_start', 'session_start', 'session_end', 'session_start']) {
      void host.post(wireEvent(type));
      await settled();
    }
    host.delivered.map(({ event }) => event.returned).should.eql([undefined, true, undefined, undefined]);
  });

  describe('a flow that is late', () => {
    it('lets the assistant listen, and is told so', async () => {
      const host = startHost();
      const posted = host.post(wireEvent('user_speak', { text: 'a' }));
      await settled();
      await clock.pass(3999);
      host.endpoint.state(host.exchange()).should.equal('open');
      await clock.pass(1);
      (await posted).should.eql(NOTHING);
      should(host.notices.at(-1)).containEql({ kind: 'deadline', afterMs: 4000, isFilled: false });
      should(() => host.answer(host.exchange(), { action: 'hangup' })).throw(/after the 4000 ms/);
    });

    it('lets the assistant say the filler to somebody who waits', async () => {
      const host = startHost({ filler: 'Einen Moment.' });
      const speak = { type: 'speak', session_id: I, text: 'Einen Moment.' };
      for (const type of ['session_start', 'user_speak', 'dtmf_received', 'user_input_timeout']) {
        const posted = host.post(wireEvent(type));
        await settled();
        await clock.pass(4000);
        should(json(await posted)).eql(speak);
        should(host.notices.at(-1)).containEql({ kind: 'deadline', isFilled: true });
      }
      should(host.parts.get(I)?.turns?.value.at(-1)).containEql({ by: 'assistant', text: 'Einen Moment.' });
    });

    it('has no filler after what the assistant said, or fillers would follow each other for ever', async () => {
      const host = startHost({ filler: 'Einen Moment.' });
      for (const type of ['assistant_speak', 'assistant_speech_ended', 'sms_failed']) {
        const posted = host.post(wireEvent(type));
        await settled();
        await clock.pass(4000);
        (await posted).should.eql(NOTHING);
      }
    });
  });

  it('says what became of an answer that nobody heard', async () => {
    const host = startHost();
    const gone = new AbortController();
    void host.post(wireEvent('user_speak', { text: 'a' }), {}, gone.signal);
    await settled();
    gone.abort();
    should(() => host.answer(host.exchange(), { action: 'hangup' })).throw(/session is over/);
    host.kinds().should.containEql('gone');
  });

  it('answers all that is open before a deploy, without a filler', async () => {
    const host = startHost({ filler: 'Einen Moment.' });
    const posted = [1, 2, 3].map((n) => host.post(wireEvent('user_speak', { text: 'a' }, { id: `s${n}` })));
    await settled();
    host.deploy();
    for (const answer of await Promise.all(posted)) answer.should.eql(NOTHING);
  });

  it('answers without flows while they are stopped', async () => {
    const host = startHost();
    const body = Buffer.from(JSON.stringify(wireEvent('user_speak', { text: 'a' })));
    (await host.endpoint.handleWithoutFlows(HEAD, body)).should.eql(NOTHING);
    (await host.endpoint.handleWithoutFlows(HEAD, Buffer.from('{}'))).status.should.equal(400);
  });

  it('outlives a host that fails', async () => {
    const failing = () => Promise.reject(new Error('no store'));
    for (const ports of [{ record: failing }, { deliver: failing }]) {
      const host = startHost({}, ports);
      (await host.post(wireEvent('user_speak', { text: 'a' }))).should.eql(NOTHING);
      host.notices.filter(({ kind }) => kind === 'failed').length.should.equal(1);
    }
  });

  describe('then', () => {
    const bye = { action: 'speak', text: 'Bye', then: 'hangup' };
    async function say(host: ReturnType<typeof startHost>, response: unknown, event: object = { text: 'a' }) {
      const posted = host.post(wireEvent('user_speak', event));
      await settled();
      host.answer(host.exchange(host.delivered.length - 1), response);
      await posted;
    }

    it('hangs up when the assistant has spoken, once, and the flow hears of it', async () => {
      const host = startHost();
      await say(host, bye);
      should(json(await host.post(wireEvent('assistant_speech_ended')))).eql({
        type: 'hangup',
        session_id: I,
      });
      should(host.notices.at(-1)).containEql({ kind: 'answered', actions: ['hangup'], by: 'then' });
      await settled();
      should(host.delivered.at(-1)?.event).containEql({ event: 'ASSISTANT_SPEECH_ENDED' });
      should(() => host.answer(host.exchange(1), { action: 'hangup' })).throw(/answered already/);
      const again = host.post(wireEvent('assistant_speech_ended'));
      await settled();
      host.answer(host.exchange(2), { action: 'listen' });
      (await again).should.eql(NOTHING);
    });

    for (const [what, event] of [
      ['a caller who interrupts', { text: 'Stop', barged_in: true }],
      ['a later speech', { text: 'And?' }],
    ] as const)
      it(`is called off by ${what}`, async () => {
        const host = startHost();
        await say(host, bye);
        await say(
          host,
          'barged_in' in event ? { action: 'listen' } : { action: 'speak', text: 'Well' },
          event,
        );
        const ended = host.post(wireEvent('assistant_speech_ended'));
        await settled();
        host.answer(host.exchange(2), { action: 'listen' });
        (await ended).should.eql(NOTHING);
      });

    it('stands while the caller says something that does not interrupt', async () => {
      const host = startHost();
      await say(host, bye);
      await say(host, { action: 'listen' });
      should(json(await host.post(wireEvent('assistant_speech_ended')))).containEql({ type: 'hangup' });
    });

    it('is done by another endpoint after a deploy, and where no flow runs', async () => {
      const host = startHost();
      await say(host, bye);
      host.deploy();
      const body = Buffer.from(JSON.stringify(wireEvent('assistant_speech_ended')));
      should(json(await host.endpoint.handleWithoutFlows(HEAD, body))).containEql({ type: 'hangup' });
    });

    it('waits for the next chance where sipgate went away before', async () => {
      const host = startHost();
      await say(host, bye);
      void host.endpoint.handle(
        HEAD,
        Buffer.from(JSON.stringify(wireEvent('assistant_speech_ended'))),
        (gone) => gone(),
      );
      await settled();
      should(json(await host.post(wireEvent('assistant_speech_ended')))).containEql({ type: 'hangup' });
    });
  });
});

describe('An AI flow refuses', () => {
  const event = wireEvent('session_start');
  const type = (contentType: string | undefined) => ({
    headers: { ...HEAD.headers, 'content-type': contentType },
  });
  const token = (secret: string | string[] | undefined) => ({
    headers: { ...HEAD.headers, 'x-api-token': secret },
  });
  const long = { headers: { ...HEAD.headers, 'content-length': '65537' } };
  const REFUSED: [what: string, status: number, head: object, body?: unknown][] = [
    ['other methods', 405, { method: 'GET' }],
    ['forms', 415, type('application/x-www-form-urlencoded')],
    ['what has no type', 415, type(undefined)],
    ['what is too long', 413, long],
    ['what is no JSON', 400, {}, '{'],
    ['what has no session', 400, {}, { type: 'session_start' }],
    ['what has no secret', 401, token(undefined)],
    ['an empty secret', 401, token('')],
    ['another secret', 401, token('a long secreT')],
    ['two secrets', 401, token([TOKEN, TOKEN])],
    ['a stranger who sends no JSON either', 401, token('x'), '{'],
  ];
  for (const [what, status, head, body = event] of REFUSED)
    it(`${what} with ${status}`, async () => {
      const host = startHost();
      const answer = await host.post(body, head);
      answer.status.should.equal(status);
      (json(answer) as { error: string }).error.should.be.a.String();
      host.delivered.should.eql([]);
      host.kinds().should.eql(['refused']);
    });

  it('addresses that are not allowed, with 403', async () => {
    const host = startHost({ allowedIps: parseRanges('10.0.0.0/8', 'allowedIps') });
    (await host.post(event)).status.should.equal(403);
    should(host.endpoint.sockets.admit(HEAD)?.status).equal(403);
    should(host.endpoint.admit({ ...HEAD, remoteAddress: '10.1.2.3' })).equal(undefined);
  });

  it('nobody who knows the path, where it has no secret', () => {
    const host = startHost({ token: '' });
    should(host.endpoint.admit({ ...HEAD, ...token(undefined) })).equal(undefined);
    should(host.endpoint.sockets.admit({ ...HEAD, method: 'GET', headers: {} })).equal(undefined);
  });

  it('a secret that is nearly right, however long it is and whatever came before it', () => {
    const welcome = ({ endpoint }: Host, secret: string) =>
      endpoint.admit({ ...HEAD, ...token(secret) }) === undefined;
    for (const right of ['s', TOKEN, 'Schlüssel', 's'.repeat(511), 's'.repeat(512), 's'.repeat(700)]) {
      const host = startHost({ token: right });
      const wrong = [
        `${right}s`,
        `${right}\0`,
        ` ${right}`,
        right.slice(1),
        `${right.slice(1)}t`,
        't'.repeat(900),
      ];
      for (const secret of wrong) {
        welcome(host, secret).should.equal(false);
        welcome(host, right).should.equal(true);
      }
    }
  });

  it('connections without the secret', () => {
    const host = startHost();
    should(host.endpoint.sockets.admit({ ...HEAD, method: 'GET', headers: {} })?.status).equal(401);
    should(host.endpoint.sockets.admit({ ...HEAD, method: 'GET' })).equal(undefined);
  });

  it('a secret in the wrong header', () => {
    const host = startHost({ tokenHeader: 'X-Other' });
    should(host.endpoint.admit(HEAD)?.status).equal(401);
    should(host.endpoint.admit({ ...HEAD, headers: { ...HEAD.headers, 'x-other': TOKEN } })).equal(undefined);
  });
});
