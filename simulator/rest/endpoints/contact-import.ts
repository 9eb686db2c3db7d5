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
  const cell = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  const cells: string[] = [];
  for (;;) {
    const match = cell.exec(line);
    if (!match) return undefined;
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '') return cells;
  }
}
