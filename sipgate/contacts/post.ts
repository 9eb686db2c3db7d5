import { apiPath } from '../client/api-path';
import type { SipgateClient } from '../client/client';
import type { ContactBody } from './body';
import { readBook } from './book';
import { numberKey } from './caller-directory';
import type { Contact } from './contact';

/** What goes with the creation of a contact. */
interface PostOptions {
  readonly signal?: AbortSignal | undefined;
  /** Brought to its end also when the client is closed: nobody could say then whether the contact is there. */
  readonly uninterruptible?: boolean;
  /** @returns how many contacts with the same content were created just before */
  readonly countSame?: () => number;
}

/**
 * Creates a contact. Where the answer is lost, the address book tells whether it is there; so it can go over a
 * connection that is open already, and many contacts do not cost a handshake each. The drawback: where one that is the
 * same was there before, a contact that was lost on its way counts as created.
 * @throws SipgateError
 */
export async function postContact(
  client: SipgateClient,
  body: ContactBody,
  { countSame = () => 0, ...options }: PostOptions = {},
): Promise<void> {
  const readBack = async (): Promise<boolean> => {
    const book = await readBook(client, body.scope);
    return book.filter((contact) => isSame(contact, body, client)).length > countSame();
  };
  const purpose = { what: 'create the contact', scopes: ['contacts:write'] };
  await client.post(apiPath`/contacts`, body, { ...purpose, ...options, readBack });
}

/** By what nobody else has; sipgate may write the rest in another way than it was sent. */
function isSame(contact: Contact, body: ContactBody, { country }: SipgateClient): boolean {
  const keyOf = ({ name, numbers, emails }: Pick<Contact, 'name' | 'numbers' | 'emails'>): string =>
    JSON.stringify([
      name,
      numbers.map(({ number }) => numberKey(number, country) || number).sort(),
      emails.map(({ email }) => email.toLowerCase()).sort(),
    ]);
  return contact.name === body.name && keyOf(contact) === keyOf(body);
}
