import should from 'should';
import { apiPath, type SipgateClient } from '../../../sipgate/index';
import { ApiServer, clientOf, failure, quickTiming } from '../helpers/api-server';

const SEND = { what: 'send the SMS', scopes: ['sessions:sms:write', 'sessions:write'] };

describe('The REST client tries again', () => {
  let api: ApiServer;
  let client: SipgateClient;

  beforeEach(async () => {
    api = await ApiServer.start();
    client = clientOf(api);
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  for (const status of [429, 502, 503, 504]) {
    for (const method of ['get', 'put', 'delete'] as const) {
      it(`a ${method.toUpperCase()} after ${status}, and then it is fine`, async () => {
        api.script({ status }, { status }, { status }, { json: { ok: true } });
        const answer = method === 'put' ? client.put(apiPath`/x`, {}) : client[method](apiPath`/x`);
        (await answer)!.should.deepEqual({ ok: true });
        api.seen.length.should.equal(4);
      });
    }
  }

  it('three times and no more, with pauses that grow', async () => {
    const timing = quickTiming();
    const patient = clientOf(api, { timing });
    api.script({ status: 503 });
    (await failure(patient.get(apiPath`/x`))).code.should.equal('SERVER');
    api.seen.length.should.equal(4);
    timing.pauses.should.deepEqual([375, 750, 1500]);
    await patient.close();
  });

  it('a GET whose connection was reset, but not 500 or 400', async () => {
    api.script('reset', { json: 1 });
    (await client.get<number>(apiPath`/x`)).should.equal(1);
    api.script({ status: 500 });
    (await failure(client.get(apiPath`/x`))).code.should.equal('SERVER');
    api.seen.length.should.equal(3);
  });

  for (const reply of [
    { status: 500 },
    { status: 502 },
    { status: 503 },
    { status: 504 },
    'reset' as const,
  ]) {
    it(`no POST after ${typeof reply === 'string' ? 'a reset' : reply.status}: nobody gets two SMS`, async () => {
      api.script(reply, { status: 204 });
      const error = await failure(client.post(apiPath`/sessions/sms`, { message: 'x' }, SEND));
      error.code.should.equal(reply === 'reset' ? 'NETWORK' : 'SERVER');
      if (reply === 'reset') error.message.should.containEql('may have been carried out');
      api.seen.length.should.equal(1);
    });
  }

  it('no POST whose connection was reset before its body arrived', async () => {
    api.resetBeforeBody = 'POST';
    (await failure(client.post(apiPath`/sessions/sms`, { message: 'x' }))).code.should.equal('NETWORK');
    api.seen.length.should.equal(1);
  });

  it('a POST after 429, for it was not carried out', async () => {
    api.script({ status: 429 }, { status: 204 });
    await client.post(apiPath`/sessions/sms`, {});
    api.seen.length.should.equal(2);
  });

  it('a POST when the connection was refused', async () => {
    const timing = quickTiming();
    const gone = await ApiServer.start();
    const url = gone.url;
    await gone.stop();
    const lonely = clientOf(api, { apiUrl: url, timing });
    const error = await failure(lonely.post(apiPath`/sessions/sms`, {}));
    error.code.should.equal('NETWORK');
    error.message.should.containEql('Nothing was carried out');
    should(error.statusCode).be.undefined();
    timing.pauses.length.should.equal(3);
    await lonely.close();
  });

  it('a POST when the name of the host is not found', async () => {
    const timing = quickTiming();
    const lost = clientOf(api, { apiUrl: 'http://no-such-host.invalid/v2', timing });
    (await failure(lost.post(apiPath`/sessions/sms`, {}))).code.should.equal('NETWORK');
    timing.pauses.length.should.equal(3);
    await lost.close();
  });

  it('after the time that sipgate asks for, in seconds or as a date', async () => {
    const timing = quickTiming();
    const patient = clientOf(api, { timing });
    const date = new Date(Date.now() + 20_000).toUTCString();
    api.script(
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 503, headers: { 'retry-after': date } },
      {},
    );
    await patient.get(apiPath`/x`);
    timing.pauses[0]!.should.equal(7000);
    timing.pauses[1]!.should.be.within(11_000, 13_000);
    await patient.close();
  });

  for (const [header, pause] of [
    ['1.5', 2000],
    ['-1', 375],
    ['5, 5', 375],
  ] as const) {
    it(`after ${pause} ms when sipgate asks for ${header}`, async () => {
      const timing = quickTiming();
      const patient = clientOf(api, { timing });
      api.script({ status: 429, headers: { 'retry-after': header } }, {});
      await patient.get(apiPath`/x`);
      timing.pauses.should.deepEqual([pause]);
      await patient.close();
    });
  }

  it('not when sipgate asks for more than 30 s: then the error names the time at once', async () => {
    api.script({ status: 429, headers: { 'retry-after': '31' } });
    const error = await failure(client.post(apiPath`/sessions/sms`, {}));
    error.code.should.equal('RATE_LIMITED');
    error.message.should.containEql('31 s');
    api.seen.length.should.equal(1);
  });
});
