import { apiPath, type ApiPath } from '../client/api-path';
import type { SipgateClient } from '../client/client';
import { invalidInput, SipgateError } from '../errors';
import { takeTurn } from '../turns';
import { changedContact, contactChange, contactIds, newContact, writeScope } from './body';
import { readEntry, type Entry } from './book';
import { inParallel, withSummary, type BulkOptions, type WriteOptions } from './bulk';
import { invalidatingDirectory } from './find';
import { postContact } from './post';

const SCOPES = ['contacts:write'];

/**
 * Creates one contact.
 * @param input `{ firstname, lastname, address?, phone?: { number, type }, email?: { email, type }, organization?, picture? }`,
 *   also with the lists `numbers`, `emails` and `addresses` in the shape of `listContacts`
 * @throws SipgateError `INVALID_INPUT` that names the field, before any request
 */
export async function createContact(
  client: SipgateClient,
  input: unknown,
  scope: unknown,
  { signal }: WriteOptions = {},
): Promise<{ created: 1 }> {
  const body = newContact(input, writeScope(scope), client.country);
  await invalidatingDirectory(client, () => postContact(client, body, { signal }));
  return { created: 1 };
}

/**
 * Changes what the input names and keeps the rest: sipgate itself replaces the whole contact, so it is read first.
 * What another program changes in that moment can be lost.
 * @param input `{ id, … }` with what is to change, in the shape of `listContacts`
 * @throws SipgateError `INVALID_INPUT` before any request; `NOT_FOUND`
 */
export async function updateContact(
  client: SipgateClient,
  input: unknown,
  { signal }: WriteOptions = {},
): Promise<{ updated: 1 }> {
  const change = contactChange(input, client.country);
  const { id } = change;
  // Two changes of one contact must not undo each other.
  await takeTurn(
    { group: `contact ${client.apiUrl} ${id}` },
    async () => {
      const { raw, contact } = await entryWithId(client, id, signal);
      const body = changedContact(raw, contact.name, change);
      await invalidatingDirectory(client, () =>
        client.put(apiPath`/contacts/${id}`, body, { what: 'change the contact', scopes: SCOPES, signal }),
      );
    },
    signal,
  );
  return { updated: 1 };
}

async function entryWithId(
  client: SipgateClient,
  id: string,
  signal: AbortSignal | undefined,
): Promise<Entry> {
  const entry = await readEntry(client, id, signal);
  if (entry === undefined) {
    throw new SipgateError(
      'NOT_FOUND',
      'There is no contact with this id. List the contacts to see their ids.',
    );
  }
  if (entry.contact.scope === 'INTERNAL') {
    throw invalidInput(
      'id',
      'is that of a colleague',
      'Colleagues are kept by sipgate and cannot be changed here.',
    );
  }
  return entry;
}

/**
 * Deletes contacts.
 * @param input an id, an object with one, or an array of either
 * @throws SipgateError `INVALID_INPUT` for an empty input, before any request: without an id sipgate deletes all
 */
export async function deleteContacts(
  client: SipgateClient,
  input: unknown,
  { signal, onProgress }: BulkOptions = {},
): Promise<{ deleted: number }> {
  // an unusable id is found before any request
  const paths = contactIds(input).map((id) => apiPath`/contacts/${id}`);
  let deleted = 0;
  const remove = async (path: ApiPath): Promise<void> => {
    await client.delete(path, { what: 'delete the contact', scopes: SCOPES, signal });
    deleted += 1;
    onProgress?.({ done: deleted, total: paths.length });
  };
  try {
    await invalidatingDirectory(client, () => inParallel(paths, remove));
  } catch (error) {
    throw paths.length === 1
      ? error
      : withSummary(error, `${deleted} of ${paths.length} contacts were deleted.`);
  }
  return { deleted };
}
