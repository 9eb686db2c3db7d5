import { isRecord } from '../json';
import { createCallerDirectory, numberKey, type CallerDirectory } from './caller-directory';
import { apiPath, type ApiPath } from '../client/api-path';
import type { SipgateClient } from '../client/client';
import type { Contact } from './contact';
import {
  importBatches,
  parseContactsCsv,
  renderContactsCsv,
  renderImportCsv,
  type CsvContact,
  type CsvExportOptions,
} from './formats/csv';
import type { SkippedLine } from './contact';
import { openVCards, readCard, renderVCardBook, renderVCards, type ParsedCard } from './formats/vcard';
import type { RawCard } from './formats/vcard-lines';
import {
  cardNumber,
  changedContact,
  contactChange,
  contactIds,
  newContact,
  writeScope,
  type ContactBody,
} from './body';
import { readBook, readEntry, type Entry, type ReadOptions, type ReadScope } from './book';
import { cancelled, describe, invalidInput, isCancelled, SipgateError } from '../errors';
import { takeTurn } from '../turns';
import { createBreather } from '../breather';
import type { Country } from '../phone-number';

export type { Contact, ContactAddress, ContactScope, SkippedLine } from './contact';
export type { ReadScope } from './book';
export type { WriteScope } from './body';

/** How a contact is written. */
export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
}

/** How far a long operation is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** How many contacts are written. */
export interface BulkOptions extends WriteOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Hears sentences about the whole of it, such as that the file has a header but no contacts. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** What became of a file. */
export interface ImportResult {
  readonly imported: number;
  readonly skipped: SkippedLine[];
}

const SCOPES = ['contacts:write'];

/**
 * Creates one contact.
 * @param input `{ firstname, lastname, address?, phone?: { number, type }, email?: { email, type }, organization?, picture? }`
 * @throws SipgateError `INVALID_INPUT` that names the field, before any request
 */
