import should from 'should';
import type { SipgateError } from '../../../../sipgate/index';
import {
  apiPath,
  createTally,
  initiateCall,
  sendFax,
  sendSms,
  type SipgateClient,
  type SpendingLimits,
  type SpendingTally,
} from '../../../../sipgate/index';
import { ApiServer, clientOf, failure, type Reply } from '../../helpers/api-server';
import { pdf } from '../../helpers/pdf';

const TO = '+4915799912345';
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

describe('The spending guard of an account', () => {
  let api: ApiServer;
  let tally: SpendingTally;
  const clients: SipgateClient[] = [];

  /** A client of the account, as each deploy makes a new one. */
  function open(limits: SpendingLimits): SipgateClient {
    const client = clientOf(api, { spending: { limits, tally } });
    clients.push(client);
    return client;
  }
  const sms = (client: SipgateClient, to: unknown = TO) =>
    sendSms(client, { sender: 's0', to, message: 'Hi' });
  const paid = () => api.requests.filter((request) => request.startsWith('POST'));

  beforeEach(async () => {
    api = await ApiServer.start();
    api.answer = () => ({ json: { sessionId: '1' } });
    tally = createTally({ dayOf });
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await api.stop();
  });

  it('sends 20 of 1,000 SMS that a flow sends at once', async () => {
    const client = open({ maxPerMinute: 20 });
    const results = await Promise.allSettled(Array.from({ length: 1000 }, () => sms(client)));
    const refused = results.filter((result) => result.status === 'rejected');
    refused.length.should.equal(980);
    for (const { reason } of refused) (reason as SipgateError).code.should.equal('RATE_LIMITED');
    paid().length.should.equal(20);
  });

  it('counts SMS, faxes and calls together, of all clients of the account', async () => {
    const [one, other] = [open({ maxPerDay: 3 }), open({ maxPerDay: 3 })];
    await sms(one);
    await sendFax(other, { to: TO, file: pdf(), faxlineId: 'f0' });
    await initiateCall(one, { from: 'e0', to: TO });
    const late = [
      sms(other),
      sendFax(one, { to: TO, file: pdf() }),
      initiateCall(other, { from: 'e0', to: TO }),
    ];
    for (const work of late) (await failure(work)).code.should.equal('RATE_LIMITED');
    api.requests.should.deepEqual(['POST /sessions/sms', 'POST /sessions/fax', 'POST /sessions/calls']);
  });

  it('refuses before any request, also before those that look for a sender or a fax line', async () => {
    const client = open({ maxPerMinute: 0, allowedPrefixes: ['+49'] });
    const abroad = open({ allowedPrefixes: ['+43', '+41'] });
    const works = [client, abroad].flatMap((each) => [
      sendSms(each, { to: TO, message: 'Hi' }),
      sendSms(each, { sender: '+4915799912346', to: TO, message: 'Hi' }),
      sendFax(each, { to: TO, file: pdf() }),
      initiateCall(each, { from: 'e0', to: TO }),
    ]);
    const errors = await Promise.all(works.map(failure));
    errors
      .map(({ code }) => code)
      .should.deepEqual([
        ...Array.from({ length: 4 }, () => 'RATE_LIMITED'),
        ...Array.from({ length: 4 }, () => 'INVALID_INPUT'),
      ]);
    errors
      .slice(4)
      .map(({ field }) => field)
      .should.deepEqual(['to', 'to', 'to', 'to']);
    api.seen.should.be.empty();
  });

  it('asks no prefix of the account’s own extensions', async () => {
    await initiateCall(open({ allowedPrefixes: ['+43'] }), { from: 'e0', to: 'p1' });
    paid().should.have.length(1);
  });

  it('counts no other request', async () => {
    const client = open({ maxPerMinute: 0 });
    await client.get(apiPath`/balance`);
    await client.put(apiPath`/settings/sipgateio`, {});
    api.seen.should.have.length(2);
  });

  it('does not count what another prefix kept out', async () => {
    const client = open({ maxPerMinute: 1, allowedPrefixes: ['+49'] });
    await failure(sms(client, '+15799912345'));
    await sms(client);
  });

  it('limits nothing where nothing is limited', async () => {
    const client = clientOf(api);
    clients.push(client);
    await Promise.all(Array.from({ length: 50 }, () => sms(client, '+15799912345')));
    paid().should.have.length(50);
  });

  describe('gives back', () => {
    const refusals: [string, Reply][] = [
      ...[400, 401, 402, 403, 404, 407, 415, 422, 429, 499].map((status): [string, Reply] => [
        `what sipgate refuses with ${status}`,
        { status, headers: { 'Retry-After': '60' } },
      ]),
    ];
    for (const [name, reply] of refusals) {
      it(name, async () => {
        const client = open({ maxPerMinute: 1, maxPerDay: 1 });
        api.answer = () => reply;
        await failure(sms(client));
        await failure(sms(client)).then(({ message }) => message.should.not.containEql('own limit'));
        api.answer = () => ({ status: 204 });
        await sms(client);
        (await failure(sms(client))).message.should.containEql('own limit');
      });
    }

    it('what was never sent because sipgate could not be reached', async () => {
      const client = open({ maxPerMinute: 1 });
      const nowhere = clientOf(api, {
        apiUrl: 'http://127.0.0.1:9',
        spending: { limits: { maxPerMinute: 1 }, tally },
      });
      clients.push(nowhere);
      (await failure(sms(nowhere))).code.should.equal('NETWORK');
      await sms(client);
    });

    it('what failed while a sender or a fax line was looked for', async () => {
      const client = open({ maxPerMinute: 1 });
      api.answer = () => ({ status: 500 });
      await failure(sendSms(client, { to: TO, message: 'Hi' }));
      await failure(sendFax(client, { to: TO, file: pdf() }));
      api.answer = () => ({ status: 204 });
      await sms(client);
    });

    it('what was called off before it was sent', async () => {
      const client = open({ maxPerMinute: 1 });
      const signal = AbortSignal.abort();
      await failure(sendSms(client, { sender: 's0', to: TO, message: 'Hi' }, { signal }));
      await sms(client);
    });

    it('what came while the flows stopped', async () => {
      const stopped = open({ maxPerMinute: 1 });
      await stopped.close();
      await failure(sms(stopped));
      await sms(open({ maxPerMinute: 1 }));
      paid().should.have.length(1);
    });
  });

  describe('keeps counting', () => {
    const unsure: [string, Reply][] = [
      ['what sipgate has accepted', { status: 204 }],
      ['what broke before it was answered', 'reset'],
      ['what was not answered in time', 'hang'],
      ...[302, 408, 500, 502, 503, 504].map((status): [string, Reply] => [
        `what was answered with ${status}`,
        { status },
      ]),
    ];
    for (const [name, reply] of unsure) {
      it(name, async () => {
        const limits = { maxPerMinute: 1 };
        const client = clientOf(api, { timeout: 100, spending: { limits, tally } });
        clients.push(client);
        api.answer = () => reply;
        await sms(client).catch(() => undefined);
        (await failure(sms(client))).message.should.containEql('own limit');
        paid().should.have.length(1);
      });
    }

    it('a fax that sipgate accepted without saying under which id', async () => {
      const client = open({ maxPerMinute: 1 });
      api.answer = () => ({ json: {} });
      (await failure(initiateCall(client, { from: 'e0', to: TO }))).code.should.equal('SERVER');
      (await failure(sms(client))).code.should.equal('RATE_LIMITED');
    });

    it('an SMS that was sent although its sender could not be switched back', async () => {
      const senders = [
        { id: 1, phonenumber: TO, verified: true, defaultNumber: true },
        { id: 2, phonenumber: '+4915799912346', verified: true, defaultNumber: false },
      ];
      const client = open({ maxPerMinute: 1 });
      api.routes({
        'GET /authorization/userinfo': { json: { sub: 'w0', masterSipId: '1' } },
        'GET /w0/sms': { json: { items: [{ id: 's0' }] } },
        'GET /w0/sms/s0/callerids': { json: { items: senders } },
        'PUT /w0/sms/s0/callerids/2': { status: 204 },
        'PUT /w0/sms/s0/callerids/1': { status: 403 },
        'POST /sessions/sms': { status: 204 },
      });
      const sent = await failure(sendSms(client, { sender: '+4915799912346', to: TO, message: 'Hi' }));
      sent.message.should.containEql('The SMS was sent.');
      (await failure(sms(client))).code.should.equal('RATE_LIMITED');
    });

    it('once what was sent again after 429', async () => {
      const client = open({ maxPerMinute: 2 });
      api.script({ status: 429 }, { status: 429 }, { status: 204 });
      await sms(client);
      await sms(client);
      (await failure(sms(client))).code.should.equal('RATE_LIMITED');
    });
  });

  it('waits at its close for the count that is being stored', async () => {
    let stored = 0;
    let go: () => void = () => {};
    const slow = new Promise<void>((resolve) => (go = resolve));
    tally = createTally({
      dayOf,
      store: { load: async () => undefined, save: ({ count }) => slow.then(() => void (stored = count)) },
    });
    const client = open({ maxPerDay: 5 });
    const sending = failure(sms(client));
    await new Promise((resolve) => setImmediate(resolve));
    let isClosed = false;
    const closing = client.close().then(() => (isClosed = true));
    await new Promise((resolve) => setImmediate(resolve));
    should(isClosed).be.false();
    go();
    await Promise.all([closing, sending]);
    stored.should.equal(0); // counted, then given back: a closed client sends nothing
    api.seen.should.be.empty();
  });

  it('tells of a count that cannot be stored, and sends', async () => {
    const store = { load: async () => undefined, save: () => Promise.reject(new Error('EROFS')) };
    tally = createTally({ dayOf, store });
    const warnings: string[] = [];
    const spending = { limits: { maxPerDay: 1 }, tally };
    const client = clientOf(api, { spending, onWarning: (text) => warnings.push(text) });
    clients.push(client);
    await sms(client);
    warnings.should.have.length(1);
    warnings[0]!.should.containEql('EROFS');
    api.answer = () => ({ status: 204 });
    (await failure(sms(client))).code.should.equal('RATE_LIMITED');
  });
});
