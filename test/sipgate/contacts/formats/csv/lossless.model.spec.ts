import fc from 'fast-check';
import should from 'should';
import { modelRuns } from '../../../helpers/model-runs';
import { importInto } from '../../collecting-client';

/** Tables as bad as they come: any columns in any order, numbers in any dress, rows that are none, any encoding. */

/** First name, last name, as the languages call them. */
const NAMES = [
  ['firstname', 'lastname'],
  ['Vorname', 'Name'],
  ['Prénom', 'Nom'],
  ['Nombre', 'Apellidos'],
  ['Nome', 'Cognome'],
  ['Voornaam', 'Achternaam'],
] as const;
const COMPANIES = ['Firma', 'Company', 'Société', 'Empresa', 'Azienda', 'Bedrijf'];
const PHONES = [
  'Telefon',
  'Mobil (privat)',
  'Arbeit Telefon',
  'Business Phone 2',
  'Mobile2',
  'Téléphone (bureau)',
  'Teléfono del trabajo',
  'Cellulare',
  'Telefoon thuis',
];
const OTHERS = ['Fax', 'Pager', 'Télécopie (bureau)', 'Cercapersone'];
/** Columns that hold no phone number, but what looks like one. */
const DECOYS = ['Nr.', 'Nummer', 'Kundennummer', 'Hausnummer', 'Notiz'];

const KINDS = [
  'none',
  'none',
  'plain',
  'spaced',
  'national',
  'formula',
  'pause',
  'decimals',
  'short',
  'bad',
] as const;
const FATES = [
  'person',
  'person',
  'person',
  'person',
  'company',
  'nobody',
  'empty',
  'broken',
  'too long',
] as const;

const row = fc.record({
  fate: fc.constantFrom(...FATES),
  kinds: fc.array(fc.constantFrom(...KINDS), { minLength: 4, maxLength: 4 }),
  isQuoted: fc.boolean(),
});
type Row = typeof row extends fc.Arbitrary<infer T> ? T : never;

const file = fc.record({
  names: fc.constantFrom(...NAMES),
  company: fc.constantFrom(...COMPANIES),
  phones: fc.uniqueArray(fc.constantFrom(...PHONES), { minLength: 1, maxLength: 3 }),
  other: fc.constantFrom(...OTHERS),
  decoys: fc.uniqueArray(fc.constantFrom(...DECOYS), { maxLength: 3 }),
  /** Where the columns stand. */
  order: fc.array(fc.nat(), { minLength: 10, maxLength: 10 }),
  rows: fc.array(row, { minLength: 1, maxLength: 8 }),
  delimiter: fc.constantFrom(',', ';', '\t'),
  lineBreak: fc.constantFrom('\n', '\r\n', '\r'),
  form: fc.constantFrom('utf8', 'marked', 'text', 'utf16le', 'utf16be', 'latin1', 'cut'),
  hasEmptyLines: fc.boolean(),
});
type Table = typeof file extends fc.Arbitrary<infer T> ? T : never;

interface Cell {
  readonly text: string;
  /** E.164, where it is a whole number. */
  readonly number?: string;
  /** What of it must be said, even where its number is taken. */
  readonly said?: string;
}

function cellOf(kind: (typeof KINDS)[number], id: number): Cell {
  const digits = `15799${100_000 + id}`;
  const number = `+49${digits}`;
  switch (kind) {
    case 'none':
      return { text: '' };
    case 'plain':
      return { text: number, number };
    case 'spaced':
      return { text: `+49 (${digits.slice(0, 4)}) ${digits.slice(4)}`, number };
    case 'national':
      return { text: `0${digits}`, number };
    case 'formula':
      return { text: `="0${digits}"`, number };
    case 'pause':
      return { text: `${number}w${id}`, number, said: `w${id}` };
    case 'decimals':
      return { text: `49${digits}.0`, number, said: '".0" of' };
    case 'short':
      return { text: `${1000 + id}` };
    case 'bad':
      return { text: `ask ${id}` };
  }
}

