import should from 'should';
import { apiPath, type SipgateClient } from '../../../sipgate/index';
import { mayBeCarriedOut, retryPauseS } from '../../../sipgate/client/retry';
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
    error.message.should.containEql('nothing was sent');
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

  for (const status of [501, 505])
    it(`not after ${status}, which stays`, async () => {
      api.script({ status }, { status: 204 });
      (await failure(client.get(apiPath`/x`))).code.should.equal('SERVER');
      api.seen.length.should.equal(1);
    });

  it('not when sipgate asks for more than 30 s: then the error names the time at once', async () => {
    api.script({ status: 429, headers: { 'retry-after': '31' } });
    const error = await failure(client.post(apiPath`/sessions/sms`, {}));
    error.code.should.equal('RATE_LIMITED');
    error.message.should.containEql('31 s');
    api.seen.length.should.equal(1);
  });

  describe('a DELETE whose first answer was lost', () => {
    for (const lost of ['reset' as const, { status: 502 }, { status: 503 }, { status: 504 }])
      it(`by ${typeof lost === 'string' ? 'a reset' : lost.status}, and is content that it is gone already`, async () => {
        api.script(lost, { status: 404 });
        should(await client.delete(apiPath`/contacts/${'1'}`)).be.undefined();
        api.seen.length.should.equal(2);
      });

    it('also when the login has to be renewed in between', async () => {
      const credentials = { type: 'oauth', accessToken: 'old', refreshToken: 'r', clientId: 'c' } as const;
      const renewing = clientOf(api, { credentials, oauthUrl: api.url });
      const answers = ['reset' as const, { status: 401 }, { json: { access_token: 'new' } }, { status: 404 }];
      api.script(...answers);
      should(await renewing.delete(apiPath`/contacts/${'1'}`)).be.undefined();
      api.seen.length.should.equal(4);
      await renewing.close();
    });

    it('but says that nothing was there when all answers came', async () => {
      api.script({ status: 429 }, { status: 404 });
      (await failure(client.delete(apiPath`/contacts/${'1'}`))).code.should.equal('NOT_FOUND');
      api.script({ status: 404 });
      (await failure(client.delete(apiPath`/contacts/${'1'}`))).code.should.equal('NOT_FOUND');
    });

    it('but not a GET, which finds nothing', async () => {
      api.script('reset', { status: 404 });
      (await failure(client.get(apiPath`/contacts/${'1'}`))).code.should.equal('NOT_FOUND');
    });
  });

  describe('a POST whose effect can be read', () => {
    /** Answers of the API to POSTs, and of the reading. */
    const send = (reads: (boolean | Error)[], more: object = {}) => {
      const readBack = async () => {
        const found = reads.shift() ?? false;
        if (found instanceof Error) throw found;
        return found;
      };
      return client.post(apiPath`/contacts`, { name: 'x' }, { readBack, ...more });
    };

    it('not when it was carried out and only the answer was lost', async () => {
      api.script('reset', { status: 409 });
      should(await send([true])).be.undefined();
      api.seen.length.should.equal(1);
    });

    it('until it is carried out, whatever was lost, but three times and no more', async () => {
      api.script('reset', { status: 502 }, { status: 503 }, { status: 204 });
      await send([false, false, false]);
      api.seen.length.should.equal(4);
      api.seen.length = 0;
      api.script('reset');
      (await failure(send([false, false, false, false]))).message.should.containEql(
        'may have been carried out',
      );
      api.seen.length.should.equal(4);
    });

    it('with pauses that grow, so that sipgate has time to carry it out', async () => {
      const timing = quickTiming();
      const patient = clientOf(api, { timing });
      api.script('reset', 'reset', { status: 204 });
      await patient.post(apiPath`/contacts`, {}, { readBack: async () => false });
      timing.pauses.should.deepEqual([375, 750]);
      await patient.close();
    });

    it('not when it cannot be read: then nobody knows', async () => {
      api.script('reset', { status: 204 });
      (await failure(send([new Error('no')]))).message.should.containEql('may have been carried out');
      api.seen.length.should.equal(1);
    });

    it('not when sipgate said no, or did not answer in time', async () => {
      api.script({ status: 400 });
      (await failure(send([]))).code.should.equal('INVALID_INPUT');
      api.script({ status: 500 });
      (await failure(send([]))).code.should.equal('SERVER');
      api.seen.length.should.equal(2);
    });

    it('on one connection for many, and on a new one for each of all other POSTs', async () => {
      api.script({ status: 204 });
      for (let n = 0; n < 10; n += 1) await send([]);
      api.connections.should.equal(1);
      for (let n = 0; n < 10; n += 1) await client.post(apiPath`/sessions/sms`, {});
      api.connections.should.equal(11);
    });
  });
});

