import { csvStringify } from './stringify';

/** What sipgate's CSV import takes of a contact. One of the two names may be empty. */
export interface CsvContact {
  firstname: string;
  lastname: string;
  /** E.164 */
  number: string;
  /** Line of the text it stands in, the header's is 1. */
  line: number;
}

/** Rows of one request: sipgate names no limit; so many are some 50 KB and a second or two of work. */
const MOST_BATCH_ROWS = 1000;
/** Characters of one request, for books with names as long as novels. */
const MOST_BATCH_CHARACTERS = 500_000;

/** Cuts a list into batches that one request each can carry. */
export function* importBatches(contacts: readonly CsvContact[]): Generator<CsvContact[]> {
  let batch: CsvContact[] = [];
  let size = 0;
  for (const contact of contacts) {
    const length = contact.firstname.length + contact.lastname.length + contact.number.length;
    if (batch.length === MOST_BATCH_ROWS || (batch.length > 0 && size + length > MOST_BATCH_CHARACTERS)) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(contact);
    size += length;
  }
  if (batch.length > 0) yield batch;
}

/**
 * The CSV that sipgate's import takes. Source: sipgate API, importFromCSV: header `firstname,lastname,number`,
 * commas, one contact per line. So a line break in a name becomes a blank: it could spoil the whole file.
 */
export function renderImportCsv(contacts: readonly CsvContact[]): string {
  const rows = contacts.map(({ firstname, lastname, number }) => [
    oneLine(firstname),
    oneLine(lastname),
    number,
  ]);
  return csvStringify()([['firstname', 'lastname', 'number'], ...rows]);
}

/** Line by line: a pattern for the blanks around line breaks would take the square of the time for many blanks. */
function oneLine(name: string): string {
  if (!/[\r\n]/.test(name)) return name;
  const lines = name.split(/[\r\n]/).map((line) => line.trim());
  return lines.filter((line) => line !== '').join(' ');
}
