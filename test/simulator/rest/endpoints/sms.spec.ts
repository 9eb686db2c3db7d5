import should from 'should';
import { type RestServer, startRestServer } from '../rest-server';

describe('simulator/rest/sms', () => {
  let rest: RestServer;
  beforeEach(async () => {
    rest = await startRestServer();
  });
  afterEach(() => rest.close());

  const sms = { smsId: 's0', recipient: '+4917139200077', message: 'Wasser im Keller' };
  const send = (changes: object = {}) => rest.call('POST', '/sessions/sms', { ...sms, ...changes });
  const inSeconds = (offset: number) => Math.floor(Date.now() / 1000) + offset;

  it('sends from the default sender, answers with nothing and takes the price', async () => {
    const { status, text } = await send();
    [status, text].should.deepEqual([204, '']);
    rest.account.sentSms.should.have.length(1);
    should(rest.account.sentSms[0]).have.properties({ ...sms, sender: '+4917139200010' });
    rest.account.balance.amount.should.equal(10_000_000 - 790);
  });

  it('takes a number with and without plus, and no national one', async () => {
    (await send({ recipient: '4917139200077' })).status.should.equal(204);
    should(rest.account.sentSms[0]?.recipient).equal('+4917139200077');
    for (const recipient of ['0171 39200077', 'anonymous', ' ', 4917139200077]) {
      const { status, body } = await send({ recipient });
      [status, body.name].should.deepEqual([400, 'PARAMETER_INVALID']);
    }
  });

  it('keeps the time of a scheduled SMS, and refuses one that is past, too far or broken', async () => {
    const sendAt = inSeconds(3600);
    (await send({ sendAt })).status.should.equal(204);
    should(rest.account.sentSms[0]?.sendAt).equal(sendAt);
    for (const wrong of [
      sendAt + 0.5,
      String(sendAt),
      inSeconds(-60),
      inSeconds(31 * 24 * 3600),
      sendAt * 1000,
    ])
      (await send({ sendAt: wrong })).status.should.equal(400);
    rest.account.sentSms.should.have.length(1);
  });

  it('refuses an empty text, a foreign extension, a missing one and an empty purse, each in its way', async () => {
    (await send({ message: '' })).status.should.equal(400);
    (await send({ smsId: 's1' })).status.should.equal(403);
    (await send({ smsId: undefined })).status.should.equal(500);
    rest.account.balance.amount = 789;
    (await send()).status.should.equal(402);
    rest.account.sentSms.should.be.empty();
    rest.account.balance.amount.should.equal(789);
  });

  it('wants JSON and says so with 415', async () => {
    const { status } = await rest.call('POST', '/sessions/sms', sms, { 'content-type': 'text/plain' });
    status.should.equal(415);
    (await rest.call('POST', '/sessions/sms', '{"smsId":')).body.name.should.equal('INVALID_JSON');
  });

  it('switches the sender for everything that follows', async () => {
    const { status, text } = await rest.call('PUT', '/w0/sms/s0/callerids/94711', { defaultNumber: true });
    [status, text].should.deepEqual([204, '']);
    await send();
    should(rest.account.sentSms[0]?.sender).equal('+4917139200011');
    const { body } = await rest.call('GET', '/w0/sms/s0/callerids');
    body.items
      .map(({ defaultNumber }: { defaultNumber: boolean }) => defaultNumber)
      .should.deepEqual([false, true, false]);
  });

  it('takes a boolean for the switch and no text', async () => {
    const { status, body } = await rest.call('PUT', '/w0/sms/s0/callerids/94711', { defaultNumber: 'true' });
    status.should.equal(400);
    body.errors[0].source.pointer.should.equal('/defaultNumber');
  });

  it('sends in the name of sipgate when no number is the default', async () => {
    await rest.call('PUT', '/w0/sms/s0/callerids/94710', { defaultNumber: false });
    await send();
    should(rest.account.sentSms[0]?.sender).equal('sipgate');
    (await rest.call('GET', '/w0/sms')).body.items[0].callerId.should.equal('sipgate');
  });

  it('lets no unverified or unknown number become the sender', async () => {
    (await rest.call('PUT', '/w0/sms/s0/callerids/94712', { defaultNumber: true })).status.should.equal(403);
    (await rest.call('PUT', '/w0/sms/s0/callerids/1', { defaultNumber: true })).status.should.equal(404);
    await send();
    should(rest.account.sentSms[0]?.sender).equal('+4917139200010');
  });
});
