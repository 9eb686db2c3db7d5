import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import should from 'should';
import { importCsv, importVCards, type ImportResult } from '../../../sipgate/index';
import { useAddressBook } from './address-book';

/** What must come of a file; each part is only checked where it is given. */
interface Expected {
  readonly imported?: number;
  readonly skipped?: number;
  readonly sent?: number;
  readonly warningsAtLeast?: number;
  /** What must be part of each contact that reaches sipgate, in their order. */
  readonly contacts?: readonly (Record<string, unknown> & { readonly nameMatches?: string })[];
  /** First name, last name, number. */
  readonly rows?: readonly (readonly [string, string, string])[];
  /** The whole name, number. */
  readonly rowsLike?: readonly (readonly [string, string])[];
  readonly never?: readonly string[];
}

interface FieldCase {
  readonly file: string;
  readonly kind: 'vcard' | 'csv';
  readonly kindOfFault: string;
  readonly expect: Expected & { readonly anyOf?: readonly Expected[] };
}

const FOLDER = join(__dirname, '../../fixtures/field-contacts');
const { cases } = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as { cases: FieldCase[] };

/** Everything that an import did. */
interface Outcome extends ImportResult {
  /** Bodies of the contacts, or the CSV of the batches. */
  readonly sent: unknown[];
  readonly warnings: string[];
}

describe('Address books as programs and people really write them', () => {
  const book = useAddressBook();

  async function importFile({ file, kind }: FieldCase): Promise<Outcome> {
    const warnings: string[] = [];
    const options = { onWarning: (text: string) => warnings.push(text) };
    const bytes = readFileSync(join(FOLDER, file));
    const result =
      kind === 'csv'
        ? await importCsv(book.client, bytes, options)
        : await importVCards(book.client, bytes, 'PRIVATE', options);
    const sent = book.api.seen.map(({ json }) =>
      kind === 'csv'
        ? Buffer.from((json as { base64Content: string }).base64Content, 'base64').toString('utf8')
        : json,
    );
    return { ...result, sent, warnings };
  }

  function check(outcome: Outcome, expected: Expected): void {
    const { imported, skipped, sent, warnings } = outcome;
    if (expected.imported !== undefined) imported.should.equal(expected.imported);
    if (expected.skipped !== undefined) skipped.should.have.length(expected.skipped);
    if (expected.sent !== undefined) sent.should.have.length(expected.sent);
    if (expected.warningsAtLeast) warnings.length.should.be.aboveOrEqual(expected.warningsAtLeast);
    for (const { nameMatches, ...contact } of expected.contacts ?? []) {
      // several are sent at a time, so they may arrive in any order
      const isMeant = (name: string) =>
        nameMatches ? new RegExp(nameMatches, 'u').test(name) : name === contact.name;
      const found = (sent as { name: string }[]).find(({ name }) => isMeant(name));
      should(found).be.ok();
      should(found).match(contact);
    }
    if (expected.contacts) sent.should.have.length(expected.contacts.length);
    const rows = sent.flatMap((csv) => String(csv).trim().split('\n').slice(1)).map((row) => row.split(','));
    if (expected.rows) rows.should.deepEqual(expected.rows);
    for (const [index, [name, number]] of (expected.rowsLike ?? []).entries()) {
      should(rows[index]?.slice(0, 2).join(' ').trim()).equal(name);
      should(rows[index]?.[2]).equal(number);
    }
    for (const text of expected.never ?? []) JSON.stringify(sent).should.not.containEql(text);
  }

  for (const fieldCase of cases) {
    it(`${fieldCase.file}: ${fieldCase.kindOfFault}`, async () => {
      const outcome = await importFile(fieldCase);
      const { anyOf, ...expected } = fieldCase.expect;
      check(outcome, expected);
      if (!anyOf) return;
      const failures = anyOf.map((each) => {
        try {
          return void check(outcome, each);
        } catch (error) {
          return error;
        }
      });
      if (!failures.includes(undefined)) throw failures[0];
    });
  }
});
