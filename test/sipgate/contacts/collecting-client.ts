import { parse } from 'csv-parse/sync';
import { importCsv, importVCards, type ImportResult, type SipgateClient } from '../../../sipgate/index';
import type { ContactBody } from '../../../sipgate/contacts/body';

/** What an import has done. */
export interface Imported extends ImportResult {
  /** Contacts as they reach sipgate; of a CSV import only with name and number. */
  readonly sent: Pick<
    ContactBody,
    'name' | 'numbers' | 'emails' | 'addresses' | 'organization' | 'picture'
  >[];
  readonly warnings: string[];
}

/** Imports a file into an account that takes everything at once, for tests that import thousands of files. */
export async function importInto(kind: 'csv' | 'vcard', content: unknown): Promise<Imported> {
  const bodies: unknown[] = [];
  const client = {
    country: 'DE',
    timing: { now: Date.now, sleep: async () => {}, random: Math.random },
    post: async (_path: unknown, body: unknown) => void bodies.push(body),
  } as unknown as SipgateClient;
  const warnings: string[] = [];
  const options = { onWarning: (text: string) => warnings.push(text) };
  const result =
    kind === 'csv'
      ? await importCsv(client, content, options)
      : await importVCards(client, content, 'PRIVATE', options);
  const sent = kind === 'csv' ? bodies.flatMap(contactsOf) : (bodies as Imported['sent']);
  return { ...result, sent, warnings };
}

/** The rows of sipgate's CSV. */
function contactsOf(body: unknown): Imported['sent'] {
  const { base64Content } = body as { base64Content: string };
  const [, ...rows]: string[][] = parse(Buffer.from(base64Content, 'base64'));
  return rows.map(([firstname, lastname, number]) => ({
    name: [firstname, lastname].filter(Boolean).join(' '),
    numbers: [{ number: number!, type: [] }],
    emails: [],
    addresses: [],
    organization: [],
    picture: null,
  }));
}
