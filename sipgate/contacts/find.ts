import { mustBe } from '../errors';
import type { SipgateClient } from '../client/client';
import { isRecord } from '../json';
import { readBook } from './book';
import { createCallerDirectory, numberKey, type CallerDirectory } from './caller-directory';
import type { Contact } from './contact';

/** Who calls, for a flow. */
export interface Caller {
  readonly id: string;
  readonly name: string;
  readonly organization: string[][];
  /** The number of the contact that matched, as the address book has it. */
  readonly number: string;
}

/** One directory for each client, that is for each account of a flow. */
const directories = new WeakMap<SipgateClient, CallerDirectory<Contact>>();

/** Characters of pictures that a directory keeps, 16 MB; contacts behind that have none in it. */
const MOST_PICTURE_CHARACTERS = 16_000_000;

function directoryOf(client: SipgateClient): CallerDirectory<Contact> {
  const known = directories.get(client);
  if (known) return known;
  const directory = createCallerDirectory<Contact>({
    country: client.country,
    now: client.timing.now,
    load: async () => withFewPictures(await readBook(client, 'ALL')),
  });
  directories.set(client, directory);
  return directory;
}

function withFewPictures(contacts: readonly Contact[]): Contact[] {
  let left = MOST_PICTURE_CHARACTERS;
  return contacts.map((contact) => {
    left -= contact.picture?.length ?? 0;
    return left < 0 && contact.picture !== null ? { ...contact, picture: null } : contact;
  });
}

/**
 * Runs a change of the address book, after which the directory of this client is read anew; also after a failure,
 * for then nobody knows what was changed.
 */
export async function invalidatingDirectory<T>(client: SipgateClient, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } finally {
    directories.get(client)?.invalidate();
  }
}

/**
 * Who has a number, of any scope. The address book is kept, and read again in the background every 10 minutes and
 * after changes by this client; so most calls need no request.
 * @param input a number as people write it, or `{ number }`
 * @returns the contact, or `null` when nobody has the number or there is none (`anonymous`)
 * @throws SipgateError `INVALID_INPUT`; what the first reading threw
 */
export async function findContact(client: SipgateClient, input: unknown): Promise<Contact | null> {
  const found = await directoryOf(client).find(wantedNumber(input));
  return found && structuredClone(found);
}

function wantedNumber(input: unknown): string | number {
  const number = isRecord(input) ? input.number : input;
  if (typeof number === 'string' || typeof number === 'number') return number;
  throw mustBe('content', 'a number or { number }', input, 'Give the number whose owner you want to know.');
}

/**
 * Names a caller without waiting, below 1 ms: for the moment in which a call is answered.
 * The first call of it reads the address book in the background.
 * @returns `null` when nobody has the number, `undefined` while the book was not read yet
 */
export function nameCaller(client: SipgateClient, number: string): Caller | null | undefined {
  const contact = directoryOf(client).lookup(number);
  if (!contact) return contact;
  const key = numberKey(number, client.country);
  const matching = contact.numbers.find((each) => numberKey(each.number, client.country) === key);
  return {
    id: contact.id,
    name: contact.name,
    organization: contact.organization.map((units) => [...units]),
    number: matching?.number ?? number,
  };
}
