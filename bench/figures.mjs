// Small sums, and tables for the terminal.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function lowerQuartile(values) {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 4)];
}

/** @param rows the first one is the heading; the first column is text, the others are right-aligned */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column] ?? '').length)));
  const line = (row) =>
    row
      .map((cell, column) => pad(String(cell ?? ''), widths[column], column === 0))
      .join('  ')
      .trimEnd();
  const [heading, ...rest] = rows.map(line);
  return [heading, '-'.repeat(heading.length), ...rest].join('\n');
}

function pad(text, width, isText) {
  return isText ? text.padEnd(width) : text.padStart(width);
}

/** What has been reached and what not, in the order of the questions. */
export const verdicts = [];

/** @param target what was to be reached, for the end of the run; @returns the word for a table */
export function verdict(isReached, target) {
  verdicts.push({ isReached, target });
  return isReached ? 'reached' : 'NOT REACHED';
}
