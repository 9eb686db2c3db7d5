import { createContact, deleteContacts, updateContact } from '../../../sipgate/index';
import { failure } from '../helpers/api-server';
import { ADA, BOB, useAddressBook } from './address-book';

describe('The address book', () => {
  const book = useAddressBook();

  describe('creates a contact', () => {
    it('with all that the contract names', async () => {
      const result = await createContact(
        book.client,
        {
          firstname: 'Jürgen',
          lastname: 'Groß',
          address: { streetAddress: 'Kaiserstraße 1', postalCode: 10115 },
          phone: { number: '0211 63553355', type: ['work'] },
          email: { email: 'j@example.com', type: [] },
          organization: [['Bäckerei', 'Backstube']],
        },
        'SHARED',
      );
      result.should.deepEqual({ created: 1 });
      book.api.requests.should.deepEqual(['POST /contacts']);
      book.api.seen[0]!.json!.should.deepEqual({
        name: 'Jürgen Groß',
        family: 'Groß',
        given: 'Jürgen',
        picture: null,
        emails: [{ email: 'j@example.com', type: [] }],
        numbers: [{ number: '+4921163553355', type: ['work'] }],
        addresses: [
          {
            poBox: '',
            extendedAddress: '',
            streetAddress: 'Kaiserstraße 1',
            locality: '',
            region: '',
            postalCode: '10115',
            country: '',
          },
        ],
        organization: [['Bäckerei', 'Backstube']],
        scope: 'SHARED',
      });
    });

    it('with one name and nothing else', async () => {
      await createContact(book.client, { firstname: 'Ada' }, 'PRIVATE');
      book.api.seen[0]!.json!.should.deepEqual({
        name: 'Ada',
        family: '',
        given: 'Ada',
        picture: null,
        emails: [],
        numbers: [],
        addresses: [],
        organization: [],
        scope: 'PRIVATE',
      });
    });

    it('with the lists that the address book gives, beside the single ones or instead', async () => {
      const address = { ...ADA.addresses[0]!, streetAddress: 'Second Street 2' };
      await createContact(
        book.client,
        {
          firstname: 'Ada',
          phone: { number: '0157 99912340' },
          numbers: [...ADA.numbers, { number: '11', type: ['work'] }],
          email: { email: 'a@example.com' },
          emails: ADA.emails,
          address,
          addresses: ADA.addresses,
        },
        'PRIVATE',
      );
      book.api.seen[0]!.json!.should.match({
        name: 'Ada',
        numbers: [
          { number: '+4915799912340', type: [] },
          { number: '+4915799912345', type: ['cell'] },
          { number: '+4921163553355', type: ['work'] },
          { number: '11', type: ['work'] },
        ],
        emails: [
          { email: 'a@example.com', type: [] },
          { email: 'ada@example.com', type: ['home'] },
        ],
        addresses: [address, ...ADA.addresses],
      });
    });

    it('as the address book gives it, by its whole name', async () => {
      await createContact(book.client, ADA, 'SHARED');
      const { id: _id, ...details } = ADA;
      book.api.seen[0]!.json!.should.deepEqual({
        ...details,
        given: 'Ada',
        family: 'Lovelace',
        scope: 'SHARED',
        numbers: [ADA.numbers[0], { number: '+4921163553355', type: ['work'] }],
      });
    });

    it('once, also where the answer is lost', async () => {
      book.entries = [];
      book.onChange = () => {
        book.entries.push(book.api.seen.at(-1)!.json as Record<string, unknown>);
        return 'reset';
      };
      const created = await createContact(book.client, { firstname: 'Ada' }, 'PRIVATE');
      created.should.deepEqual({ created: 1 });
      book.api.requests.should.deepEqual(['POST /contacts', 'GET /contacts?limit=500&offset=0']);
    });

    const wrong: [unknown, string, string][] = [
      [undefined, 'PRIVATE', 'content'],
      ['Ada', 'PRIVATE', 'content'],
      [{}, 'PRIVATE', 'firstname'],
      [{ firstname: ' ', lastname: '' }, 'PRIVATE', 'firstname'],
      [{ firstname: {} }, 'PRIVATE', 'firstname'],
      [{ firstname: 'A', phone: '+4915799912345' }, 'PRIVATE', 'phone'],
      [{ firstname: 'A', phone: { number: 'x' } }, 'PRIVATE', 'phone.number'],
      [{ firstname: 'A', phone: { number: '+4915799912345', type: [1] } }, 'PRIVATE', 'phone.type'],
      [{ firstname: 'A', email: { email: 'nobody' } }, 'PRIVATE', 'email.email'],
      [{ firstname: 'A', address: 'Main Street' }, 'PRIVATE', 'address'],
      [{ firstname: 'A', address: { country: [] } }, 'PRIVATE', 'address.country'],
      [{ firstname: 'A', organization: [[1]] }, 'PRIVATE', 'organization[0]'],
      [{ firstname: 'A', picture: 'http://x' }, 'PRIVATE', 'picture'],
      [{ firstname: 'A', numbers: '+4915799912345' }, 'PRIVATE', 'numbers'],
      [{ firstname: 'A', numbers: [{ number: 'x' }] }, 'PRIVATE', 'numbers[0].number'],
      [{ firstname: 'A', emails: [{}] }, 'PRIVATE', 'emails[0].email'],
      [{ firstname: 'A', addresses: [1] }, 'PRIVATE', 'addresses[0]'],
      [{ firstname: 'A' }, 'INTERNAL', 'scope'],
      [{ firstname: 'A' }, '', 'scope'],
    ];
    for (const [input, scope, field] of wrong) {
      it(`but not ${JSON.stringify(input)} in ${scope || 'no scope'}: it names ${field}`, async () => {
        (await failure(createContact(book.client, input, scope))).should.match({
          code: 'INVALID_INPUT',
          field,
        });
        book.api.requests.should.deepEqual([]);
      });
    }
  });

  describe('changes a contact', () => {
    it('and keeps what it was not asked to change, also what it does not know', async () => {
      book.entries = [BOB, { ...ADA, source: 'web' }];
      book.pageLimit = 1;
      const result = await updateContact(book.client, { id: ADA.id, emails: [] });
      result.should.deepEqual({ updated: 1 });
      book.api.requests.should.deepEqual([
        'GET /contacts?limit=500&offset=0',
        'GET /contacts?limit=500&offset=1',
        `PUT /contacts/${ADA.id}`,
      ]);
      book.api.seen[2]!.json!.should.deepEqual({
        ...ADA,
        source: 'web',
        emails: [],
        given: 'Ada',
        family: 'Lovelace',
      });
    });

    it('stops reading where the contact is found', async () => {
      book.pageLimit = 1;
      await updateContact(book.client, { id: ADA.id, name: 'Countess Lovelace' });
      book.api.requests.should.deepEqual(['GET /contacts?limit=500&offset=0', `PUT /contacts/${ADA.id}`]);
      book.api.seen[1]!.json!.should.match({
        name: 'Countess Lovelace',
        given: 'Countess',
        family: 'Lovelace',
      });
    });

    it('takes a whole contact back as list gives it', async () => {
      await updateContact(book.client, { ...ADA, scope: 'SHARED' });
      book.api.seen[1]!.json!.should.match({
        scope: 'SHARED',
        numbers: [
          { number: '+4915799912345', type: ['cell'] },
          { number: '+4921163553355', type: ['work'] },
        ],
      });
    });

    it('and keeps what a phone can dial beside phone numbers', async () => {
      const numbers = ['**62', '12', '*31#', '116117', '*135*1#'].map((number) => ({ number, type: [] }));
      await updateContact(book.client, { ...ADA, numbers });
      book.api.seen[1]!.json!.should.match({ numbers });
    });

    it('renames by one of the two names', async () => {
      await updateContact(book.client, { id: ADA.id, lastname: 'King' });
      book.api.seen[1]!.json!.should.match({ name: 'Ada King', given: 'Ada', family: 'King' });
    });

    it('keeps first and last name apart as they were, where sipgate says which is which', async () => {
      book.entries = [{ ...ADA, name: 'Gabriel Garcia Marquez', given: 'Gabriel', family: 'Garcia Marquez' }];
      await updateContact(book.client, { id: ADA.id, emails: [] });
      await updateContact(book.client, { ...ADA, name: 'Gabriel Garcia Marquez' });
      await updateContact(book.client, { id: ADA.id, firstname: 'Gabo' });
      await updateContact(book.client, { id: ADA.id, name: 'Ada King' });
      const names = book.api.seen
        .filter(({ method }) => method === 'PUT')
        .map(({ json }) => json as Record<string, unknown>)
        .map(({ name, given, family }) => [name, given, family]);
      names.should.deepEqual([
        ['Gabriel Garcia Marquez', 'Gabriel', 'Garcia Marquez'],
        ['Gabriel Garcia Marquez', 'Gabriel', 'Garcia Marquez'],
        ['Gabo Garcia Marquez', 'Gabo', 'Garcia Marquez'],
        ['Ada King', 'Ada', 'King'],
      ]);
    });

    const wrong: [unknown, string][] = [
      [undefined, 'content'],
      [{}, 'id'],
      [{ id: ' ' }, 'id'],
      [{ id: '1' }, 'content'],
      [{ id: '1', name: 'A', phone: { number: '0211 63553355' } }, 'phone'],
      [{ id: '1', nickname: 'A' }, 'content'],
      [{ id: '1', name: '' }, 'name'],
      [{ id: '1', numbers: [{ number: 'x' }] }, 'numbers[0].number'],
      [{ id: '1', emails: {} }, 'emails'],
      [{ id: '1', scope: 'INTERNAL', name: 'A' }, 'scope'],
    ];
    for (const [input, field] of wrong) {
      it(`but not by ${JSON.stringify(input)}: it names ${field}`, async () => {
        (await failure(updateContact(book.client, input))).should.match({ code: 'INVALID_INPUT', field });
        book.api.requests.should.deepEqual([]);
      });
    }

    it('but says so when there is none with the id, or it is a colleague', async () => {
      (await failure(updateContact(book.client, { id: 'x', name: 'A' }))).code.should.equal('NOT_FOUND');
      book.entries = [{ ...ADA, scope: 'INTERNAL' }];
      (await failure(updateContact(book.client, { id: ADA.id, name: 'A' }))).should.match({
        code: 'INVALID_INPUT',
        field: 'id',
      });
      book.api.requests.filter((request) => request.startsWith('PUT')).should.deepEqual([]);
    });
  });

  describe('deletes contacts', () => {
    const inputs: [unknown, string[]][] = [
      ['a/b', ['DELETE /contacts/a%2Fb']],
      [{ id: '1' }, ['DELETE /contacts/1']],
      [
        ['1', { id: '2' }, '1'],
        ['DELETE /contacts/1', 'DELETE /contacts/2'],
      ],
    ];
    for (const [input, requests] of inputs) {
      it(`by ${JSON.stringify(input)}`, async () => {
        (await deleteContacts(book.client, input)).should.deepEqual({ deleted: requests.length });
        book.api.requests.sort().should.deepEqual(requests);
      });
    }

    for (const input of [
      undefined,
      null,
      '',
      ' ',
      [],
      [''],
      ['1', null],
      {},
      [{ id: '' }],
      5,
      '.',
      '..',
      ['1', '..'],
    ]) {
      it(`but never without an id: ${JSON.stringify(input)}`, async () => {
        (await failure(deleteContacts(book.client, input))).code.should.equal('INVALID_INPUT');
        book.api.requests.should.deepEqual([]);
      });
    }

    it('and says how far it came', async () => {
      let answered = 0;
      book.onChange = () => ({ status: (answered += 1) > 6 ? 403 : 204 });
      const error = await failure(
        deleteContacts(
          book.client,
          Array.from({ length: 20 }, (_, i) => `id${i}`),
        ),
      );
      error.should.match({ code: 'FORBIDDEN', statusCode: 403, message: /6 of 20 contacts were deleted/ });
      book.api.requests.length.should.be.belowOrEqual(10);
    });
  });
});
