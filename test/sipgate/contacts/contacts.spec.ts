import should from 'should';
import {
  createContact,
  deleteContacts,
  exportContactsCsv,
  exportVCard,
  exportVCards,
  findContact,
  importCsv,
  importVCards,
  listContacts,
  nameCaller,
  updateContact,
  type Progress,
  type SipgateClient,
} from '../../../sipgate/index';
import { ApiServer, clientOf, failure, type Reply } from '../helpers/api-server';

const ADA = {
  id: 'b3d9af4a-78f9-11e6-8b77-86f30ca893d3',
  name: 'Ada Lovelace',
  picture: null,
  emails: [{ email: 'ada@example.com', type: ['home'] }],
  numbers: [
    { number: '+4915799912345', type: ['cell'] },
    { number: '0211-63553355', type: ['work'] },
  ],
  addresses: [
    {
      poBox: '',
      extendedAddress: '',
      streetAddress: 'Main Street 1',
      locality: 'London',
      region: '',
      postalCode: 'N1',
      country: 'UK',
    },
  ],
  organization: [['Analytical Engines', 'Programs']],
  scope: 'PRIVATE',
};
const BOB = {
  ...ADA,
  id: '2',
  name: 'Bob',
  numbers: [{ number: '+4915799912346', type: [] }],
  scope: 'SHARED',
};
const CAROL = {
  id: '3',
  name: 'Carol Colleague',
  emails: ['carol@example.com'],
  mobile: ['+4915799912347'],
  landline: ['+4921163553300'],
  fax: ['+4921163553399'],
  directdial: ['11'],
};