export async function createContact(
  client: SipgateClient,
  input: unknown,
  scope: unknown,
  { signal }: WriteOptions = {},
): Promise<{ created: 1 }> {
  const body = newContact(input, writeScope(scope), client.country);
  await changing(client, () =>
    client.post(apiPath`/contacts`, body, { what: 'create the contact', scopes: SCOPES, signal }),
  );
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
      await changing(client, () =>
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

/** Requests at a time; more would only meet sipgate's rate limit earlier. */
const PARALLEL = 4;

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
  // an id that is none is found before any request
  const paths = contactIds(input).map((id) => apiPath`/contacts/${id}`);
  let deleted = 0;
  const remove = async (at: ApiPath): Promise<void> => {
    await client.delete(at, { what: 'delete the contact', scopes: SCOPES, signal });
    deleted += 1;
    onProgress?.({ done: deleted, total: paths.length });
  };
  try {
    await changing(client, () => inParallel(paths, remove));
  } catch (error) {
    throw paths.length === 1
      ? error
      : withSummary(error, `${deleted} of ${paths.length} contacts were deleted.`);
  }
  return { deleted };
}

/**
 * Imports a CSV file in batches. sipgate's import has no scope and one number per contact.
 * @param content text or bytes
 * @returns how many contacts were sent, and which lines were left out and why
 * @throws SipgateError `INVALID_INPUT` when the file is none, before any request; what a batch threw, with a word on
 *   what was and what was not imported
 */
export async function importCsv(
  client: SipgateClient,
  content: unknown,
  options: BulkOptions = {},
): Promise<ImportResult> {
  const { signal, onProgress, onWarning } = options;
  const { contacts, skipped, warnings } = await parseContactsCsv(content, {
    country: client.country,
    ...(signal ? { signal } : {}),
  });
  warnings.forEach((warning) => onWarning?.(warning));
  let imported = 0;
  let underWay = 0;
  try {
    for (const batch of importBatches(contacts)) {
      if (signal?.aborted) throw cancelled();
      underWay = batch.length;
      await changing(client, () => sendBatch(client, batch));
      underWay = 0;
      imported += batch.length;
      onProgress?.({ done: imported, total: contacts.length });
    }
  } catch (error) {
    const failed = contacts.slice(imported, imported + underWay);
    throw withSummary(error, summary(contacts, imported, failed, imported + underWay));
  }
  return { imported, skipped };
}

/** A batch under way is not broken off: nobody could say then whether its contacts are in the book. */
async function sendBatch(client: SipgateClient, batch: readonly CsvContact[]): Promise<void> {
  const base64Content = Buffer.from(renderImportCsv(batch), 'utf8').toString('base64');
  const purpose = { what: 'import the contacts', scopes: SCOPES };
  await client.post(apiPath`/contacts/import/csv`, { base64Content }, { ...purpose, uninterruptible: true });
}

/**
 * What an import that ended early has done, so that one can go on with the rest of the file.
 * @param failed what was under way: it is not in the book, or nobody knows
 * @param tried so many were tried, from the first on
 */
function summary(
  all: readonly { readonly line: number }[],
  imported: number,
  failed: readonly { readonly line: number }[],
  tried: number,
): string {
  const lines = failed.map(({ line }) => line).sort((a, b) => a - b);
  const range = lines.length > PARALLEL ? `${lines[0]} to ${lines.at(-1)}` : lines.join(', ');
  const next = all[tried]?.line;
  return [
    `${grouped(imported)} of ${grouped(all.length)} contacts were imported.`,
    ...(lines.length === 0 ? [] : [`Failed or not sure: ${lines.length === 1 ? 'line' : 'lines'} ${range}.`]),
    ...(next === undefined ? [] : [`Not tried: from line ${next} on.`]),
  ].join(' ');
}

/** `1,250` */
function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/**
 * Imports vCards, each as a contact with all its numbers. A card that sipgate refuses is left out and reported;
 * any other failure ends the import, and so does a 500 to all of them.
 * @param content text or bytes; vCard 2.1, 3.0 or 4.0
 * @throws like `importCsv`
 */
export async function importVCards(
  client: SipgateClient,
  content: unknown,
  scope: unknown,
  options: BulkOptions = {},
): Promise<ImportResult> {
  const { signal, onProgress, onWarning } = options;
  const target = writeScope(scope);
  const breather = createBreather(signal);
  const { cards, skipped } = await openVCards(content, signal ? { signal } : {});
  const left: SkippedLine[] = [...skipped];
  const unusable: NumberProblem[] = [];
  const underWay = new Set<RawCard>();
  // some cards may be at fault; when sipgate takes none at all, it is sipgate
  const outages = new Map<RawCard, SipgateError>();
  let imported = 0;
  let done = 0;
  const send = async (raw: RawCard): Promise<void> => {
    // cards that are none send no request in which others could work
    if (breather.isDue()) await breather.pause();
    if (signal?.aborted) throw cancelled();
    underWay.add(raw);
    const card = readCard(raw);
    const refusal =
      typeof card === 'string'
        ? card
        : await sendCard(client, cardBody(card, target, client.country, unusable));
    underWay.delete(raw);
    if (refusal === undefined) imported += 1;
    else left.push({ line: raw.line, reason: typeof refusal === 'string' ? refusal : refusal.message });
    if (refusal instanceof SipgateError && refusal.code === 'SERVER') outages.set(raw, refusal);
    done += 1;
    onProgress?.({ done, total: cards.length });
  };
  try {
    await changing(client, () => inParallel(cards, send));
    const [outage] = outages.values();
    if (imported === 0 && outage) throw outage;
  } catch (error) {
    const failed = imported === 0 ? [...outages.keys(), ...underWay] : [...underWay];
    throw withSummary(error, summary(cards, imported, failed, done + underWay.size));
  }
  if (unusable.length > 0) onWarning?.(numberWarning(unusable));
  return { imported, skipped: left.sort((a, b) => a.line - b.line) };
}

/** @returns why sipgate does not want this card, `undefined` when it took it */
async function sendCard(client: SipgateClient, body: ContactBody): Promise<SipgateError | undefined> {
  try {
    const purpose = { what: 'create the contact', scopes: SCOPES };
    await client.post(apiPath`/contacts`, body, { ...purpose, uninterruptible: true });
    return undefined;
  } catch (error) {
    // sipgate answers bad input with 500, too
    const isRefusal =
      error instanceof SipgateError && (error.code === 'INVALID_INPUT' || error.statusCode === 500);
    if (isRefusal) return error;
    throw error;
  }
}

interface NumberProblem {
  readonly line: number;
  readonly number: string;
}

function cardBody(
  card: ParsedCard,
  scope: ContactBody['scope'],
  country: Country,
  unusable: NumberProblem[],
): ContactBody {
  const { line, name, given = '', family = '', ...details } = card;
  const numbers = details.numbers.flatMap(({ number, type }) => {
    const e164 = cardNumber(number, country);
    if (e164 === undefined || /;ext=/.test(number)) unusable.push({ line, number });
    return e164 === undefined ? [] : [{ number: e164, type }];
  });
  return { ...details, numbers, name: name.trim(), given, family, scope };
}

function numberWarning(unusable: readonly NumberProblem[]): string {
  const shown = unusable
    .slice(0, 5)
    .map(({ line, number }) => `${describe(number)} of the card in line ${line}`);
  const rest = unusable.length > shown.length ? ' and others' : '';
  return `sipgate takes phone numbers only, without extensions. Left out: ${shown.join(', ')}${rest}.`;
}

/** The same error, with a word on what was done before it. */
function withSummary(error: unknown, summary: string): unknown {
  if (isCancelled(error)) return cancelled(`Stopped, by a deploy or a stop. ${summary}`);
  if (!(error instanceof SipgateError)) return error;
  return new SipgateError(error.code, `${error.message} ${summary}`, {
    cause: error.cause ?? error,
    ...(error.statusCode === undefined ? {} : { statusCode: error.statusCode }),
    ...(error.field === undefined ? {} : { field: error.field }),
  });
}

/** After the first failure nothing new begins, and what is under way is waited for. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      try {
        await work(items[next++]!);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: PARALLEL }, worker));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
}

const READ_SCOPES: readonly string[] = ['PRIVATE', 'SHARED', 'INTERNAL', 'ALL'] satisfies ReadScope[];

/** @throws SipgateError `INVALID_INPUT` */
function readScope(scope: unknown): ReadScope {
  if (typeof scope === 'string' && READ_SCOPES.includes(scope)) return scope as ReadScope;
  throw invalidInput('scope', `cannot be ${describe(scope)}`, 'Choose PRIVATE, SHARED, INTERNAL or ALL.');
}

/** @returns all contacts of a scope, whatever their number */
export async function listContacts(
  client: SipgateClient,
  scope: unknown,
  options: ReadOptions = {},
): Promise<Contact[]> {
  return readBook(client, readScope(scope), options);
}

/** How contacts are exported to CSV. */
export interface ExportCsvOptions
  extends ReadOptions, Pick<CsvExportOptions, 'delimiter' | 'escapeFormulas'> {}

/**
 * @returns all contacts of a scope as CSV, see `renderContactsCsv`
 * @throws SipgateError `INVALID_INPUT` for a delimiter that cannot separate, before any request
 */
export async function exportContactsCsv(
  client: SipgateClient,
  scope: unknown,
  options: ExportCsvOptions = {},
): Promise<string> {
  const { signal, onWarning, ...format } = options;
  const csvOptions = signal ? { ...format, signal } : format;
  // a wrong delimiter is found before any request
  await renderContactsCsv([], csvOptions);
  return renderContactsCsv(await listContacts(client, scope, { signal, onWarning }), csvOptions);
}

/** @returns all contacts of a scope, each as vCard 4.0 */
export async function exportVCards(
  client: SipgateClient,
  scope: unknown,
  options: ReadOptions = {},
): Promise<string[]> {
  const { signal } = options;
  return renderVCards(await listContacts(client, scope, options), signal ? { signal } : {});
}

/** @returns all contacts of a scope as one address book in vCard 4.0 */
export async function exportVCard(
  client: SipgateClient,
  scope: unknown,
  options: ReadOptions = {},
): Promise<string> {
  const { signal } = options;
  return renderVCardBook(await listContacts(client, scope, options), signal ? { signal } : {});
}

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

/** Characters of pictures that a directory keeps; contacts behind that have none in it. */
const MAX_PICTURES = 16_000_000;

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
  let left = MAX_PICTURES;
  return contacts.map((contact) => {
    left -= contact.picture?.length ?? 0;
    return left < 0 && contact.picture !== null ? { ...contact, picture: null } : contact;
  });
}

/** A change, after which the directory of this client is read anew; also after a failure, for who knows. */
async function changing<T>(client: SipgateClient, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
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
  throw invalidInput('content', `holds no number: it is ${describe(input)}`, 'Give a number, or { number }.');
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
