import { isRecord, itemsOf } from '../json';
import { apiPath } from '../client/api-path';
import type { SipgateClient } from '../client/client';
import { isTooLarge, SipgateError } from '../errors';
import type { Contact, ContactAddress, ContactScope } from './contact';
import { ADDRESS_PARTS } from './contact';

/** Which contacts to read. */
export type ReadScope = ContactScope | 'ALL';

/** How the book is read. */
export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Hears of what could not be read while the rest could. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** What a walk through the pages gives for one entry: the contact, and the fields as sipgate sent them. */
export interface Entry {
  readonly contact: Contact;
  readonly raw: Readonly<Record<string, unknown>>;
}

const LIST = { what: 'list the contacts', scopes: ['contacts:read'] };

/**
 * Contacts of one answer. sipgate's default is 5000, but with pictures so many are more than an answer may hold
 * and than a process with live calls should parse in one go.
 */
const PAGE_CONTACTS = 500;
/** Characters of pictures that the next answer should hold at most. */
const MOST_PICTURE_CHARACTERS = 4_000_000;
/** How far to go on behind a page that came back empty although there is more, when no page has shown its size yet. */
const SMALL_STEP_CONTACTS = 100;
/** Walks through a book that changes meanwhile, before the last one is taken as it is. */
const MOST_WALKS = 3;

/** Reads all pages of the address book, and of the colleagues where they are asked for. */
export async function readBook(
  client: SipgateClient,
  scope: ReadScope,
  options: ReadOptions = {},
): Promise<Contact[]> {
  const entries = await readEntries(client, options.signal);
  const contacts = entries.map(({ contact }) => contact);
  if (scope === 'INTERNAL' || scope === 'ALL') {
    const known = new Set(contacts.map(({ id }) => id));
    const colleagues = await readColleagues(client, scope, options);
    contacts.push(...colleagues.filter(({ id }) => !known.has(id)));
  }
  return contacts.filter((contact) => scope === 'ALL' || contact.scope === scope);
}

/**
 * Reads all pages of `GET /contacts`. Pages shift when somebody adds or deletes a contact meanwhile; then the
 * total changes, and the book is read anew.
 */
async function readEntries(client: SipgateClient, signal?: AbortSignal): Promise<Entry[]> {
  for (let walk = 1; walk < MOST_WALKS; walk += 1) {
    const { entries, shifted } = await walkPages(client, { stopWhenShifted: true, signal });
    if (!shifted) return [...entries.values()];
  }
  return [...(await walkPages(client, { signal })).entries.values()];
}

/** @returns the contact with the id; sipgate has no request for one alone, so pages are read until it is found */
export async function readEntry(
  client: SipgateClient,
  id: string,
  signal?: AbortSignal,
): Promise<Entry | undefined> {
  for (let walk = 1; ; walk += 1) {
    const { entries, shifted } = await walkPages(client, {
      stopWhenShifted: walk < MOST_WALKS,
      untilId: id,
      signal,
    });
    if (!shifted || entries.has(id)) return entries.get(id);
  }
}

interface Walk {
  readonly signal?: AbortSignal | undefined;
  readonly stopWhenShifted?: boolean;
  /** Stop when this contact is found. */
  readonly untilId?: string;
}

interface Walked {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly shifted: boolean;
}

async function walkPages(client: SipgateClient, { signal, stopWhenShifted, untilId }: Walk): Promise<Walked> {
  const entries = new Map<string, Entry>();
  let offset = 0;
  let limit = PAGE_CONTACTS;
  let largest = 0;
  let total: number | undefined;
  for (let first = true; ; first = false) {
    const answer = await readPage(client, { limit, offset }, signal);
    const page = itemsOf(answer).map(entryOf);
    const shifted = !first && totalOf(answer) !== total;
    const known = entries.size;
    page.forEach((entry) => addOnce(entries, entry));
    if (shifted && stopWhenShifted) return { entries, shifted };
    total = totalOf(answer);
    largest = Math.max(largest, page.length);
    limit = limitAfter(page, limit);
    // an empty page is not the end where the total says that there is more
    offset += page.length || largest || SMALL_STEP_CONTACTS;
    // without a total, a page without anything new is the end
    const atEnd = total === undefined ? entries.size === known : offset >= total;
    const found = untilId !== undefined && entries.has(untilId);
    if (atEnd || found) return { entries, shifted: false };
  }
}

