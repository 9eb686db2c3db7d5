import fc from 'fast-check';
import { envelopeLine, splitName } from '../../../sipgate/contacts/contact';

describe('splitting a name', () => {
  const cases: [string, string, string][] = [
    ['Ada Lovelace', 'Ada', 'Lovelace'],
    ['Ludwig van Beethoven', 'Ludwig', 'van Beethoven'],
    ['Zoë von und zu Überlingen', 'Zoë', 'von und zu Überlingen'],
    ['Otto von der Heide', 'Otto', 'von der Heide'],
    ['Van Morrison', 'Van', 'Morrison'],
    ['Martin Luther King Jr.', 'Martin Luther', 'King Jr.'],
    ['Cher', 'Cher', ''],
    ['  Ada   Lovelace ', 'Ada', 'Lovelace'],
    ['von', 'von', ''],
    ['', '', ''],
  ];
  for (const [name, given, family] of cases) {
    it(`takes "${name}" for "${given}" and "${family}"`, () => {
      splitName(name).should.eql({ given, family });
    });
  }

  it('loses no character of any name but blanks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const { given, family } = splitName(name);
        `${given}${family}`.replace(/\s/g, '').should.equal(name.replace(/\s/g, ''));
      }),
    );
  });
});

describe('an address in one line', () => {
  it('reads as on an envelope and leaves out what is not known', () => {
    envelopeLine({
      streetAddress: 'Bonngasse 20',
      extendedAddress: '2. Stock',
      postalCode: '53111',
      locality: 'Bonn',
      country: 'Germany',
      region: '',
    }).should.equal('Bonngasse 20, 2. Stock, 53111 Bonn, Germany');
    envelopeLine({}).should.equal('');
  });

  it('stands in one line, also where a street has two', () => {
    envelopeLine({
      streetAddress: 'Musterstraße 1\r\n2. Stock\n',
      postalCode: '50667',
      locality: 'Köln',
    }).should.equal('Musterstraße 1, 2. Stock, 50667 Köln');
  });
});