describe('The pause that sipgate asks for', () => {
  const NOW = Date.UTC(2029, 0, 1);
  for (const [header, seconds] of [
    ['7', 7],
    [' 7\t', 7],
    ['7.25', 8],
    ['0', 0],
    ['Mon, 01 Jan 2029 00:00:05 GMT', 5],
    ['mon, 01 jan 2029 00:00:05 gmt', 5],
    ['2029-01-01T00:00:04.5Z', 5],
    ['Mon, 01 Jan 2029 00:00:00 GMT', 0],
    ['Sun, 31 Dec 2028 23:59:59 GMT', 0],
    [`7${' '.repeat(99)}`, 7],
    [`7${' '.repeat(100)}`, undefined],
    [undefined, undefined],
    ['', undefined],
    [' ', undefined],
    ['-1', undefined],
    ['5, 5', undefined],
    ['7.', undefined],
    ['.5', undefined],
    ['soon', undefined],
    ['1 Jan 2029', undefined],
    ['5 Mon, 01 Jan 2029 00:00:05 GMT', undefined],
    ['J 1 2029', undefined],
    ['1-1-2029', undefined],
    ['Jan-', undefined],
  ] as const)
    it(`is ${seconds} s for ${JSON.stringify(header)}`, () =>
      should(retryPauseS(header, NOW)).equal(seconds));
});

describe('A request may have been carried out', () => {
  for (const [status, isPossible] of [
    [200, true],
    [204, true],
    [302, true],
    [399, true],
    [400, false],
    [402, false],
    [407, false],
    [408, true],
    [409, false],
    [429, false],
    [499, false],
    [500, true],
    [502, true],
    [504, true],
  ] as const) {
    it(`${isPossible ? 'when' : 'but not when'} it was answered with ${status}`, () => {
      mayBeCarriedOut({ kind: 'answer', status, headers: {}, text: '' }).should.equal(isPossible);
    });
  }

  for (const wasSent of [true, false]) {
    it(`${wasSent ? 'when' : 'but not when'} ${wasSent ? 'something' : 'nothing'} of it was sent`, () => {
      for (const reason of ['broken', 'timeout', 'cancelled'] as const)
        mayBeCarriedOut({ kind: 'failure', reason, cause: new Error(), wasSent }).should.equal(wasSent);
    });
  }

  it('and whoever wants to know is told once, however often it was sent', async () => {
    const api = await ApiServer.start();
    const client = clientOf(api);
    let told = 0;
    const onCarriedOut = () => (told += 1);
    api.script({ status: 429 }, { status: 204 }, { status: 403 });
    await client.post(apiPath`/x`, {}, { onCarriedOut });
    should(told).equal(1);
    await failure(client.post(apiPath`/x`, {}, { onCarriedOut }));
    should(told).equal(1);
    api.script('reset');
    const readBack = async () => true;
    await client.post(apiPath`/x`, {}, { onCarriedOut, readBack });
    should(told).equal(2);
    await client.close();
    await api.stop();
  });
});