/** Pictures can make an answer too large: then fewer contacts at once. */
async function readPage(
  client: SipgateClient,
  query: { readonly limit: number; readonly offset: number },
  signal: AbortSignal | undefined,
): Promise<unknown> {
  try {
    return await client.get(apiPath`/contacts`, { ...LIST, query, signal });
  } catch (error) {
    if (!isTooLarge(error) || query.limit === 1) throw error;
    return readPage(client, { ...query, limit: Math.ceil(query.limit / 8) }, signal);
  }
}

/** @returns for how many contacts to ask next, when their pictures are as large as those of this page */
function limitAfter(page: readonly Entry[], limit: number): number {
  const pictures = page.reduce((sum, { contact }) => sum + (contact.picture?.length ?? 0), 0);
  if (page.length === 0) return limit;
  return Math.max(
    1,
    Math.min(PAGE_CONTACTS, Math.floor((MOST_PICTURE_CHARACTERS * page.length) / Math.max(pictures, 1))),
  );
}

/** What has no id is told apart by what it holds: a server that knows no pages repeats itself for ever. */
function addOnce(entries: Map<string, Entry>, entry: Entry): void {
  const key = entry.contact.id || `without id: ${JSON.stringify(entry.raw)}`;
  if (!entries.has(key)) entries.set(key, entry);
}

function totalOf(answer: unknown): number | undefined {
  return isRecord(answer) && typeof answer.totalCount === 'number' ? answer.totalCount : undefined;
}

/** Colleagues have an endpoint of their own. Accounts without it (404) have them among the contacts or not at all. */
async function readColleagues(
  client: SipgateClient,
  scope: ReadScope,
  { signal, onWarning }: ReadOptions,
): Promise<Contact[]> {
  try {
    const options = { what: 'list the colleagues', scopes: ['contacts:read'], signal };
    return itemsOf(await client.get(apiPath`/contacts/internal`, options)).map(colleagueOf);
  } catch (error) {
    if (!(error instanceof SipgateError)) throw error;
    if (error.code === 'NOT_FOUND') return [];
    if (error.code !== 'FORBIDDEN' || scope === 'INTERNAL') throw error;
    onWarning?.(`The list lacks the colleagues of the account: ${error.message}`);
    return [];
  }
}

function entryOf(raw: unknown): Entry {
  const fields = isRecord(raw) ? raw : {};
  const contact: Contact = {
    id: text(fields.id),
    name: text(fields.name),
    picture: text(fields.picture) || null,
    emails: records(fields.emails).map((each) => ({ email: text(each.email), type: texts(each.type) })),
    numbers: records(fields.numbers).map((each) => ({ number: text(each.number), type: texts(each.type) })),
    addresses: records(fields.addresses).map(addressOf),
    organization: list(fields.organization).map((units) =>
      Array.isArray(units) ? texts(units) : [text(units)],
    ),
    scope: scopeOf(fields.scope),
  };
  return { contact, raw: fields };
}

function scopeOf(value: unknown): ContactScope {
  return value === 'SHARED' || value === 'INTERNAL' ? value : 'PRIVATE';
}

function addressOf(fields: Readonly<Record<string, unknown>>): ContactAddress {
  const address = {} as ContactAddress;
  for (const part of ADDRESS_PARTS) address[part] = text(fields[part]);
  return address;
}

/** Lists of plain texts by kind, in the shape of the other contacts. */
function colleagueOf(raw: unknown): Contact {
  const fields = isRecord(raw) ? raw : {};
  const numbers = (field: string, type: string): Contact['numbers'] =>
    texts(fields[field]).map((number) => ({ number, type: [type] }));
  return {
    id: text(fields.id),
    name: text(fields.name),
    picture: null,
    emails: texts(fields.emails).map((email) => ({ email, type: [] })),
    numbers: [
      ...numbers('mobile', 'cell'),
      ...numbers('landline', 'work'),
      ...numbers('directdial', 'directdial'),
      ...numbers('fax', 'fax'),
    ],
    addresses: [],
    organization: [],
    scope: 'INTERNAL',
  };
}

/** The specification's examples show numbers without quotes. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): string[] {
  return list(value)
    .map(text)
    .filter((each) => each !== '');
}

function records(value: unknown): Record<string, unknown>[] {
  return list(value).filter(isRecord);
}
