/** What a spreadsheet takes for the beginning of a formula; the wide forms are Apple Numbers' habit. */
const FORMULA = /^'*[=+\-@\t\r＝＋－＠]/;
/** A phone number begins like a formula but computes nothing; with a `'` before it other programs could not dial it. */
const PHONE_NUMBER = /^\+\d[\d ]*$/;

/**
 * @returns the cell with a `'` before it where a spreadsheet would run it. A cell that itself begins with `'` and a formula
 *   gets one more, so that taking one off is always right.
 */
export function escapeFormula(value: string): string {
  return FORMULA.test(value) && !PHONE_NUMBER.test(value) ? `'${value}` : value;
}

/** @returns the cell without the `'` that `escapeFormula`, or a spreadsheet, has put before it */
export function unescapeFormula(cell: string): string {
  return /^'/.test(cell) && FORMULA.test(cell) ? cell.slice(1) : cell;
}
