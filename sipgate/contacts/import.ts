import { createBreather, type Breather } from '../breather';
import { apiPath } from '../client/api-path';
import type { SipgateClient } from '../client/client';
import { cancelled, describe, SipgateError } from '../errors';
import { writeScope, type ContactBody, type WriteScope } from './body';
import { importSummary, inParallel, withSummary, type BulkOptions } from './bulk';
import type { SkippedLine } from './contact';
import { invalidatingDirectory } from './find';
import { importBatches, renderImportCsv, type CsvContact } from './formats/csv/import-file';
import { parseContactsCsv } from './formats/csv/read';
import type { RawCard } from './formats/vcard/cards';
import { openVCards, readCard, type ParsedCard } from './formats/vcard/read';
import { readFileNumber } from './number';
import { postContact } from './post';
import { createRemarks, type Remarks } from './remarks';

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
  const { cards, skipped, isText } = await openVCards(content, breather);
  const run = newCardImport({ client, scope: target, total: cards.length, isText, options, breather });
  run.left.push(...skipped);
  try {
    await invalidatingDirectory(client, () => inParallel(cards, (raw) => importCard(run, raw)));
    const [outage] = run.outages.values();
    if (run.imported.length === 0 && outage) throw outage;
  } catch (error) {
    const { outages, underWay } = run;
    const imported = run.imported.length;
    const failed = imported === 0 ? [...outages.keys(), ...underWay] : [...underWay];
    const tried = run.done + underWay.size;
    throw withSummary(error, importSummary({ all: cards, imported, failed, tried }));
  } finally {
    run.remarks.sentences().forEach((sentence) => options.onWarning?.(sentence));
  }
  return { imported: run.imported.length, skipped: run.left.sort((a, b) => a.line - b.line) };
}

/** What an import of cards works with. */
interface CardImportSetup {
  readonly client: SipgateClient;
  readonly scope: WriteScope;
  readonly total: number;
  readonly isText: boolean;
  readonly options: BulkOptions;
  readonly breather: Breather;
}

/** An import of cards that is under way. */
interface CardImport extends CardImportSetup {
  readonly left: SkippedLine[];
  readonly remarks: Remarks;
  readonly underWay: Set<RawCard>;
  /** Some cards may be at fault; when sipgate takes none at all, it is sipgate. */
  readonly outages: Map<RawCard, SipgateError>;
  readonly imported: RawCard[];
  done: number;
}

function newCardImport(setup: CardImportSetup): CardImport {
  return {
    ...setup,
    left: [],
    remarks: createRemarks(),
    underWay: new Set(),
    outages: new Map(),
    imported: [],
    done: 0,
  };
}

async function importCard(run: CardImport, raw: RawCard): Promise<void> {
  // a card without anybody sends no request during which others could work
  if (run.breather.isDue()) await run.breather.pause();
  if (run.options.signal?.aborted) throw cancelled();
  run.underWay.add(raw);
  const card = readCard(raw, run);
  const refusal = typeof card === 'string' ? card : await sendCard(run, raw, cardBody(run, card));
  run.underWay.delete(raw);
  if (refusal === undefined) run.imported.push(raw);
  else run.left.push({ line: raw.line, reason: typeof refusal === 'string' ? refusal : refusal.message });
  if (refusal instanceof SipgateError && refusal.code === 'SERVER') run.outages.set(raw, refusal);
  run.done += 1;
  run.options.onProgress?.({ done: run.done, total: run.total });
}

/** @returns why sipgate does not want this card, `undefined` when it took it */
async function sendCard(run: CardImport, raw: RawCard, body: ContactBody): Promise<SipgateError | undefined> {
  try {
    const countSame = (): number => run.imported.filter(({ text }) => text === raw.text).length;
    await postContact(run.client, body, { uninterruptible: true, countSame });
    return undefined;
  } catch (error) {
    // sipgate answers bad input with 500, too
    const isRefusal =
      error instanceof SipgateError && (error.code === 'INVALID_INPUT' || error.statusCode === 500);
    if (isRefusal) return error;
    throw error;
  }
}

function cardBody({ client, scope, remarks }: CardImport, card: ParsedCard): ContactBody {
  const { line, name, given = '', family = '', ...details } = card;
  const numbers = details.numbers.flatMap(({ number, type }) => {
    const found = readFileNumber(number, client.country);
    const place = (text: string): string => `${describe(text)} of the card in line ${line}`;
    if (found.kind === 'none') {
      remarks.add('number', place(number));
      return [];
    }
    if (found.kind === 'number' && found.rest !== '') {
      remarks.add('rest', `${describe(found.rest)} of ${place(number)}`);
    }
    return [{ number: found.number, type }];
  });
  return { ...details, numbers, name: name.trim(), given, family, scope };
}
