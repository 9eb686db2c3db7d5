import { createTally, initiateCall, type NewCall, type SipgateClient } from '../../../sipgate/index';
import { ApiServer, clientOf, failure, type Reply } from '../helpers/api-server';
import { requestChecker } from '../helpers/openapi';

describe('Starting a call', () => {
  let api: ApiServer;
  let client: SipgateClient;

  beforeEach(async () => {
    api = await ApiServer.start(requestChecker());
    client = clientOf(api);
    api.script({ json: { sessionId: '12A3' } });
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  it('from a phone is one request, with numbers in E.164 and extensions as they are', async () => {
    const call = { from: 'e0', to: '0211 63553355', deviceId: '', callerId: '+49 (211) 6355-3355' };
    (await initiateCall(client, call)).should.deepEqual({ sessionId: '12A3' });
    api.requests.should.deepEqual(['POST /sessions/calls']);
    api.seen[0]!.json!.should.deepEqual({
      caller: 'e0',
      callee: '+4921163553355',
      callerId: '+4921163553355',
    });
  });

  it('from a number names the phone that it is billed to', async () => {
    await initiateCall(client, { from: '0211 1234567', to: '+15799912345', deviceId: 'x2' });
    api.seen[0]!.json!.should.deepEqual({ caller: '+492111234567', callee: '+15799912345', deviceId: 'x2' });
  });

  it('completes numbers with the country of the account', async () => {
    const british = clientOf(api, { country: 'GB' });
    await initiateCall(british, { from: 'p0', to: '020 7946 0018' });
    api.seen[0]!.json!.should.deepEqual({ caller: 'p0', callee: '+442079460018' });
    await british.close();
  });

  for (const from of ['p3', 'x0', 'y1', 'k9']) {
    it(`may begin at ${from}`, async () => {
      await initiateCall(client, { from, to: '+4921163553355' });
      (api.seen[0]!.json as { caller: string }).caller.should.equal(from);
    });
  }

  for (const [to, callee] of [
    ['116117', '116117'],
    ['+116117', '116117'],
    ['11', '11'],
    ['4915799912301', '+4915799912301'],
  ] as const) {
    it(`rings ${to} as ${callee}`, async () => {
      await initiateCall(client, { from: 'e0', to });
      (api.seen[0]!.json as { callee: string }).callee.should.equal(callee);
    });
  }

  const bad: [string, NewCall][] = [
    ['to', { from: 'e0', to: '0211 9912300 ext. 12' }],
    ['to', { from: 'e0', to: '63553355' }],
    ['to', { from: 'e0', to: '4915799912301.0' }],
    ['to', { from: 'e0', to: '1234567e0' }],
    ['from', { from: '63553355', to: '+4921163553355', deviceId: 'e0' }],
    ['callerId', { from: 'e0', to: '+4921163553355', callerId: '116117' }],
    ['deviceId', { from: '+492111234567', to: '+4921163553355' }],
    ['deviceId', { from: 'e0', to: '+4921163553355', deviceId: 'office phone' }],
    ['from', { from: '', to: '+4921163553355' }],
    ['from', { from: 'f0', to: '+4921163553355' }],
    ['to', { from: 'e0', to: undefined }],
    ['to', { from: 'e0', to: 'my brother' }],
    ['callerId', { from: 'e0', to: '+4921163553355', callerId: 'anonymous' }],
  ];
  for (const [field, call] of bad) {
    it(`is refused before any request for a wrong ${field}: ${JSON.stringify(call)}`, async () => {
      const error = await failure(initiateCall(client, call));
      error.code.should.equal('INVALID_INPUT');
      error.field!.should.equal(field);
      api.seen.should.be.empty();
    });
  }

  it('names the scope that is missing', async () => {
    api.script({ status: 403 });
    (await failure(initiateCall(client, { from: 'e0', to: '+4921163553355' }))).message.should
      .containEql('sessions:calls:write')
      .and.containEql('sessions:write');
  });
  describe('on an account of the new platform', () => {
    // sipgate's description knows only the classic platform
    beforeEach(async () => {
      await client.close();
      await api.stop();
      api = await ApiServer.start();
      client = clientOf(api);
    });

    const TO = '+4921163553355';
    const CLASSIC_ONLY = { status: 403, text: 'This endpoint requires a sipgate Classic PBX Account' };
    const neo = (calls: Reply | Reply[] = { json: { callId: 'c1' } }) =>
      api.routes({
        'GET /authorization/userinfo': { json: { sub: 'w0' } },
        'GET /w0/phonelines': CLASSIC_ONLY,
        'POST /sessions/calls': { status: 403 },
        'POST /calls': calls,
      });

    it('finds out once, and then goes the new way at once', async () => {
      neo();
      const call = { from: 'e0', to: '0211 63553355', callerId: '0211 123456' };
      (await initiateCall(client, call)).should.deepEqual({ sessionId: 'c1' });
      api.requests.should.deepEqual([
        'POST /sessions/calls',
        'GET /authorization/userinfo',
        'GET /w0/phonelines',
        'POST /calls',
      ]);
      api.seen[3]!.json!.should.deepEqual({ deviceId: 'e0', targetNumber: TO, callerId: '+49211123456' });
      await initiateCall(client, { from: 'x1', to: TO, deviceId: 'e5' });
      api.requests.slice(4).should.deepEqual(['POST /calls']);
      api.seen[4]!.json!.should.deepEqual({ deviceId: 'x1', targetNumber: TO });
    });

    it('goes it at once when the OAuth login says so', async () => {
      neo();
      const claims = Buffer.from('{"featureScope":"NEO_PBX"}').toString('base64url');
      const oauth = clientOf(api, { credentials: { type: 'oauth', accessToken: `x.${claims}.x` } });
      await initiateCall(oauth, { from: 'e0', to: TO });
      api.requests.should.deepEqual(['POST /calls']);
      await oauth.close();
    });

    it('tries the number without + where sipgate does not like it with one', async () => {
      neo([{ status: 400 }, { json: { callId: 'c2' } }]);
      (await initiateCall(client, { from: 'e0', to: TO })).should.deepEqual({ sessionId: 'c2' });
      const targets = api.seen.slice(3).map(({ json }) => (json as { targetNumber: string }).targetNumber);
      targets.should.deepEqual([TO, TO.slice(1)]);
    });

    for (const reply of [{ status: 402 }, { status: 502 }, 'reset'] as const) {
      it(`calls only once after ${JSON.stringify(reply)}`, async () => {
        neo(reply);
        await failure(initiateCall(client, { from: 'e0', to: TO }));
        api.requests.slice(3).should.deepEqual(['POST /calls']);
      });
    }

    it('says that sipgate refused both ways of writing the number', async () => {
      neo({ status: 400, json: { name: 'BAD', message: 'no such number' } });
      const error = await failure(initiateCall(client, { from: 'e0', to: TO }));
      error.code.should.equal('INVALID_INPUT');
      error.message.should.containEql('no such number');
      api.requests.slice(3).should.deepEqual(['POST /calls', 'POST /calls']);
    });

    it('tries no other way for a short code', async () => {
      neo({ status: 400 });
      await failure(initiateCall(client, { from: 'e0', to: '116117' }));
      api.requests.slice(3).should.deepEqual(['POST /calls']);
    });

    for (const from of ['p0', '+492111234567']) {
      it(`lets only a phone ring first, not ${from}`, async () => {
        neo();
        const error = await failure(initiateCall(client, { from, to: TO, deviceId: 'e0' }));
        error.code.should.equal('INVALID_INPUT');
        error.field!.should.equal('from');
        error.message.should.equal(
          `\`from\` must be a phone such as e0, got "${from}". The account is on sipgate's new platform (neo), where only a phone can ring first.`,
        );
        api.requests.should.not.containEql('POST /calls');
      });
    }

    it('names the scope that is missing there', async () => {
      neo({ status: 403 });
      (await failure(initiateCall(client, { from: 'e0', to: TO }))).message.should.containEql('rtcm:write');
    });

    it('passes on the first refusal where it cannot find out', async () => {
      api.routes({ 'POST /sessions/calls': { status: 403 }, 'GET /authorization/userinfo': { status: 500 } });
      const error = await failure(initiateCall(client, { from: 'e0', to: TO }));
      error.message.should.containEql('sessions:calls:write');
    });

    it('counts a call once', async () => {
      neo([{ status: 400 }, { json: { callId: 'c2' } }]);
      const tally = createTally({ dayOf: () => 'today' });
      const guarded = clientOf(api, { spending: { limits: { maxPerMinute: 1 }, tally } });
      await initiateCall(guarded, { from: 'e0', to: TO });
      (await failure(initiateCall(guarded, { from: 'e0', to: TO }))).code.should.equal('RATE_LIMITED');
      await guarded.close();
    });
  });
});