/** The cells of a row by column. */
function cellsOf({ phones, other, names, company, decoys }: Table, { fate, kinds }: Row, index: number) {
  const cells = new Map<string, Cell>();
  const put = (column: string, text: string): void => void cells.set(column, { text });
  const isPerson = fate === 'person' || fate === 'broken' || fate === 'too long';
  put(names[0], isPerson ? `Jörg${index}` : '');
  put(names[1], isPerson ? (fate === 'broken' ? `6" pipe ${index}` : `Größe, ${index};`) : '');
  put(company, fate === 'company' ? `Söhne ${index} & Co.` : '');
  const numbers = [...phones, other].map(
    (column, nth) => [column, cellOf(kinds[nth]!, index * 10 + nth)] as const,
  );
  for (const [column, cell] of numbers) cells.set(column, fate === 'empty' ? { text: '' } : cell);
  for (const decoy of decoys) put(decoy, fate === 'empty' ? '' : `030${1_000_000 + index}`);
  return cells;
}

/** The columns in their order in the file. */
function columnsOf({ names, company, phones, other, decoys, order }: Table): string[] {
  return [...names, company, ...phones, other, ...decoys]
    .map((column, index) => ({ column, at: order[index % order.length]! + index / 100 }))
    .sort((a, b) => a.at - b.at)
    .map(({ column }) => column);
}

function write(table: Table): { content: string | Buffer; lines: number[] } {
  const { names, delimiter, lineBreak, form, hasEmptyLines } = table;
  const columns = columnsOf(table);
  const written = (text: string, isQuoted: boolean): string =>
    isQuoted || /["\r\n,;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const lines = [columns.join(delimiter)];
  const starts = table.rows.map((each, index) => {
    const cells = cellsOf(table, each, index);
    if (hasEmptyLines) lines.push('');
    const texts = columns.map((column) => {
      const { text } = cells.get(column)!;
      // a quotation mark that nobody has doubled
      const isBroken = each.fate === 'broken' && column === names[1];
      return isBroken ? text : written(text, each.isQuoted && each.fate !== 'empty');
    });
    lines.push([...texts, ...(each.fate === 'too long' ? ['more'] : [])].join(delimiter));
    return lines.length;
  });
  const text = lines.join(lineBreak) + lineBreak;
  return { content: encoded(text, form), lines: starts };
}

function encoded(text: string, form: Table['form']): string | Buffer {
  if (form === 'text') return text;
  if (form === 'latin1') return Buffer.from(text, 'latin1');
  if (form === 'utf16le') return Buffer.from(text, 'utf16le');
  if (form === 'utf16be') return Buffer.from(text, 'utf16le').swap16();
  const bytes = Buffer.from(form === 'marked' ? `\uFEFF${text}` : text, 'utf8');
  // half of the last ö of a name is missing
  const at = form === 'cut' ? bytes.lastIndexOf(Buffer.from('ö')) + 1 : 0;
  return at > 0 && bytes.includes('Jörg')
    ? Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])
    : bytes;
}

describe('Tables with everything that was ever reported', () => {
  it('lose nothing without a word', async () => {
    await fc.assert(
      fc.asyncProperty(file, async (table) => {
        const { content, lines } = write(table);
        const { sent, skipped, imported, warnings } = await importInto('csv', content);
        const all = warnings.join('\n');
        const phones = columnsOf(table).filter((column) => table.phones.includes(column));
        let row = 0;
        table.rows.forEach((each, index) => {
          const cells = cellsOf(table, each, index);
          const asked = [...phones, table.other].map((column) => cells.get(column)!);
          const chosen = asked.find(({ number }) => number !== undefined);
          const isNamed = each.fate === 'person' || each.fate === 'company';
          const reason = skipped.find(({ line }) => line === lines[index])?.reason;
          if (!isNamed || chosen === undefined) {
            should(reason).be.a.String();
            return;
          }
          should(reason).equal(undefined);
          const name = each.fate === 'person' ? `Jörg${index} Größe, ${index};` : `Söhne ${index} & Co.`;
          const { name: sentName, numbers } = sent[row]!;
          row += 1;
          if (sentName.includes('\uFFFD')) all.should.containEql('cannot be read');
          else sentName.should.equal(name);
          numbers.should.deepEqual([{ number: chosen.number, type: [] }]);
          if (chosen.said) all.should.containEql(chosen.said);
          if (chosen === asked.at(-1)) all.should.match(/Only a fax, a pager or an assistant/);
          for (const { text } of asked.filter((cell) => cell !== chosen && cell.text !== '')) {
            all.should.containEql(JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"'));
          }
        });
        row.should.equal(sent.length);
        imported.should.equal(row);
        skipped.should.have.length(table.rows.length - row);
      }),
      { numRuns: modelRuns },
    );
  }).timeout(600_000);
});
