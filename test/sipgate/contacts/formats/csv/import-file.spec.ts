import { importBatches, renderImportCsv } from '../../../../../sipgate/contacts/formats/csv/import-file';

describe("writing the CSV of sipgate's import", () => {
  it('writes the documented form', () => {
    renderImportCsv([
      { firstname: 'Ada', lastname: 'Lovelace', number: '+4915799912345', line: 2 },
      { firstname: 'Jürgen "J"', lastname: 'Groß, Dr.', number: '+4921163553355', line: 3 },
      { firstname: '', lastname: '=1+1\r\n+2', number: '+4921163553355', line: 4 },
    ]).should.equal(
      'firstname,lastname,number\nAda,Lovelace,+4915799912345\n"Jürgen ""J""","Groß, Dr.",+4921163553355\n,=1+1 +2,+4921163553355\n',
    );
  });

  it('cuts long lists and long names into batches', () => {
    const row = { firstname: 'Ada', lastname: 'Lovelace', number: '+4915799912345', line: 2 };
    [...importBatches(Array(2500).fill(row))].map((batch) => batch.length).should.eql([1000, 1000, 500]);
    const novel = { ...row, lastname: 'x'.repeat(300_000) };
    [...importBatches([row, novel, novel, row])].map((batch) => batch.length).should.eql([2, 2]);
    [...importBatches([])].should.eql([]);
  });
});
