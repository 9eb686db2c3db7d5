import { initiateCall, type NewCall, type SipgateClient } from '../../../sipgate/index';
import { ApiServer, clientOf, failure } from '../helpers/api-server';
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
});