describe('The address book', () => {
  let api: ApiServer;
  let client: SipgateClient;
  /** What `GET /contacts` knows; the other requests are answered with 204. */
  let book: Record<string, unknown>[];
  let pageLimit: number;
  let colleagues: Reply;
  let onChange: () => Reply | Promise<Reply>;

  beforeEach(async () => {
    api = await ApiServer.start();
    client = clientOf(api);
    book = [ADA, BOB];
    pageLimit = 5000;
    colleagues = { json: { items: [CAROL] } };
    onChange = () => ({ status: 204 });
    api.answer = ({ method, url }) => {
      if (method !== 'GET') return onChange();
      const { pathname, searchParams } = new URL(url, 'http://x');
      if (pathname === '/contacts/internal') return colleagues;
      const offset = Number(searchParams.get('offset') ?? 0);
      const limit = Math.min(Number(searchParams.get('limit') ?? 5000), pageLimit);
      return { json: { items: book.slice(offset, offset + limit), totalCount: book.length } };
    };
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  describe('creates a contact', () => {
    it('with all that the contract names', async () => {
      const result = await createContact(
        client,
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
      api.requests.should.deepEqual(['POST /contacts']);
      api.seen[0]!.json!.should.deepEqual({
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
      await createContact(client, { firstname: 'Ada' }, 'PRIVATE');
      api.seen[0]!.json!.should.deepEqual({
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
      [{ firstname: 'A' }, 'INTERNAL', 'scope'],
      [{ firstname: 'A' }, '', 'scope'],
    ];
    for (const [input, scope, field] of wrong) {
      it(`but not ${JSON.stringify(input)} in ${scope || 'no scope'}: it names ${field}`, async () => {
        (await failure(createContact(client, input, scope))).should.match({ code: 'INVALID_INPUT', field });
        api.requests.should.deepEqual([]);
      });
    }
  });

  describe('changes a contact', () => {
    it('and keeps what it was not asked to change, also what it does not know', async () => {
      book = [BOB, { ...ADA, source: 'web' }];
      pageLimit = 1;
      const result = await updateContact(client, { id: ADA.id, emails: [] });
      result.should.deepEqual({ updated: 1 });
      api.requests.should.deepEqual([
        'GET /contacts?limit=500&offset=0',
        'GET /contacts?limit=500&offset=1',
        `PUT /contacts/${ADA.id}`,
      ]);
      api.seen[2]!.json!.should.deepEqual({
        ...ADA,
        source: 'web',
        emails: [],
        given: 'Ada',
        family: 'Lovelace',
      });
    });

    it('stops reading where the contact is found', async () => {
      pageLimit = 1;
      await updateContact(client, { id: ADA.id, name: 'Countess Lovelace' });
      api.requests.should.deepEqual(['GET /contacts?limit=500&offset=0', `PUT /contacts/${ADA.id}`]);
      api.seen[1]!.json!.should.match({ name: 'Countess Lovelace', given: 'Countess', family: 'Lovelace' });
    });

    it('takes a whole contact back as list gives it', async () => {
      await updateContact(client, { ...ADA, scope: 'SHARED' });
      api.seen[1]!.json!.should.match({
        scope: 'SHARED',
        numbers: [
          { number: '+4915799912345', type: ['cell'] },
          { number: '+4921163553355', type: ['work'] },
        ],
      });
    });

    it('and keeps what a phone can dial beside phone numbers', async () => {
      const numbers = ['**62', '12', '*31#'].map((number) => ({ number, type: [] }));
      await updateContact(client, { ...ADA, numbers });
      api.seen[1]!.json!.should.match({ numbers });
    });

    it('renames by one of the two names', async () => {
      await updateContact(client, { id: ADA.id, lastname: 'King' });
      api.seen[1]!.json!.should.match({ name: 'Ada King', given: 'Ada', family: 'King' });
    });

    it('keeps first and last name apart as they were, where sipgate says which is which', async () => {
      book = [{ ...ADA, name: 'Gabriel Garcia Marquez', given: 'Gabriel', family: 'Garcia Marquez' }];
      await updateContact(client, { id: ADA.id, emails: [] });
      await updateContact(client, { ...ADA, name: 'Gabriel Garcia Marquez' });
      await updateContact(client, { id: ADA.id, firstname: 'Gabo' });
      await updateContact(client, { id: ADA.id, name: 'Ada King' });
      const names = api.seen
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
        (await failure(updateContact(client, input))).should.match({ code: 'INVALID_INPUT', field });
        api.requests.should.deepEqual([]);
      });
    }

    it('but says so when there is none with the id, or it is a colleague', async () => {
      (await failure(updateContact(client, { id: 'x', name: 'A' }))).code.should.equal('NOT_FOUND');
      book = [{ ...ADA, scope: 'INTERNAL' }];
      (await failure(updateContact(client, { id: ADA.id, name: 'A' }))).should.match({
        code: 'INVALID_INPUT',
        field: 'id',
      });
      api.requests.filter((request) => request.startsWith('PUT')).should.deepEqual([]);
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
        (await deleteContacts(client, input)).should.deepEqual({ deleted: requests.length });
        api.requests.sort().should.deepEqual(requests);
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
        (await failure(deleteContacts(client, input))).code.should.equal('INVALID_INPUT');
        api.requests.should.deepEqual([]);
      });
    }

    it('and says how far it came', async () => {
      let answered = 0;
      onChange = () => ({ status: (answered += 1) > 6 ? 403 : 204 });
      const error = await failure(
        deleteContacts(
          client,
          Array.from({ length: 20 }, (_, i) => `id${i}`),
        ),
      );
      error.should.match({ code: 'FORBIDDEN', statusCode: 403, message: /6 of 20 contacts were deleted/ });
      api.requests.length.should.be.belowOrEqual(10);
    });
  });

  describe('imports CSV', () => {
    const uploaded = (index: number): string =>
      Buffer.from((api.seen[index]!.json as { base64Content: string }).base64Content, 'base64').toString(
        'utf8',
      );

    it('as the documented CSV in UTF-8', async () => {
      const file = Buffer.from(
        'Nachname;Vorname;Telefon\r\nGroß;Jürgen;0211 63553355\r\nKing, Byron;Ada;x\r\n',
        'latin1',
      );
      const result = await importCsv(client, file);
      result.imported.should.equal(1);
      result.skipped.map(({ line }) => line).should.deepEqual([3]);
      api.requests.should.deepEqual(['POST /contacts/import/csv']);
      uploaded(0).should.equal('firstname,lastname,number\nJürgen,Groß,+4921163553355\n');
    });

    it('in batches, and shows the progress', async () => {
      const rows = Array.from({ length: 2500 }, (_, i) => `Ada,${i},+4915799${100000 + i}\n`);
      const progress: Progress[] = [];
      const result = await importCsv(client, `firstname,lastname,number\n${rows.join('')}`, {
        onProgress: (each) => progress.push(each),
      });
      result.should.deepEqual({ imported: 2500, skipped: [] });
      progress.should.deepEqual([1000, 2000, 2500].map((done) => ({ done, total: 2500 })));
      [0, 1, 2].map((index) => uploaded(index).split('\n').length - 2).should.deepEqual([1000, 1000, 500]);
    });

    it('not at all when there is a header alone, with a warning', async () => {
      const warnings: string[] = [];
      const options = { onWarning: (text: string) => warnings.push(text) };
      (await importCsv(client, 'firstname,lastname,number\n', options)).should.deepEqual({
        imported: 0,
        skipped: [],
      });
      warnings.should.deepEqual(['The file has a header but no contacts: nothing to import.']);
      api.requests.should.deepEqual([]);
    });

    it('and says what was and what was not imported when sipgate fails', async () => {
      const rows = Array.from({ length: 3000 }, (_, i) => `Ada,${i},+4915799${100000 + i}\n`);
      let answered = 0;
      onChange = () => ({ status: (answered += 1) === 2 ? 500 : 204 });
      const error = await failure(importCsv(client, `firstname,lastname,number\n${rows.join('')}`));
      error.should.match({ code: 'SERVER', statusCode: 500 });
      error.message.should.endWith(
        '1,000 of 3,000 contacts were imported. Failed or not sure: lines 1002 to 2001. Not tried: from line 2002 on.',
      );
      api.requests.should.have.length(2);
    });

    it('and stops between two batches when it is told to', async () => {
      const rows = Array.from({ length: 3000 }, (_, i) => `Ada,${i},+4915799${100000 + i}\n`);
      const stop = new AbortController();
      onChange = () => {
        stop.abort();
        return { status: 204, delay: 50 };
      };
      const file = `firstname,lastname,number\n${rows.join('')}`;
      const error = await failure(importCsv(client, file, { signal: stop.signal }));
      error.message.should.equal(
        'Stopped, by a deploy or a stop. 1,000 of 3,000 contacts were imported. Not tried: from line 1002 on.',
      );
      api.requests.should.have.length(1);
    });
  });

  describe('imports vCards', () => {
    const card = (name: string, ...lines: string[]): string =>
      ['BEGIN:VCARD', 'VERSION:3.0', `FN:${name}`, ...lines, 'END:VCARD', ''].join('\r\n');

    it('each with all its numbers', async () => {
      const warnings: string[] = [];
      const text = card(
        'Ada Lovelace',
        'N:Lovelace;Ada;;;',
        'TEL;TYPE=CELL:0157 99912345',
        'TEL:110',
        'TEL:+49 211 63553355',
        'EMAIL:a@example.com',
        'ORG:Engines',
      );
      const result = await importVCards(client, text, 'SHARED', { onWarning: (each) => warnings.push(each) });
      result.should.deepEqual({ imported: 1, skipped: [] });
      api.requests.should.deepEqual(['POST /contacts']);
      api.seen[0]!.json!.should.deepEqual({
        name: 'Ada Lovelace',
        given: 'Ada',
        family: 'Lovelace',
        picture: null,
        emails: [{ email: 'a@example.com', type: [] }],
        numbers: [
          { number: '+4915799912345', type: ['cell'] },
          { number: '+4921163553355', type: [] },
        ],
        addresses: [],
        organization: [['Engines']],
        scope: 'SHARED',
      });
      warnings.should.have.length(1);
      warnings[0]!.should.match(/Left out: "110" of the card in line 1\./);
    });

    it('and reports the cards that sipgate refuses or that are broken', async () => {
      let answered = 0;
      onChange = () => ((answered += 1) === 2 ? { status: 400, text: 'no such country' } : { status: 204 });
      const text = `${card('Ada')}${card('Alan')}BEGIN:VCARD\r\nFN:Half\r\n`;
      const result = await importVCards(client, text, 'PRIVATE');
      result.imported.should.equal(1);
      result.skipped.should.have.length(2);
      result.skipped[0]!.reason.should.match(/no such country/);
      result.skipped[1]!.should.match({ line: 9, reason: /no END:VCARD/ });
    });

    it('but fails when sipgate can create none of them', async () => {
      onChange = () => ({ status: 500, text: 'out of order' });
      const error = await failure(importVCards(client, `${card('Ada')}${card('Alan')}`, 'PRIVATE'));
      error.should.match({ code: 'SERVER', statusCode: 500 });
      error.message.should.match(
        /out of order.* 0 of 2 contacts were imported\. Failed or not sure: lines 1, \d+\.$/,
      );
    });

    it('never twice when the outcome is not known, and says which it was', async () => {
      const names: string[] = [];
      api.answer = ({ json }) => {
        names.push((json as { name: string }).name);
        return names.length === 3 ? 'reset' : { status: 204, delay: 20 };
      };
      const text = Array.from({ length: 20 }, (_, i) => card(`Ada ${i}`)).join('');
      const error = await failure(importVCards(client, text, 'PRIVATE'));
      error.code.should.equal('NETWORK');
      new Set(names).size.should.equal(names.length);
      const imported = names.length - 1;
      const lineOf = (name: string): number => 1 + Number(name.slice(4)) * 4;
      error.message.should.containEql(
        `${imported} of 20 contacts were imported. Failed or not sure: line ${lineOf(names[2]!)}.`,
      );
      error.message.should.endWith(`Not tried: from line ${1 + names.length * 4} on.`);
    });

    it('and stops when it is told to, after what is under way', async () => {
      const stop = new AbortController();
      onChange = () => {
        stop.abort();
        return { status: 204, delay: 20 };
      };
      const text = Array.from({ length: 20 }, (_, i) => card(`Ada ${i}`)).join('');
      const error = await failure(importVCards(client, text, 'PRIVATE', { signal: stop.signal }));
      const sent = api.requests.length;
      sent.should.be.belowOrEqual(4);
      error.message.should.equal(
        `Stopped, by a deploy or a stop. ${sent} of 20 contacts were imported. Not tried: from line ${1 + sent * 4} on.`,
      );
    });

    it('not at all into a scope that cannot be written', async () => {
      (await failure(importVCards(client, card('Ada'), 'INTERNAL'))).should.match({
        code: 'INVALID_INPUT',
        field: 'scope',
      });
      api.requests.should.deepEqual([]);
    });
  });

  describe('lists contacts', () => {
    const ids = async (scope: string): Promise<string[]> =>
      (await listContacts(client, scope)).map(({ id }) => id);

    it('of a scope, in the shape of the contract', async () => {
      (await listContacts(client, 'PRIVATE')).should.deepEqual([ADA]);
      (await ids('SHARED')).should.deepEqual(['2']);
      (await ids('ALL')).should.deepEqual([ADA.id, '2', '3']);
    });

    it('colleagues as well, once each, also where the contacts hold them', async () => {
      (await listContacts(client, 'INTERNAL')).should.deepEqual([
        {
          id: '3',
          name: 'Carol Colleague',
          picture: null,
          emails: [{ email: 'carol@example.com', type: [] }],
          numbers: [
            { number: '+4915799912347', type: ['cell'] },
            { number: '+4921163553300', type: ['work'] },
            { number: '11', type: ['directdial'] },
            { number: '+4921163553399', type: ['fax'] },
          ],
          addresses: [],
          organization: [],
          scope: 'INTERNAL',
        },
      ]);
      book = [ADA, { ...BOB, id: '3', scope: 'INTERNAL' }];
      (await listContacts(client, 'INTERNAL')).map(({ name }) => name).should.deepEqual(['Bob']);
    });

    it('also where an account has no list of colleagues', async () => {
      colleagues = { status: 404 };
      (await ids('ALL')).should.deepEqual([ADA.id, '2']);
      colleagues = { status: 403 };
      const warnings: string[] = [];
      await listContacts(client, 'ALL', { onWarning: (text) => warnings.push(text) });
      warnings[0]!.should.match(/^The list lacks the colleagues of the account/);
      (await failure(listContacts(client, 'INTERNAL'))).code.should.equal('FORBIDDEN');
    });

    it('over all pages, however small', async () => {
      book = Array.from({ length: 1234 }, (_, i) => ({
        ...ADA,
        id: `${i}`,
        scope: i % 2 ? 'SHARED' : 'PRIVATE',
      }));
      pageLimit = 100;
      (await ids('SHARED')).should.have.length(617);
      api.requests.should.have.length(13);
    });

    it('with pictures, too many at once for one answer', async () => {
      const picture = 'A'.repeat(8_000_000);
      book = Array.from({ length: 9 }, (_, i) => ({ ...ADA, id: `${i}`, picture }));
      const found = await listContacts(client, 'PRIVATE');
      found.map(({ id }) => id).should.deepEqual(book.map(({ id }) => id));
      found.every((contact) => contact.picture?.length === picture.length).should.be.true();
      const limits = api.requests.map((request) => Number(/limit=(\d+)/.exec(request)?.[1]));
      limits.should.deepEqual([500, 63, 8, 1]);
    });

    it('over an empty page in the middle', async () => {
      book = Array.from({ length: 300 }, (_, i) => ({ ...ADA, id: `${i}` }));
      api.answer = ({ url }) => {
        const offset = Number(new URL(url, 'http://x').searchParams.get('offset'));
        return { json: { items: offset === 100 ? [] : book.slice(offset, offset + 100), totalCount: 300 } };
      };
      (await ids('PRIVATE')).should.have.length(200);
    });

    it('also where sipgate tells no total', async () => {
      book = Array.from({ length: 25 }, (_, i) => ({ ...ADA, id: `${i}` }));
      api.answer = ({ url }) => {
        const offset = Number(new URL(url, 'http://x').searchParams.get('offset'));
        return { json: { items: book.slice(offset, offset + 10) } };
      };
      (await ids('PRIVATE')).should.have.length(25);
    });

    it('and comes to an end where contacts have no id and the server knows neither total nor pages', async () => {
      api.answer = () => ({ json: { items: [{ name: 'A' }, { name: 'B' }] } });
      (await listContacts(client, 'PRIVATE')).map(({ name }) => name).should.deepEqual(['A', 'B']);
      api.requests.should.have.length(2);
    });

    it('anew when pages shift under its hands, each contact once', async () => {
      book = Array.from({ length: 30 }, (_, i) => ({ ...ADA, id: `${i}` }));
      pageLimit = 10;
      const answer = api.answer;
      let requests = 0;
      api.answer = (seen) => {
        if ((requests += 1) === 2) book = book.slice(5);
        return answer(seen);
      };
      (await ids('PRIVATE')).should.deepEqual(Array.from({ length: 25 }, (_, i) => `${i + 5}`));
    });

    it('at last as they are when they never stand still', async () => {
      book = Array.from({ length: 30 }, (_, i) => ({ ...ADA, id: `${i}` }));
      pageLimit = 10;
      const answer = api.answer;
      api.answer = (seen) => {
        book = [...book, { ...ADA, id: `${book.length}` }];
        return answer(seen);
      };
      (await ids('PRIVATE')).length.should.be.above(30);
      api.requests.length.should.be.below(10);
    });

    it('but only of a scope that there is', async () => {
      (await failure(listContacts(client, 'EVERYBODY'))).should.match({
        code: 'INVALID_INPUT',
        field: 'scope',
      });
      api.requests.should.deepEqual([]);
    });

    it('also when sipgate leaves fields out', async () => {
      book = [{ id: 1, name: null, numbers: [{ number: 4915799912345 }], scope: 'PRIVATE' }];
      (await listContacts(client, 'PRIVATE')).should.deepEqual([
        {
          id: '1',
          name: '',
          picture: null,
          emails: [],
          numbers: [{ number: '4915799912345', type: [] }],
          addresses: [],
          organization: [],
          scope: 'PRIVATE',
        },
      ]);
    });
  });

  describe('exports', () => {
    it('CSV', async () => {
      (await exportContactsCsv(client, 'PRIVATE', { delimiter: ';' })).should.equal(
        'id;firstname;lastname;number;name;emails;numbers;addresses;organizations\r\n' +
          `${ADA.id};Ada;Lovelace;+4915799912345;Ada Lovelace;ada@example.com;"+4915799912345; 0211-63553355";` +
          'Main Street 1, N1 London, UK;Analytical Engines, Programs\r\n',
      );
    });

    it('but asks nothing for a delimiter that cannot separate', async () => {
      (await failure(exportContactsCsv(client, 'ALL', { delimiter: '"' }))).should.match({
        code: 'INVALID_INPUT',
        field: 'delimiter',
      });
      api.requests.should.deepEqual([]);
    });

    it('each contact as a vCard, or all as one text', async () => {
      const cards = await exportVCards(client, 'ALL');
      cards.should.have.length(3);
      cards[0]!.should.startWith('BEGIN:VCARD\r\nVERSION:4.0\r\n');
      (await exportVCard(client, 'ALL')).should.equal(cards.join(''));
    });

    it('what it imports again', async () => {
      const text = await exportVCard(client, 'PRIVATE');
      await importVCards(client, text, 'PRIVATE');
      const { id: _id, ...details } = ADA;
      api.seen.at(-1)!.json!.should.deepEqual({
        ...details,
        numbers: [ADA.numbers[0], { number: '+4921163553355', type: ['work'] }],
        given: 'Ada',
        family: 'Lovelace',
      });
    });
  });

  describe('finds who has a number', () => {
    it('however it is written, of any scope', async () => {
      should(await findContact(client, '0157 99912345')).deepEqual(ADA);
      should(await findContact(client, { number: '+4915799912346' })).match({ name: 'Bob' });
      should(await findContact(client, '4921163553355')).match({ name: 'Ada Lovelace' });
      should(await findContact(client, '+4921163553300')).match({ name: 'Carol Colleague' });
      should(await findContact(client, 11)).match({ name: 'Carol Colleague' });
      should(await findContact(client, '+4930123456')).equal(null);
    });

    it('without a request for each', async () => {
      for (let i = 0; i < 20; i++) await findContact(client, `+49157999123${i}`);
      await Promise.all(Array.from({ length: 20 }, () => findContact(client, '+4915799912345')));
      api.requests.should.deepEqual(['GET /contacts?limit=500&offset=0', 'GET /contacts/internal']);
    });

    it('but nobody for a caller without a number', async () => {
      for (const number of ['anonymous', '', ' ', 'unknown', { number: 'anonymous' }]) {
        should(await findContact(client, number)).equal(null);
      }
      api.requests.should.deepEqual([]);
    });

    it('and sees its own changes', async () => {
      should(await findContact(client, '+4915799912399')).equal(null);
      onChange = () => {
        book = [...book, { ...BOB, id: '9', numbers: [{ number: '+4915799912399', type: [] }] }];
        return { status: 204 };
      };
      await createContact(client, { firstname: 'X' }, 'PRIVATE');
      should(await findContact(client, '+4915799912399')).match({ id: '9' });
    });

    it('and gives a copy, so that a flow cannot spoil the directory', async () => {
      (await findContact(client, '+4915799912345'))!.name = 'spoilt';
      (await findContact(client, '+4915799912345'))!.name.should.equal('Ada Lovelace');
    });

    for (const input of [undefined, null, {}, [], true]) {
      it(`but asks for a number instead of ${JSON.stringify(input)}`, async () => {
        (await failure(findContact(client, input))).code.should.equal('INVALID_INPUT');
      });
    }

    it('names a caller at once, as soon as the book was read', async () => {
      should(nameCaller(client, '+4921163553355')).equal(undefined);
      await findContact(client, '+4921163553355');
      should(nameCaller(client, '+4921163553355')).deepEqual({
        id: ADA.id,
        name: 'Ada Lovelace',
        organization: [['Analytical Engines', 'Programs']],
        number: '0211-63553355',
      });
      should(nameCaller(client, 'anonymous')).equal(null);
      api.requests.should.have.length(2);
    });
  });
});
