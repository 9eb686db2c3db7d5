import { mustBe } from '../../../errors';
import { createBreather, type Breather } from '../../../breather';
import { envelopeLine, splitName, type ContactDetails } from '../../contact';
import { escapeFormula } from './formula';
import { csvStringify } from './stringify';

/** What the export of contacts to CSV lets one choose. */
export interface CsvExportOptions {
  /** Separates the values; the default is a comma. Spreadsheets of German systems want a semicolon. */
  readonly delimiter?: string;
  /**
   * Puts `'` before a cell that a spreadsheet would run as a formula, the default. `importCsv` takes it off again.
   * The drawback of `false`: a caller's name in your address book can then run in your spreadsheet.
   */
  readonly escapeFormulas?: boolean;
  /** Lets others work meanwhile, and stops the export. */
  readonly breather?: Breather;
}

/** A contact to export; one that has no id yet leaves that cell empty. */
type ExportedContact = ContactDetails & { readonly id?: string };

const EXPORT_COLUMNS = [
  'id',
  'firstname',
  'lastname',
  'number',
  'name',
  'emails',
  'numbers',
  'addresses',
  'organizations',
];

/** Rows between two looks at the clock: some 2 ms of work. */
const EXPORT_ROWS = 250;

/**
 * Contacts as RFC 4180 CSV with a header, lines ending in CR LF. `number` is the first number; several values
 * in a cell are separated by `; `. `parseContactsCsv` takes names and first number back.
 * @throws SipgateError `INVALID_INPUT` for a delimiter that cannot separate
 */
export async function renderContactsCsv(
  contacts: readonly ExportedContact[],
  options: CsvExportOptions = {},
): Promise<string> {
  const delimiter = checkDelimiter(options.delimiter ?? ',');
  const guard = options.escapeFormulas === false ? (value: string): string => value : escapeFormula;
  const { breather = createBreather() } = options;
  // the library quotes only the line break that it writes itself
  const dialect = { delimiter, record_delimiter: '\r\n', quoted_match: /[\r\n]/ };
  const parts = [csvStringify()([EXPORT_COLUMNS], dialect)];
  for (let start = 0; start < contacts.length; start += EXPORT_ROWS) {
    const rows = contacts.slice(start, start + EXPORT_ROWS).map((contact) => exportRow(contact, guard));
    parts.push(csvStringify()(rows, dialect));
    if (breather.isDue()) await breather.pause();
  }
  return parts.join('');
}

/** @throws SipgateError `INVALID_INPUT` */
function checkDelimiter(delimiter: unknown): string {
  const character = delimiter === '\\t' ? '\t' : delimiter;
  if (typeof character !== 'string' || character === '' || /["\r\n]/.test(character)) {
    throw mustBe('delimiter', 'a comma, a semicolon or a tab', delimiter, 'Choose one of them.');
  }
  return character;
}

function exportRow(contact: ExportedContact, guard: (value: string) => string): string[] {
  const { given, family } = splitName(contact.name);
  const numbers = contact.numbers.map(({ number }) => number);
  const list = (values: string[]): string => values.filter(Boolean).map(guard).join('; ');
  return [
    guard(contact.id ?? ''),
    guard(given),
    guard(family),
    guard(numbers[0] ?? ''),
    guard(contact.name),
    list(contact.emails.map(({ email }) => email)),
    list(numbers),
    list(contact.addresses.map(envelopeLine)),
    list(contact.organization.map((units) => units.filter(Boolean).join(', '))),
  ];
}
