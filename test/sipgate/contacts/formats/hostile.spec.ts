import { numberKey } from '../../../../sipgate/contacts/caller-directory';
import { envelopeLine, splitName } from '../../../../sipgate/contacts/contact';
import { renderContactsCsv } from '../../../../sipgate/contacts/formats/csv/export';
import { renderImportCsv } from '../../../../sipgate/contacts/formats/csv/import-file';
import { parseContactsCsv } from '../../../../sipgate/contacts/formats/csv/read';
import { openVCards, readCard } from '../../../../sipgate/contacts/formats/vcard/read';
import { renderVCard } from '../../../../sipgate/contacts/formats/vcard/write';
import { shouldGrowLinearly } from '../../helpers/growth';

const HEADER = 'firstname,lastname,number\n';

/** Each makes a file that asks for more the longer it is; the number is the size at which it takes some ms. */
const CSV_FILES: Record<string, [size: number, make: (size: number) => string]> = {
  'a name with blanks before a line break': [4000, (size) => `"Ada${' '.repeat(size)}x",B,+4915799912345\n`],
  'a name of line breaks': [4000, (size) => `"Ada${'\n '.repeat(size)}x",B,+4915799912345\n`],
  'rows with a quotation mark inside': [300, (size) => 'Ada 6" pipe,B,+4915799912345\n'.repeat(size)],
  'rows that open a quotation mark': [300, (size) => '"Ada,B,+4915799912345\n'.repeat(size)],
  'lines of blanks': [3000, (size) => `${' '.repeat(80)}\n`.repeat(size)],
  'long lines of blanks': [3, (size) => `${' '.repeat(200_000)}x\n`.repeat(size)],
  'endless rows': [3, (size) => `${'x'.repeat(300_000)}\n`.repeat(size)],
  'rows of separators': [10, (size) => `${','.repeat(50_000)}\n`.repeat(size)],
  'a number of parentheses': [5000, (size) => `Ada,B,${'(1'.repeat(size)}\n`],
  'a number of tel:': [5000, (size) => `Ada,B,${'tel:'.repeat(size)}1\n`],
  'a number of apostrophes': [5000, (size) => `Ada,B,${"'".repeat(size)}1\n`],
  'a number in a formula': [5000, (size) => `Ada,B,${'"=""'.repeat(size)}1\n`],
};

const CARDS: Record<string, [size: number, make: (size: number) => string]> = {
  'a head with blanks inside': [1900, (size) => `TEL;a${' '.repeat(size)}b:1`],
  'heads of separators': [5, (size) => `TEL${';a'.repeat(7000)}:1\n`.repeat(size)],
  'a head of quotation marks and separators': [1900, (size) => `TEL${';"'.repeat(size)}:1`],
  'a line without a colon that goes on and on': [
    2000,
    (size) => `TEL${';'.repeat(size)}${'\n x'.repeat(size)}`,
  ],
  'a picture that goes on and on': [5000, (size) => `PHOTO;BASE64:AAAA${'\n AAAA'.repeat(size)}`],
  'soft line breaks': [5000, (size) => `NOTE;QUOTED-PRINTABLE:${'a=\n'.repeat(size)}`],
  'carriage returns': [20_000, (size) => `NOTE:x${'\r'.repeat(size)}y`],
  'escaped separators': [20_000, (size) => `N:${'\\;'.repeat(size)}`],
  backslashes: [20_000, (size) => `N:${'\\'.repeat(size)}`],
  'cards that only begin': [5000, (size) => 'BEGIN:VCARD\n'.repeat(size)],
  'cards in cards': [5000, (size) => 'AGENT:\nBEGIN:VCARD\n'.repeat(size) + 'END:VCARD\n'.repeat(size)],
  labels: [500, (size) => lines(size, (i) => `i${i}.TEL:1\ni${i}.X-ABLABEL:x`)],
  'different heads': [1000, (size) => lines(size, (i) => `TEL;X=${i}:1`)],
  'a number of tel:': [5000, (size) => `TEL;VALUE=uri:${'tel:'.repeat(size)}1`],
  'a number of percent signs': [5000, (size) => `TEL;VALUE=uri:tel:${'%41%'.repeat(size)}`],
  'a number of parentheses': [5000, (size) => `TEL:${'(1'.repeat(size)}`],
  'a label of angle brackets': [5000, (size) => `i.TEL:1\ni.X-ABLABEL:_$!<${'>!$_'.repeat(size)}x`],
  'a picture of data:': [5000, (size) => `PHOTO:${'data:'.repeat(size)};base64`],
  'empty lines': [20_000, (size) => '\n'.repeat(size)],
};

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('\n');
}

describe('What somebody made to take long', () => {
  for (const [what, [size, make]] of Object.entries(CSV_FILES)) {
    it(`CSV: ${what}`, async () => {
      await shouldGrowLinearly(size, async (count) => {
        const { contacts } = await parseContactsCsv(Buffer.from(HEADER + make(count)));
        renderImportCsv(contacts);
      });
    });
  }

  for (const [what, [size, make]] of Object.entries(CARDS)) {
    it(`vCard: ${what}`, async () => {
      await shouldGrowLinearly(size, async (count) => {
        const text = `BEGIN:VCARD\nVERSION:2.1\nFN:Ada\n${make(count)}\nEND:VCARD\n`;
        const { cards } = await openVCards(Buffer.from(text));
        cards.forEach((card) => readCard(card));
      });
    });
  }

  const CONTACT = { picture: null, emails: [], numbers: [], addresses: [], organization: [] };
  for (const part of ['a ', ' \n', "'=", '\\', ';', 'Jr. ', 'van ', 'ü', '\t', '🦊']) {
    it(`a name of many ${JSON.stringify(part)} to export`, async () => {
      await shouldGrowLinearly(5000, async (count) => {
        const name = part.repeat(count) + 'x';
        renderVCard({ ...CONTACT, name });
        await renderContactsCsv([{ ...CONTACT, name, organization: [[name]] }]);
        splitName(name);
        envelopeLine({ streetAddress: name });
      });
    });
  }

  it('a number to find', async () => {
    for (const part of ['tel:', '(1', '\u200e', ' ', '+']) {
      await shouldGrowLinearly(20_000, (count) => numberKey(part.repeat(count), 'DE'));
    }
  });
});
