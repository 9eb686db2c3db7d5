import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import should from 'should';
import type { ContactDetails } from '../../../sipgate/contacts/contact';
import { renderContactsCsv } from '../../../sipgate/contacts/formats/csv/export';
import { renderVCardBook } from '../../../sipgate/contacts/formats/vcard/write';
import { importInto, type Imported } from './collecting-client';

/** Everything that programs wrote, or write so. */
const FILES = ['../../corpus', '../../fixtures/field-contacts'].flatMap((folder) =>
  readdirSync(join(__dirname, folder))
    .filter((name) => /\.(?:vcf|csv|txt)$/.test(name))
    .map((name) => join(__dirname, folder, name)),
);

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

/** The contacts as sipgate gives them back: without first and last name. */
function bookOf({ sent }: Imported): ContactDetails[] {
  return sent
    .map(({ name, numbers, emails, addresses, organization, picture }) => ({
      name,
      picture,
      emails,
      numbers,
      addresses,
      organization,
    }))
    .sort(byName);
}

/** What a table holds of a contact. */
function rowsOf(contacts: readonly ContactDetails[]): string[] {
  return contacts.map(({ name, numbers }) => `${name} ${numbers[0]?.number ?? ''}`).sort();
}

describe('Every file of the corpus', () => {
  it('is there', () => {
    FILES.length.should.be.aboveOrEqual(29);
  });

  for (const file of FILES) {
    const kind = file.endsWith('.vcf') ? 'vcard' : 'csv';
    describe(file.split(/[\\/]/).slice(-2).join('/'), () => {
      let first: Imported;
      before(async () => (first = await importInto(kind, readFileSync(file))));

      it('is read to the last card or row', () => {
        const text = readFileSync(file).toString('latin1').replaceAll('\0', '');
        const cards = text.match(/^(?!\s)(?:END:VCARD)?BEGIN:VCARD/gim)?.length ?? 0;
        first.imported.should.equal(first.sent.length);
        if (kind === 'vcard') (first.imported + first.skipped.length).should.equal(cards);
        else (first.imported + first.skipped.length).should.be.above(0);
      });

      it('comes back the same from an export as vCards', async () => {
        const again = await importInto('vcard', await renderVCardBook(bookOf(first)));
        again.skipped.should.deepEqual([]);
        again.warnings.should.deepEqual([]);
        should(bookOf(again)).deepEqual(bookOf(first));
      });

      it('comes back with names and first numbers from an export as CSV', async () => {
        // sipgate's import of CSV takes whole phone numbers only
        const callable = bookOf(first).filter(({ numbers }) => numbers[0]?.number.startsWith('+'));
        if (callable.length === 0) return;
        const again = await importInto('csv', await renderContactsCsv(callable, { delimiter: ';' }));
        again.skipped.should.deepEqual([]);
        rowsOf(bookOf(again)).should.deepEqual(rowsOf(callable));
      });
    });
  }
});
