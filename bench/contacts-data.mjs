// The address book of the benchmark, the same in every run, and the files in which its owner would bring it along.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const GIVEN = 'Anna,Jürgen,Zoë,Małgorzata,Mehmet,Søren,Émile,Ludwig van,太郎,Ольга,Ann-Kathrin,Max'.split(
  ',',
);
const FAMILY =
  'Müller,Schmidt,Groß,Yıldız,Nowak,Jørgensen,Beethoven,O’Brien,山田,Иванова,Meyer-Lüdenscheidt'.split(',');
const COMPANIES = [
  'Beispiel GmbH',
  'Bäckerei Groß & Söhne',
  'Müller, Meier; Partner',
  'ACME "West" Ltd.',
  'Café ☕ Zentral',
];
const UNITS = ['Vertrieb', 'Forschung & Entwicklung', 'Support, 2nd level'];
const STREETS = ['Königsallee', 'Straße des 17. Juni', 'Musterweg'];
const NOTE =
  'Kennt uns von der Messe; ruft gern vormittags an, möchte aber keine Werbung "per Post". Rückruf: dienstags.';

/** mulberry32: random enough, and the same everywhere. */
function dice(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Contacts as sipgate returns them: one to three numbers, some with e-mail, address, company or a small picture. */
export function createContacts(count) {
  const roll = dice(42);
  const pick = (list) => list[Math.floor(roll() * list.length)];
  return Array.from({ length: count }, (_, index) => {
    const digits = String(10_000_000 + index);
    const address = {
      poBox: '',
      extendedAddress: roll() < 0.1 ? 'Hinterhaus; 2. Stock' : '',
      streetAddress: `${pick(STREETS)} ${1 + (index % 90)}`,
      locality: 'Düsseldorf',
      region: '',
      postalCode: '40219',
      country: 'Germany',
    };
    const numbers = [
      { number: `+49211${digits}`, type: ['work'] },
      { number: `+4915${digits}1`, type: ['cell', 'voice', 'pref'] },
      { number: `+4930${digits}`, type: ['home'] },
    ];
    const family = roll() < 0.01 ? `=${pick(FAMILY)}` : pick(FAMILY);
    return {
      id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      name: `${pick(GIVEN)} ${family}`,
      picture: roll() < 0.01 ? Buffer.alloc(3000, `GIF89a${index}`).toString('base64') : null,
      emails: roll() < 0.7 ? [{ email: `kontakt${index}@example.com`, type: ['work'] }] : [],
      numbers: numbers.slice(0, 1 + Math.floor(roll() * 3)),
      addresses: roll() < 0.5 ? [address] : [],
      organization: roll() < 0.6 ? [roll() < 0.5 ? [pick(COMPANIES), pick(UNITS)] : [pick(COMPANIES)]] : [],
      scope: roll() < 0.5 ? 'PRIVATE' : 'SHARED',
    };
  });
}

/**
 * Writes the book in all shapes that the contenders read.
 * @returns paths by shape, and `remove`
 */
export function writeFiles(count) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-contacts-'));
  const contacts = createContacts(count);
  const shapes = {
    contacts: JSON.stringify(contacts),
    csv: spreadsheet(contacts),
    simpleCsv: simpleSpreadsheet(contacts),
    vcards: contacts.map((contact, index) => cardOf(contact, index)).join(''),
    simpleVCards: JSON.stringify(contacts.map(simpleCard)),
  };
  const files = {};
  for (const [shape, content] of Object.entries(shapes)) {
    files[shape] = join(folder, shape);
    writeFileSync(files[shape], content);
  }
  return { files, remove: () => rmSync(folder, { recursive: true }) };
}

function parted(name) {
  const words = name.split(' ');
  return { family: words.at(-1), given: words.slice(0, -1).join(' ') };
}

/** `0211 10000000`, `+49 211 10000000` and `+4921110000000` in turn, as people write them. */
function written({ number }, index) {
  const national = number.slice(3);
  const area = national.startsWith('30') ? 2 : 3;
  const spaced = `${national.slice(0, area)} ${national.slice(area)}`;
  return [`0${spaced}`, `+49 ${spaced}`, number][index % 3];
}

