import { mustBe } from '../errors';
import { createBreather } from '../breather';
import type { SipgateClient } from '../client/client';
import { readBook, type ReadOptions, type ReadScope } from './book';
import type { Contact } from './contact';
import { renderContactsCsv, type CsvExportOptions } from './formats/csv/export';
import { renderVCardBook, renderVCards } from './formats/vcard/write';

const READ_SCOPES: readonly string[] = ['PRIVATE', 'SHARED', 'INTERNAL', 'ALL'] satisfies ReadScope[];

/** @throws SipgateError `INVALID_INPUT` */
function readScope(scope: unknown): ReadScope {
  if (typeof scope === 'string' && READ_SCOPES.includes(scope)) return scope as ReadScope;
  throw mustBe('scope', 'PRIVATE, SHARED, INTERNAL or ALL', scope, 'Choose whose contacts to read.');
}

/**
 * @returns all contacts of a scope, whatever their number
 * @throws SipgateError `INVALID_INPUT` for a scope that there is not, before any request
 */
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
  // a wrong delimiter is found before any request
  await renderContactsCsv([], format);
  const contacts = await listContacts(client, scope, { signal, onWarning });
  return renderContactsCsv(contacts, { ...format, breather: createBreather(signal) });
}

/** @returns all contacts of a scope, each as vCard 4.0 @throws like `listContacts` */
export async function exportVCards(
  client: SipgateClient,
  scope: unknown,
  options: ReadOptions = {},
): Promise<string[]> {
  const contacts = await listContacts(client, scope, options);
  return renderVCards(contacts, createBreather(options.signal));
}

/** @returns all contacts of a scope as one address book in vCard 4.0 @throws like `listContacts` */
export async function exportVCard(
  client: SipgateClient,
  scope: unknown,
  options: ReadOptions = {},
): Promise<string> {
  const contacts = await listContacts(client, scope, options);
  return renderVCardBook(contacts, createBreather(options.signal));
}
