import should from 'should';
import { createAccount } from '../../../simulator/account/demo-account';
import { accountView } from '../../../simulator/page/account-view';

describe('simulator/rest/account-view', () => {
  const now = Date.parse('2026-01-01T12:00:00Z');

  it('shows what was sent, the newest first, and how far it is', () => {
    const account = createAccount();
    const sms = { smsId: 's0', sender: '+4917139200010', recipient: '+4917139200077', acceptedAt: now };
    account.sentSms.push({ ...sms, message: 'one' }, { ...sms, message: 'two', sendAt: now / 1000 + 60 });
    const fax = {
      faxlineId: 'f0',
      recipient: '+492214719999',
      filename: 'a.pdf',
      content: Buffer.from('abc'),
    };
    account.faxes.push(
      { ...fax, sessionId: '1', acceptedAt: now - 60_000, failure: 'unreachable' },
      { ...fax, sessionId: '2', acceptedAt: now },
    );
    const view = accountView(account, now);
    view.sms
      .map(({ message, sendAt }) => [message, sendAt])
      .should.deepEqual([
        ['two', '2026-01-01T12:01:00.000Z'],
        ['one', undefined],
      ]);
    view.faxes
      .map(({ status, failure, bytes }) => [status, failure, bytes])
      .should.deepEqual([
        ['QUEUED', undefined, 3],
        ['FAILED', 'unreachable', 3],
      ]);
    should(view.contacts.total).equal(2);
    should(view.settings).equal(account.settings);
  });

  it('holds no credentials', () => {
    const account = createAccount();
    const text = JSON.stringify(accountView(account, now));
    for (const { token } of account.credentials.tokens) text.should.not.containEql(token);
    text.should.not.containEql('demo-refresh-token').and.not.containEql('password');
  });
});