/** What Excel of a German system saves: semicolons, CR LF, further columns, quotes where they are needed. */
function spreadsheet(contacts) {
  const cell = (text) => (/[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = contacts.map((contact, index) => {
    const { given, family } = parted(contact.name);
    const company = contact.organization[0]?.[0] ?? '';
    const note = index % 20 === 0 ? `${NOTE}\n2. Zeile` : index % 3 === 0 ? NOTE : '';
    const number = index % 500 === 0 ? 'unbekannt' : written(contact.numbers[0], index);
    return [family, given, company, number, contact.emails[0]?.email ?? '', note].map(cell).join(';');
  });
  return `\uFEFF${['Nachname;Vorname;Firma;Telefon;E-Mail;Notiz', ...rows].join('\r\n')}\r\n`;
}

/** The only CSV that sipgate's library takes: no quotes, no separators in values, no letter beyond Latin-1. */
function simpleSpreadsheet(contacts) {
  const rows = contacts.map((contact) => {
    const { given, family } = parted(contact.name);
    return `${given},${family},${contact.numbers[0].number}`.replace(/[^\0-\xff]/g, 'x');
  });
  return ['firstname,lastname,number', ...rows].join('\n');
}

const escaped = (text) => text.replace(/[\\;,]/g, '\\$&').replaceAll('\n', '\\n');

/** Six of ten cards as an iPhone writes them, three as Nextcloud does, one as an old Android does. */
function cardOf(contact, index) {
  const write = [appleCard, appleCard, nextcloudCard][index % 10 === 9 ? -1 : index % 3] ?? oldAndroidCard;
  return ['BEGIN:VCARD', ...write(contact, index), 'END:VCARD'].map((line) => `${folded(line)}\r\n`).join('');
}

function appleCard(contact, index) {
  const { given, family } = parted(contact.name);
  return [
    'VERSION:3.0',
    'PRODID:-//Apple Inc.//iPhone OS 17.4.1//EN',
    `N:${escaped(family)};${escaped(given)};;;`,
    `FN:${escaped(contact.name)}`,
    ...contact.organization.map((units) => `ORG:${units.map(escaped).join(';')}${units[1] ? '' : ';'}`),
    ...contact.numbers.flatMap((found, position) =>
      position < 2
        ? [`TEL;type=${found.type.map((type) => type.toUpperCase()).join(';type=')}:${written(found, index)}`]
        : [`item1.TEL:${written(found, index)}`, 'item1.X-ABLabel:_$!<Home>!$_'],
    ),
    ...contact.emails.map(({ email }) => `EMAIL;type=INTERNET;type=WORK;type=pref:${email}`),
    ...contact.addresses.map((address) => `item2.ADR;type=HOME;type=pref:${addressParts(address)}`),
    ...(contact.addresses.length > 0 ? ['item2.X-ABADR:de'] : []),
    ...(index % 2 ? [`NOTE:${escaped(NOTE)}`] : []),
    ...(contact.picture ? [`PHOTO;ENCODING=b;TYPE=GIF:${contact.picture}`] : []),
  ];
}

function nextcloudCard(contact, index) {
  const { given, family } = parted(contact.name);
  return [
    'VERSION:4.0',
    `UID:${contact.id}`,
    `FN:${escaped(contact.name)}`,
    `N:${escaped(family)};${escaped(given)};;;`,
    ...contact.numbers.map(({ number, type }) =>
      index % 2 ? `TEL;TYPE="${type.join()}";VALUE=uri:tel:${number}` : `TEL;TYPE=${type.join()}:${number}`,
    ),
    ...contact.emails.map(({ email }) => `EMAIL;TYPE=WORK;PREF=1:${email}`),
    ...contact.addresses.map((address) => `ADR;TYPE=WORK:${addressParts(address)}`),
    ...contact.organization.map((units) => `ORG:${units.map(escaped).join(';')}`),
    ...(contact.picture ? [`PHOTO:data:image/gif;base64,${contact.picture}`] : []),
    'REV:20240501T120000Z',
  ];
}

function oldAndroidCard(contact, index) {
  const { given, family } = parted(contact.name);
  const encoded = (text) =>
    [...Buffer.from(text)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  const QP = 'CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE';
  return [
    'VERSION:2.1',
    `N;${QP}:${encoded(family)};${encoded(given)};;;`,
    `FN;${QP}:${encoded(contact.name)}`,
    ...contact.numbers.map((found) => `TEL;${found.type.join(';').toUpperCase()}:${written(found, index)}`),
    ...contact.emails.map(({ email }) => `EMAIL;WORK:${email}`),
    ...contact.organization.map((units) => `ORG;${QP}:${units.map(encoded).join(';')}`),
  ];
}

function addressParts({ extendedAddress, streetAddress, locality, postalCode, country }) {
  return ['', extendedAddress, streetAddress, locality, '', postalCode, country].map(escaped).join(';');
}

/** Quoted-printable has line breaks of its own, and old phones did not always write them. */
function folded(line) {
  if (Buffer.byteLength(line) <= 75 || line.includes('QUOTED-PRINTABLE')) return line;
  const lines = [''];
  let octets = 0;
  for (const character of line) {
    octets += Buffer.byteLength(character);
    if (octets > 74) {
      lines.push('');
      octets = Buffer.byteLength(character);
    }
    lines[lines.length - 1] += character;
  }
  return lines.join('\r\n ');
}

/** A card that sipgate's library takes: 4.0, with a company, and with no more than one of each. */
function simpleCard(contact) {
  const { given, family } = parted(contact.name);
  return [
    'BEGIN:VCARD',
    'VERSION:4.0',
    `N:${family};${given};;;`,
    `FN:${contact.name}`,
    `TEL;TYPE=work:${contact.numbers[0].number}`,
    ...contact.emails.map(({ email }) => `EMAIL:${email}`),
    `ORG:${contact.organization[0]?.[0].replace(/[;,"]/g, '') ?? 'Beispiel'}`,
    'END:VCARD',
    '',
  ].join('\r\n');
}
