import should from 'should';
import { type RestServer, startRestServer } from '../rest-server';

describe('simulator/rest/history', () => {
  let rest: RestServer;
  beforeEach(async () => {
    rest = await startRestServer();
  });
  afterEach(() => rest.close());

  const sendSms = (message: string) =>
    rest.call('POST', '/sessions/sms', { smsId: 's0', recipient: '+4917139200077', message });
  const sendFax = () =>
    rest.call('POST', '/sessions/fax', {
      faxlineId: 'f0',
      recipient: '+492214710150',
      filename: 'a.pdf',
      base64Content: Buffer.from('%PDF-1.4\n%%EOF').toString('base64'),
    });
  const list = async (query = '') => (await rest.call('GET', `/history${query}`)).body;

  it('tells of faxes and SMS, the newest first', async () => {
    await sendFax();
    rest.wait(5000);
    await sendSms('hello');
    const { items, totalCount } = await list();
    should(totalCount).equal(2);
    items
      .map(({ type, smsContent, faxStatusType }: Record<string, string>) => [
        type,
        smsContent ?? faxStatusType,
      ])
      .should.deepEqual([
        ['SMS', 'hello'],
        ['FAX', 'SENDING'],
      ]);
  });

  it('gives ten where nobody asks for more, and says how many there are', async () => {
    for (let count = 0; count < 12; count += 1) await sendSms(`number ${count}`);
    should((await list()).items).have.length(10);
    should((await list('?limit=5&offset=10')).items).have.length(2);
    should((await list('?limit=1')).totalCount).equal(12);
    (await rest.call('GET', '/history?limit=1001')).status.should.equal(400);
  });

  it('filters by type, extension, number, time, star and archive', async () => {
    await sendFax();
    rest.wait(60_000);
    await sendSms('hello');
    const types = async (query: string) =>
      (await list(query)).items.map(({ type }: { type: string }) => type);
    const smsAt = (await list('?types=SMS')).items[0].created as string;
    (await types('?types=SMS&types=CALL')).should.deepEqual(['SMS']);
    (await types('?connectionIds=f0')).should.deepEqual(['FAX']);
    (await types('?phonenumber=%2B492214710150')).should.deepEqual(['FAX']);
    (await types(`?from=${smsAt}`)).should.deepEqual(['SMS']);
    (await types('?directions=INCOMING')).should.deepEqual([]);
    (await types('?archived=true')).should.deepEqual([]);
    (await types('?starred=STARRED')).should.deepEqual([]);
    (await types('?starred=UNSTARRED')).should.have.length(2);
    (await rest.call('GET', '/history?types=LETTER')).status.should.equal(400);
  });
});
