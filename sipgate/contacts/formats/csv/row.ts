import { describe } from '../../../errors';
import { LONGEST_NUMBER_TEXT } from '../../../number-text';
import { parseE164, type Country } from '../../../phone-number';
import { plainNumber } from '../../contact';
import { unescapeFormula } from './formula';
import type { Layout } from './header';
import type { CsvContact } from './import-file';

/** @returns whether a cell holds nothing but blanks */
export function isBlank(cell: string): boolean {
  return cell.trim() === '';
}

/** @returns the contact, or why the row is none */
export function readRow(
  cells: readonly string[],
  layout: Layout,
  country: Country,
  line: number,
): CsvContact | string {
  const { columns, delimiter } = layout;
  if (cells.length > columns.length && !cells.slice(columns.length).every(isBlank)) {
    const character = delimiter === '\t' ? 'a tab' : `"${delimiter}"`;
    return `The row has ${cells.length} values, the header ${columns.length} columns. Put a value that contains ${character} in quotation marks.`;
  }
  const firstname = readName(cells, layout.firstname);
  const lastname = readName(cells, layout.lastname);
  if (firstname === '' && lastname === '') return 'The row has neither first nor last name.';
  const given = layout.number.filter((index) => !isBlank(cells[index] ?? ''));
  if (given.length === 0)
    return `The row has no phone number in column ${columns[layout.number[0]!]!.trim()}.`;
  for (const index of given) {
    const cell = cells[index]!;
    const number = cell.length > LONGEST_NUMBER_TEXT ? undefined : parseE164(readNumber(cell), country);
    if (number !== undefined) return { firstname, lastname, number, line };
  }
  return badNumber(cells[given[0]!]!, columns[given[0]!]!);
}

function readName(cells: readonly string[], columns: readonly number[]): string {
  const index = columns.find((column) => !isBlank(cells[column] ?? ''));
  return index === undefined ? '' : unescapeFormula(cells[index]!).trim();
}

/**
 * The bare number in a cell: without a spreadsheet's ways to keep it a text (`="0211…"`, `'0211…`), and of
 * Google's `a ::: b` the first.
 */
function readNumber(cell: string): string {
  const first = plainNumber(cell).split(':::', 1)[0]!.trim();
  return first
    .replace(/^="(.*)"$/, '$1')
    .replace(/^(?:'|tel:)+/i, '')
    .trim();
}

function badNumber(cell: string, column: string): string {
  const said = `Column ${column.trim()} holds ${describe(cell.trim())}, which is not a phone number.`;
  return /^\d[.,]\d+E\+?\d+$/i.test(cell.trim())
    ? `${said} A spreadsheet has rounded it: format the column as text there, and export again.`
    : `${said} Write it like +49 211 63553355 or 0211 63553355.`;
}

/** @returns whether the row holds several numbers, of which sipgate's import takes one */
export function hasFurtherNumber(cells: readonly string[], layout: Layout): boolean {
  if (layout.number.length < 2) return false;
  return new Set(layout.number.map((index) => cells[index]?.trim()).filter(Boolean)).size > 1;
}
