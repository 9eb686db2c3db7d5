import should from 'should';
import { createContact, findContact, nameCaller } from '../../../sipgate/index';
import { failure } from '../helpers/api-server';
import { ADA, BOB, useAddressBook } from './address-book';

describe('The address book', () => {
  const book = useAddressBook();

  describe('finds who has a number', () => {
    it('however it is written, of any scope', async () => {
      should(await findContact(book.client, '0157 99912345')).deepEqual(ADA);
      should(await findContact(book.client, { number: '+4915799912346' })).match({ name: 'Bob' });
      should(await findContact(book.client, '4921163553355')).match({ name: 'Ada Lovelace' });
      should(await findContact(book.client, '+4921163553300')).match({ name: 'Carol Colleague' });
      should(await findContact(book.client, 11)).match({ name: 'Carol Colleague' });
      should(await findContact(book.client, '+4930123456')).equal(null);
    });

    it('without a request for each', async () => {
      for (let i = 0; i < 20; i++) await findContact(book.client, `+49157999123${i}`);
      await Promise.all(Array.from({ length: 20 }, () => findContact(book.client, '+4915799912345')));
      book.api.requests.should.deepEqual(['GET /contacts?limit=500&offset=0', 'GET /contacts/internal']);
    });

    it('but nobody for a caller without a number', async () => {
      for (const number of ['anonymous', '', ' ', 'unknown', { number: 'anonymous' }]) {
        should(await findContact(book.client, number)).equal(null);
      }
      book.api.requests.should.deepEqual([]);
    });

    it('and sees its own changes', async () => {
      should(await findContact(book.client, '+4915799912399')).equal(null);
      book.onChange = () => {
        book.entries = [
          ...book.entries,
          { ...BOB, id: '9', numbers: [{ number: '+4915799912399', type: [] }] },
        ];
        return { status: 204 };
      };
      await createContact(book.client, { firstname: 'X' }, 'PRIVATE');
      should(await findContact(book.client, '+4915799912399')).match({ id: '9' });
    });

    it('and gives a copy, so that a flow cannot spoil the directory', async () => {
      (await findContact(book.client, '+4915799912345'))!.name = 'spoilt';
      (await findContact(book.client, '+4915799912345'))!.name.should.equal('Ada Lovelace');
    });

    for (const input of [undefined, null, {}, [], true]) {
      it(`but asks for a number instead of ${JSON.stringify(input)}`, async () => {
        (await failure(findContact(book.client, input))).code.should.equal('INVALID_INPUT');
      });
    }

    it('names a caller at once, as soon as the book was read', async () => {
      should(nameCaller(book.client, '+4921163553355')).equal(undefined);
      await findContact(book.client, '+4921163553355');
      should(nameCaller(book.client, '+4921163553355')).deepEqual({
        id: ADA.id,
        name: 'Ada Lovelace',
        organization: [['Analytical Engines', 'Programs']],
        number: '0211-63553355',
      });
      should(nameCaller(book.client, 'anonymous')).equal(null);
      book.api.requests.should.have.length(2);
    });
  });
});
