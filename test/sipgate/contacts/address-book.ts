import { ApiServer, clientOf, type Reply } from '../helpers/api-server';
import type { SipgateClient } from '../../../sipgate/index';

export const ADA = {
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
export const BOB = {
  ...ADA,
  id: '2',
  name: 'Bob',
  numbers: [{ number: '+4915799912346', type: [] }],
  scope: 'SHARED',
};
export const CAROL = {
  id: '3',
  name: 'Carol Colleague',
  emails: ['carol@example.com'],
  mobile: ['+4915799912347'],
  landline: ['+4921163553300'],
  fax: ['+4921163553399'],
  directdial: ['11'],
};

/** An account whose address book holds Ada and Bob, and the colleague Carol. Each test gets a new one. */
export interface AddressBook {
  api: ApiServer;
  client: SipgateClient;
  /** What `GET /contacts` knows. */
  entries: Record<string, unknown>[];
  /** Contacts in one page at most. */
  pageLimit: number;
  colleagues: Reply;
  /** The answer to all requests but GET. */
  onChange: () => Reply | Promise<Reply>;
}

/** Starts one before each test of the describe block that calls it, and stops it after. */
export function useAddressBook(): AddressBook {
  const book = {} as AddressBook;
  beforeEach(async () => {
    book.api = await ApiServer.start();
    book.client = clientOf(book.api);
    book.entries = [ADA, BOB];
    book.pageLimit = 5000;
    book.colleagues = { json: { items: [CAROL] } };
    book.onChange = () => ({ status: 204 });
    book.api.answer = ({ method, url }) => {
      if (method !== 'GET') return book.onChange();
      const { pathname, searchParams } = new URL(url, 'http://x');
      if (pathname === '/contacts/internal') return book.colleagues;
      const offset = Number(searchParams.get('offset') ?? 0);
      const limit = Math.min(Number(searchParams.get('limit') ?? 5000), book.pageLimit);
      return { json: { items: book.entries.slice(offset, offset + limit), totalCount: book.entries.length } };
    };
  });
  afterEach(async () => {
    await book.client.close();
    await book.api.stop();
  });
  return book;
}
