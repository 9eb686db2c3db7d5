import should from 'should';
import { type RestServer, startRestServer } from '../rest-server';

describe('simulator/rest/calls', () => {
  let rest: RestServer;
  beforeEach(async () => {
    rest = await startRestServer();
  });
  afterEach(() => rest.close());

  const dial = (body: object) => rest.call('POST', '/sessions/calls', body);

  it('has the network place the call and gives its session id', async () => {
    const { status, body } = await dial({ caller: 'e0', callee: '4917139200077', callerId: '+492214710100' });
    status.should.equal(200);
    rest.dialled.should.deepEqual([
      { sessionId: body.sessionId, caller: 'e0', callee: '+4917139200077', callerId: '+492214710100' },
    ]);
  });

  it('rings a number first when a device pays for it', async () => {
    const call = { caller: '+492214710110', callee: '+4917139200077' };
    const without = await dial(call);
    [without.status, without.text].should.deepEqual([
      400,
      'A deviceId is needed when the caller is a phone number',
    ]);
    (await dial({ ...call, deviceId: 'e0' })).status.should.equal(200);
    (await dial({ ...call, deviceId: 'e1' })).status.should.equal(403);
    rest.dialled.should.have.length(1);
    should(rest.dialled[0]).have.properties({
      caller: '+492214710110',
      callerId: '+492214710100',
      deviceId: 'e0',
    });
  });

  it('takes a phone line and a short internal number, and shows the number of the line', async () => {
    (await dial({ caller: 'p0', callee: '11' })).status.should.equal(200);
    const order = { caller: 'p0', callee: '11', callerId: '+492214710100' };
    should(rest.dialled[0]).have.properties(order);
  });

  it('refuses foreign telephones, broken numbers and an empty purse', async () => {
    (await dial({ caller: 'e1', callee: '+4917139200077' })).status.should.equal(403);
    (await dial({ caller: 'e0', callee: 'Oma' })).status.should.equal(400);
    (await dial({ caller: 'e0', callee: '+4917139200077', callerId: 'me' })).status.should.equal(400);
    (await dial({ callee: '+4917139200077' })).status.should.equal(400);
    rest.account.balance.amount = 0;
    (await dial({ caller: 'e0', callee: '+4917139200077' })).status.should.equal(402);
    rest.dialled.should.be.empty();
  });
});
