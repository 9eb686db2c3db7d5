import should from 'should';
import { logIn } from '../../../../simulator/rest';
import { type RestServer, startRestServer } from '../rest-server';

describe('simulator/rest/contacts', () => {
  let rest: RestServer;
  beforeEach(async () => {
    rest = await startRestServer();
  });
  afterEach(() => rest.close());

  const names = async (query = '') => {
    const { status, body } = await rest.call('GET', `/contacts${query}`);
    status.should.equal(200);
    return body.items.map(({ name }: { name: string }) => name);
  };
  const importText = (csv: string | Buffer) =>
    rest.call('POST', '/contacts/import/csv', { base64Content: Buffer.from(csv).toString('base64') });

  it('gives contacts of every scope, without family and given name', async () => {
    const { body } = await rest.call('GET', '/contacts');
    body.totalCount.should.equal(4);
    body.items
      .map(({ name, scope }: { name: string; scope: string }) => `${name} ${scope}`)
      .should.deepEqual([
        'Käthe Groß SHARED',
        'Emil Klein PRIVATE',
        'Ada Beispiel INTERNAL',
        'Jörg Müller INTERNAL',
      ]);
    body.items[0].should.not.have.any.keys('family', 'given', 'userId');
  });

  it('hides private contacts from others', async () => {
    const headers = { authorization: `Bearer ${logIn(rest.account, 'w1').accessToken}` };
    const { body } = await rest.call('GET', '/contacts', undefined, headers);
    body.items.map(({ name }: { name: string }) => name).should.not.containEql('Emil Klein');
    const id = rest.account.contacts[1]?.id;
    (await rest.call('DELETE', `/contacts/${id}`, undefined, headers)).status.should.equal(404);
  });

  it('gives them page by page, never more than a page holds', async () => {
    (await names('?limit=2&offset=1')).should.deepEqual(['Emil Klein', 'Ada Beispiel']);
    rest.account.contactsPageLimit = 1;
    (await names('?limit=5000')).should.deepEqual(['Käthe Groß']);
    (await names('?offset=9')).should.deepEqual([]);
    (await rest.call('GET', '/contacts?limit=x')).status.should.equal(400);
  });

  it('finds contacts by number, with and without plus, and ignores the page', async () => {
    (await names('?phonenumbers=4989999980123&limit=0&offset=7')).should.deepEqual(['Käthe Groß']);
    (await names('?phonenumbers=%2B493023125042&phonenumbers=%2B4917139200077')).should.deepEqual([
      'Käthe Groß',
      'Emil Klein',
    ]);
    (await names('?phonenumbers=%2B4999999999')).should.deepEqual([]);
  });

  it('creates a contact and composes the name', async () => {
    const body = {
      scope: 'PRIVATE',
      family: 'Weiß',
      given: 'Zoë',
      numbers: [{ number: '+4969900090001', type: ['home'] }],
    };
    const { status, text } = await rest.call('POST', '/contacts', body);
    [status, text].should.deepEqual([204, '']);
    should(rest.account.contacts[2]).have.properties({ ...body, name: 'Zoë Weiß', userId: 'w0' });
  });

  it('replaces all of a contact, so that what was not sent is lost', async () => {
    const id = rest.account.contacts[0]?.id;
    (await rest.call('PUT', `/contacts/${id}`, { scope: 'SHARED', name: 'K. Groß' })).status.should.equal(
      204,
    );
    should(rest.account.contacts[0]).have.properties({
      id,
      name: 'K. Groß',
      family: '',
      numbers: [],
      organization: [],
    });
  });

  it('points at the field that is wrong', async () => {
    const wrong = { '/scope': { scope: 'INTERNAL' }, '/numbers': { scope: 'SHARED', numbers: ['1'] } };
    for (const [pointer, body] of Object.entries(wrong)) {
      const answer = await rest.call('POST', '/contacts', body);
      [answer.status, answer.body.errors[0].source.pointer].should.deepEqual([400, pointer]);
    }
  });

  it('deletes one, knows no unknown one and keeps the people of the account', async () => {
    const id = rest.account.contacts[0]?.id;
    (await rest.call('DELETE', `/contacts/${id}`)).status.should.equal(204);
    (await rest.call('DELETE', `/contacts/${id}`)).status.should.equal(404);
    (await rest.call('DELETE', '/contacts/internal-1234567w1')).status.should.equal(403);
    rest.account.contacts.should.have.length(1);
  });

  it('counts how often somebody emptied the whole address book', async () => {
    (await rest.call('DELETE', '/contacts')).status.should.equal(204);
    rest.account.contacts.should.be.empty();
    rest.account.deletedAllContacts.should.equal(1);
  });

  it('lists the people of the account in plain texts', async () => {
    const { body } = await rest.call('GET', '/contacts/internal');
    body.items[0].should.deepEqual({
      id: 'internal-1234567w0',
      name: 'Ada Beispiel',
      emails: ['ada@example.org'],
      mobile: ['+4917139200010'],
      landline: ['+492214710100'],
      fax: [],
      directdial: [],
    });
  });

  it('imports the documented CSV', async () => {
    const csv = 'firstname,lastname,number\nÄnne,"Öz, Dr. ""Ö""",+4969900090002\n,Solo,4969900090003\n';
    const { status, text } = await importText(csv);
    [status, text].should.deepEqual([204, '']);
    rest.account.contacts
      .slice(2)
      .map(({ given, family, numbers }) => [given, family, numbers[0]?.number])
      .should.deepEqual([
        ['Änne', 'Öz, Dr. "Ö"', '+4969900090002'],
        ['', 'Solo', '4969900090003'],
      ]);
  });

  const header = 'firstname,lastname,number\n';
  for (const [what, csv] of Object.entries({
    'another header': 'lastname,firstname,number\nA,B,+4969900090002\n',
    'a byte order mark': `\uFEFF${header}A,B,+4969900090002\n`,
    semicolons: 'firstname;lastname;number\nA;B;+4969900090002\n',
    'a row too short': `${header}A,B,+4969900090002\nA,B\n`,
    'a blank line': `${header}A,B,+4969900090002\n\nC,D,+4969900090003\n`,
    'a number as people write it': `${header}A,B,069 900090002\n`,
    'a line break in a name': `${header}"A\nB",C,+4969900090002\n`,
    'Latin-1': Buffer.from(`${header}Änne,B,+4969900090002\n`, 'latin1'),
  }))
    it(`answers ${what} with 500 and imports nothing`, async () => {
      (await importText(csv)).status.should.equal(500);
      rest.account.contacts.should.have.length(2);
    });
});
