import { e164 } from '../body';

/** A line of an import. */
export interface ImportedRow {
  readonly firstname: string;
  readonly lastname: string;
  readonly number: string;
}

/**
 * The documented CSV and nothing else: UTF-8 without byte order mark, the header exactly
 * `firstname,lastname,number`, one contact per line, numbers E.164.
 * @returns undefined when anything about the file is wrong
 */
export function readImport(base64: string): ImportedRow[] | undefined {
  const [header, ...lines] =
    decode(base64)
      ?.replace(/\r?\n$/, '')
      .split(/\r?\n/) ?? [];
  if (header !== 'firstname,lastname,number') return undefined;
  const rows = lines.map(readRow);
  return rows.every((row) => row !== undefined) ? rows : undefined;
}

function decode(base64: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, 'base64'));
  } catch {
    return undefined;
  }
}

function readRow(line: string): ImportedRow | undefined {
  const [firstname, lastname, number, ...more] = splitLine(line) ?? [];
  if (firstname === undefined || lastname === undefined || number === undefined || more.length > 0)
    return undefined;
  return (firstname || lastname) && e164(number) ? { firstname, lastname, number } : undefined;
}

/** Cells may stand in quotes, a quote inside is doubled. A line break inside is not possible: a line is a contact. */
function splitLine(line: string): string[] | undefined {
  const cells: string[] = [];
  for (let at = 0; ;) {
    const cell = line[at] === '"' ? readQuoted(line, at) : readPlain(line, at);
    if (cell === undefined) return undefined;
    cells.push(cell.text);
    if (cell.end === line.length) return cells;
    if (line[cell.end] !== ',') return undefined;
    at = cell.end + 1;
  }
}

interface Cell {
  readonly text: string;
  /** Index of what stands behind the cell. */
  readonly end: number;
}

function readPlain(line: string, from: number): Cell | undefined {
  const comma = line.indexOf(',', from);
  const end = comma < 0 ? line.length : comma;
  const text = line.slice(from, end);
  return text.includes('"') ? undefined : { text, end };
}

function readQuoted(line: string, from: number): Cell | undefined {
  let quote = line.indexOf('"', from + 1);
  while (quote >= 0 && line[quote + 1] === '"') quote = line.indexOf('"', quote + 2);
  if (quote < 0) return undefined;
  return { text: line.slice(from + 1, quote).replaceAll('""', '"'), end: quote + 1 };
}
