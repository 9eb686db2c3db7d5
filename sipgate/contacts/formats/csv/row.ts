import { describe } from '../../../errors';
import { asTyped } from '../../../number-text';
import type { Country } from '../../../phone-number';
import { splitName } from '../../contact';
import { readFileNumber, type FileNumber } from '../../number';
import { placeOf, type Remarks } from '../../remarks';
import { unescapeFormula } from './formula';
import type { CsvContact } from './import-file';
import type { Layout, NumberSource } from './layout';
import { namesOtherDevice } from './words';

/** What reading a row needs to know beside the row. */
export interface RowContext {
  readonly layout: Layout;
  /** Completes national numbers. */
  readonly country: Country;
  /** Hears of what of the row is not taken. */
  readonly remarks: Remarks;
}

/** @returns whether a cell holds nothing but blanks */
export function isBlank(cell: string): boolean {
  return cell.trim() === '';
}

/**
 * @param line of the file in which the row begins
 * @returns the contact, or why the row is none
 */
export function readRow(cells: readonly string[], line: number, context: RowContext): CsvContact | string {
  const { columns, delimiter } = context.layout;
  if (cells.length > columns.length && !cells.slice(columns.length).every(isBlank)) {
    const character = delimiter === '\t' ? 'a tab' : `"${delimiter}"`;
    return `The row has ${cells.length} values, the header ${columns.length} columns. Put a value that contains ${character} in quotation marks.`;
  }
  const name = readName(cells, context.layout);
  if (name === undefined) return 'The row has neither first nor last name.';
  const number = readNumber(cells, line, context);
  if ('reason' in number) return number.reason;
  const { firstname, lastname } = name;
  if (`${firstname}${lastname}`.includes('\uFFFD')) {
    context.remarks.add('broken', placeOf(`${firstname} ${lastname}`.trim(), line));
  }
  return { firstname, lastname, number: number.e164, line };
}

interface RowName {
  readonly firstname: string;
  readonly lastname: string;
}

/** First and last name; without them what else the row is called by: a whole name, a nickname, a company. */
function readName(cells: readonly string[], layout: Layout): RowName | undefined {
  const firstname = firstText(cells, layout.firstname);
  const lastname = firstText(cells, layout.lastname);
  if (firstname !== '' || lastname !== '') return { firstname, lastname };
  const whole = firstText(cells, layout.wholeName);
  if (whole !== '') {
    const { given, family } = splitName(whole);
    return { firstname: given, lastname: family };
  }
  const company = firstText(cells, layout.company);
  return company === '' ? undefined : { firstname: '', lastname: company };
}

function firstText(cells: readonly string[], columns: readonly number[]): string {
  const index = columns.find((column) => !isBlank(cells[column] ?? ''));
  return index === undefined ? '' : unescapeFormula(cells[index]!).trim();
}

/** A number in a cell, and what it was read from. */
interface FoundNumber {
  readonly source: NumberSource;
  readonly cell: string;
  readonly isLastResort: boolean;
  readonly read: FileNumber;
}

function readNumber(
  cells: readonly string[],
  line: number,
  { layout, country, remarks }: RowContext,
): { readonly e164: string } | { readonly reason: string } {
  const found: FoundNumber[] = [];
  for (const source of layout.numbers) addNumbers(found, cells, source, country);
  const chosen = chooseNumber(found);
  if (chosen?.read.kind !== 'number') return { reason: noNumber(found, layout) };
  const { number: e164, rest } = chosen.read;
  if (chosen.isLastResort) remarks.add('lastResort', placeOf(chosen.cell, line));
  if (rest !== '') remarks.add('rest', `${describe(rest)} of ${placeOf(chosen.cell, line)}`);
  if (found.length > 1) remarkOthers(found, e164, line, remarks);
  return { e164 };
}

function chooseNumber(found: readonly FoundNumber[]): FoundNumber | undefined {
  const isNumber = ({ read }: FoundNumber): boolean => read.kind === 'number';
  return found.find((each) => isNumber(each) && !each.isLastResort) ?? found.find(isNumber);
}

/** Google writes several numbers into one cell. */
const GOOGLE_SEPARATOR = ':::';
/** Characters of a cell that are looked at. */
const MOST_CELL_CHARACTERS = 1000;

function addNumbers(
  found: FoundNumber[],
  cells: readonly string[],
  source: NumberSource,
  country: Country,
): void {
  const text = cells[source.index] ?? '';
  if (isBlank(text)) return;
  const kind = source.kindIndex === undefined ? '' : (cells[source.kindIndex] ?? '');
  const isLastResort = source.isLastResort || (kind !== '' && namesOtherDevice(kind));
  const isList = text.length <= MOST_CELL_CHARACTERS && text.includes(GOOGLE_SEPARATOR);
  for (const part of isList ? text.split(GOOGLE_SEPARATOR) : [text]) {
    const cell = part.trim();
    if (cell !== '')
      found.push({ source, cell, isLastResort, read: readFileNumber(bareNumber(cell), country) });
  }
}

/** The number in a cell without a spreadsheet's ways to keep it a text: `="0211…"`, `'0211…`. */
function bareNumber(cell: string): string {
  // nearly all of them
  if (/^[+\d]/.test(cell)) return cell;
  return asTyped(cell)
    .replace(/^="(.*)"$/, '$1')
    .replace(/^(?:'|tel:)+/i, '')
    .trim();
}

/** The numbers that are not taken, and what stands where a number should. */
function remarkOthers(found: readonly FoundNumber[], e164: string, line: number, remarks: Remarks): void {
  const further = new Set<string>();
  for (const { source, cell, read } of found) {
    if (read.kind === 'number') {
      if (read.number !== e164) further.add(cell);
    } else if (source.isSure) remarks.add('unused', placeOf(cell, line));
  }
  if (further.size > 0) remarks.add('further', [...further].map((cell) => placeOf(cell, line)).join(', '));
}

/** @returns why none of the cells is a number that sipgate takes */
function noNumber(found: readonly FoundNumber[], { columns, numbers }: Layout): string {
  const first = found.find(({ source }) => source.isSure);
  if (first === undefined)
    return `The row has no phone number in column ${columns[numbers[0]!.index]!.trim()}.`;
  const { cell, read, source } = first;
  const column = columns[source.index]!.trim();
  if (read.kind === 'short') {
    return `Column ${column} holds ${describe(cell)}, a short number. sipgate's CSV import takes whole phone numbers only; import a vCard to keep it.`;
  }
  const said = `Column ${column} holds ${describe(cell)}, which is not a phone number.`;
  return /^\d[.,]\d+E\+?\d+$/i.test(cell)
    ? `${said} A spreadsheet has rounded it: format the column as text there, and export again.`
    : `${said} Write it like +49 211 63553355 or 0211 63553355.`;
}
