import { listCalls, type SipgateClient } from '../../../../sipgate/index';
import { ApiServer, clientOf, failure } from '../../helpers/api-server';

describe('Listing the live calls', () => {
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

  it('is one request, and gives what sipgate says, numbers with their plus', async () => {
    const participant = {
      participantId: 'P1',
      phoneNumber: '4915799912345',
      muted: false,
      hold: false,
      owner: true,
    };
    const call = { callId: 'A1', muted: false, recording: true, hold: false, participants: [participant] };
    api.script({ json: { data: [call] } });
    (await listCalls(client)).should.deepEqual([
      { ...call, participants: [{ ...participant, phoneNumber: '+4915799912345' }] },
    ]);
    api.requests.should.deepEqual(['GET /calls']);
  });

  for (const [phoneNumber, shown] of [
    [4915799912345, '+4915799912345'],
    ['+4915799912345', '+4915799912345'],
    ['11', '11'],
    ['anonymous', 'anonymous'],
    ['', ''],
    [null, ''],
    [{}, ''],
  ] as const) {
    it(`shows the number ${JSON.stringify(phoneNumber)} as ${JSON.stringify(shown)}`, async () => {
      api.script({ json: { data: [{ callId: 'A1', participants: [{ phoneNumber }] }] } });
      (await listCalls(client)).should.deepEqual([{ callId: 'A1', participants: [{ phoneNumber: shown }] }]);
    });
  }

  it('gives no call when there is none', async () => {
    api.script({ json: { data: [] } });
    (await listCalls(client)).should.deepEqual([]);
  });

  it('passes on what sipgate may add, and leaves out what is no call', async () => {
    api.script({ json: { data: [null, 'A1', { callId: 'A1', label: 'new', participants: 'none' }] } });
    (await listCalls(client)).should.deepEqual([{ callId: 'A1', label: 'new', participants: [] }]);
  });

  for (const json of [{}, [], { items: [] }, 'hello', null]) {
    it(`says that ${JSON.stringify(json)} does not come from sipgate`, async () => {
      api.script({ json });
      const error = await failure(listCalls(client));
      error.code.should.equal('SERVER');
      error.message.should.containEql('API URL');
    });
  }

  it('names the scope that is missing', async () => {
    api.script({ status: 403 });
    (await failure(listCalls(client))).message.should.containEql('rtcm:read');
  });
});
