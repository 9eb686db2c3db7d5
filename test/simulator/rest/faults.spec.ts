import should from 'should';
import { type RestServer, startRestServer } from './rest-server';

describe('simulator/rest/faults', () => {
  let rest: RestServer;
  beforeEach(async () => {
    rest = await startRestServer();
  });
  afterEach(() => rest.close());

  const match = 'POST /sessions/sms';
  const send = () =>
    rest.call('POST', '/sessions/sms', { smsId: 's0', recipient: '+4917139200077', message: 'Hallo' });
  const outcomes = () => rest.account.requests.map(({ outcome }) => outcome);

  it('answers as often as told with a status, carries nothing out, and is well again', async () => {
    rest.account.faults.push({
      match,
      times: 2,
      fault: { kind: 'status', status: 429, headers: { 'Retry-After': '1' }, body: 'slow down' },
    });
    const first = await send();
    [first.status, first.headers.get('retry-after'), first.text].should.deepEqual([429, '1', 'slow down']);
    await send();
    rest.account.sentSms.should.be.empty();
    (await send()).status.should.equal(204);
    outcomes().should.deepEqual([429, 429, 204]);
  });

  it('tears the connection before or after the SMS was sent', async () => {
    rest.account.faults.push({ match, fault: { kind: 'resetBefore' } });
    await send().should.be.rejected();
    rest.account.sentSms.should.be.empty();
    rest.account.faults.push({ match, fault: { kind: 'resetAfter' } });
    await send().should.be.rejected();
    rest.account.sentSms.should.have.length(1);
    outcomes().should.deepEqual(['reset', 'reset']);
  });

  it('sends the SMS and then says that it did not', async () => {
    rest.account.faults.push({ match, fault: { kind: 'statusAfter', status: 502 } });
    (await send()).status.should.equal(502);
    rest.account.sentSms.should.have.length(1);
  });

  it('answers late', async () => {
    rest.account.faults.push({ match, fault: { kind: 'delay', ms: 500 } });
    const late = send();
    const first = await Promise.race([late, rest.call('GET', '/account').then(() => 'another request')]);
    first.should.equal('another request');
    (await late).status.should.equal(204);
  });

  it('hits only the requests that it was made for', async () => {
    rest.account.faults.push({ match: 'PUT /sessions', fault: { kind: 'status', status: 503 } });
    (await send()).status.should.equal(204);
    rest.account.faults.push({ match: '* /bal', fault: { kind: 'status', status: 503 } });
    (await rest.call('GET', '/balance')).status.should.equal(503);
  });

  it('logs every request with what was asked, and without its credentials', async () => {
    await send();
    await rest.call('GET', '/contacts?limit=3');
    const [sms, contacts] = rest.account.requests;
    should(sms?.body).deepEqual({ smsId: 's0', recipient: '+4917139200077', message: 'Hallo' });
    should(sms?.headers.authorization).equal('(redacted)');
    should(contacts).have.properties({ method: 'GET', path: '/contacts', outcome: 200 });
    should(contacts?.query.get('limit')).equal('3');
  });
});
