import { createBreather, type Breather } from '../breather';
import { apiPath } from '../client/api-path';
import type { SipgateClient } from '../client/client';
import { cancelled, describe, SipgateError } from '../errors';
import { cardNumber, writeScope, type ContactBody, type WriteScope } from './body';
import { importSummary, inParallel, withSummary, type BulkOptions } from './bulk';
import type { SkippedLine } from './contact';
import { invalidatingDirectory } from './find';
import { importBatches, renderImportCsv, type CsvContact } from './formats/csv/import-file';
import { parseContactsCsv } from './formats/csv/read';
import type { RawCard } from './formats/vcard/cards';
import { openVCards, readCard, type ParsedCard } from './formats/vcard/read';

/** What became of a file. */
export interface ImportResult {
  readonly imported: number;
  /** What was left out, in the order of the file. */
  readonly skipped: SkippedLine[];
}

const SCOPES = ['contacts:write'];

/**
 * Imports a CSV file in batches. sipgate's import has no scope and one number per contact.
 * @param content text or bytes
 * @returns how many contacts were sent, and which lines were left out and why
 * @throws SipgateError `INVALID_INPUT` when it is not CSV, before any request; what a batch threw, with a sentence on
 *   what was and what was not imported
 */
export async function importCsv(
  client: SipgateClient,
  content: unknown,
  options: BulkOptions = {},
): Promise<ImportResult> {
  const { signal, onProgress, onWarning } = options;
  const breather = createBreather(signal);
  const { contacts, skipped, warnings } = await parseContactsCsv(content, {
    country: client.country,
    breather,
  });
  warnings.forEach((warning) => onWarning?.(warning));
  let imported = 0;
  let underWay = 0;
  try {
    for (const batch of importBatches(contacts)) {
      if (signal?.aborted) throw cancelled();
      underWay = batch.length;
      await invalidatingDirectory(client, () => sendBatch(client, batch));
      underWay = 0;
      imported += batch.length;
      onProgress?.({ done: imported, total: contacts.length });
    }
  } catch (error) {
    const tried = imported + underWay;
    const failed = contacts.slice(imported, tried);
    throw withSummary(error, importSummary({ all: contacts, imported, failed, tried }));
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
  const target = writeScope(scope);
  const breather = createBreather(options.signal);
  const { cards, skipped } = await openVCards(content, breather);
  const run = newCardImport(client, target, cards, options, breather);
  run.left.push(...skipped);
  try {
    await invalidatingDirectory(client, () => inParallel(cards, (raw) => importCard(run, raw)));
    const [outage] = run.outages.values();
    if (run.imported === 0 && outage) throw outage;
  } catch (error) {
    const { imported, outages, underWay } = run;
    const failed = imported === 0 ? [...outages.keys(), ...underWay] : [...underWay];
    const tried = run.done + underWay.size;
    throw withSummary(error, importSummary({ all: cards, imported, failed, tried }));
  }
  if (run.unusable.length > 0) options.onWarning?.(numberWarning(run.unusable));
  return { imported: run.imported, skipped: run.left.sort((a, b) => a.line - b.line) };
}

/** An import of cards that is under way. */
interface CardImport {
  readonly client: SipgateClient;
  readonly scope: WriteScope;
  readonly total: number;
  readonly options: BulkOptions;
  readonly breather: Breather;
  readonly left: SkippedLine[];
  readonly unusable: NumberProblem[];
  readonly underWay: Set<RawCard>;
  /** Some cards may be at fault; when sipgate takes none at all, it is sipgate. */
  readonly outages: Map<RawCard, SipgateError>;
  imported: number;
  done: number;
}

interface NumberProblem {
  readonly line: number;
  readonly number: string;
}

function newCardImport(
  client: SipgateClient,
  scope: WriteScope,
  cards: readonly RawCard[],
  options: BulkOptions,
  breather: Breather,
): CardImport {
  return {
    client,
    scope,
    total: cards.length,
    options,
    breather,
    left: [],
    unusable: [],
    underWay: new Set(),
    outages: new Map(),
    imported: 0,
    done: 0,
  };
}

async function importCard(run: CardImport, raw: RawCard): Promise<void> {
  // a card without anybody sends no request during which others could work
  if (run.breather.isDue()) await run.breather.pause();
  if (run.options.signal?.aborted) throw cancelled();
  run.underWay.add(raw);
  const card = readCard(raw);
  const refusal = typeof card === 'string' ? card : await sendCard(run.client, cardBody(run, card));
  run.underWay.delete(raw);
  if (refusal === undefined) run.imported += 1;
  else run.left.push({ line: raw.line, reason: typeof refusal === 'string' ? refusal : refusal.message });
  if (refusal instanceof SipgateError && refusal.code === 'SERVER') run.outages.set(raw, refusal);
  run.done += 1;
  run.options.onProgress?.({ done: run.done, total: run.total });
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

function cardBody({ client, scope, unusable }: CardImport, card: ParsedCard): ContactBody {
  const { line, name, given = '', family = '', ...details } = card;
  const numbers = details.numbers.flatMap(({ number, type }) => {
    const e164 = cardNumber(number, client.country);
    if (e164 === undefined || /;ext=/.test(number)) unusable.push({ line, number });
    return e164 === undefined ? [] : [{ number: e164, type }];
  });
  return { ...details, numbers, name: name.trim(), given, family, scope };
}

/** Problems that a warning lists; more of them are counted. */
const MOST_LISTED = 5;

function numberWarning(unusable: readonly NumberProblem[]): string {
  const shown = unusable
    .slice(0, MOST_LISTED)
    .map(({ line, number }) => `${describe(number)} of the card in line ${line}`);
  const rest = unusable.length > shown.length ? ' and others' : '';
  return `sipgate takes phone numbers only, without extensions. Left out: ${shown.join(', ')}${rest}.`;
}
