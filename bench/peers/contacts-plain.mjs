// What a careful programmer would write who has the process to himself: the same results as this pack, checked by the
// benchmark, with the same libraries where there are some, all at once instead of piece by piece.
// How a name is parted and how a number is read is no question of formats, so these two come from the pack.
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { TextDecoder } from 'node:util';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';

const require = createRequire(import.meta.url);
const { splitName, envelopeLine } = require('../../dist/sipgate/contacts/contact.js');
const { parseE164 } = require('../../dist/sipgate/phone-number.js');

function decodeFile(bytes) {
  return new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'windows-1252').decode(bytes);
}

// ---- CSV ----

const COLUMNS = {
  firstname: /^(firstname|givenname|vorname)$/,
  lastname: /^(lastname|surname|familyname|nachname)$/,
  number: /^(number|phone|telefon|rufnummer)$/,
};
const BATCH = 1000;

export function csvImport(bytes) {
  const text = decodeFile(bytes);
  const delimiter = mostFrequent(text.slice(0, text.search(/[\r\n]/)), [',', ';', '\t']);
  const records = parse(text, { delimiter, relax_column_count: true, skip_empty_lines: true, info: true });
  const header = records[0].record.map((name) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''));
  const at = Object.fromEntries(
    Object.entries(COLUMNS).map(([name, pattern]) => [name, header.findIndex((cell) => pattern.test(cell))]),
  );
  const rows = [];
  const skipped = [];
  let line = records[0].info.lines + 1;
  for (const { record, info } of records.slice(1)) {
    const [firstname, lastname] = [record[at.firstname] ?? '', record[at.lastname] ?? ''].map(cleanCell);
    const number = parseE164(
      (record[at.number] ?? '')
        .normalize('NFKC')
        .replace(/\p{Cf}/gu, '')
        .trim(),
      'DE',
    );
    if (number === undefined || (firstname === '' && lastname === '')) skipped.push(line);
    else rows.push([firstname, lastname, number]);
    line = info.lines + 1;
  }
  const batches = [];
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = [['firstname', 'lastname', 'number'], ...rows.slice(start, start + BATCH)];
    batches.push(Buffer.from(stringify(batch)).toString('base64'));
  }
  return { output: [batches, skipped], refused: skipped.length };
}

function mostFrequent(text, characters) {
  const count = (character) => text.split(character).length;
  return characters.reduce((best, character) => (count(character) > count(best) ? character : best));
}

/** Without the mark that keeps a spreadsheet from running it, and in one line. */
function cleanCell(cell) {
  return (/^'+[=+\-@]/.test(cell) ? cell.slice(1) : cell).replace(/\s*[\r\n]+\s*/g, ' ').trim();
}

export function csvExport(contacts) {
  const header = 'id,firstname,lastname,number,name,emails,numbers,addresses,organizations'.split(',');
  const rows = contacts.map((contact) => {
    const { given, family } = splitName(contact.name);
    const numbers = contact.numbers.map(({ number }) => number);
    return [
      contact.id,
      given,
      family,
      numbers[0] ?? '',
      contact.name,
      contact.emails.map(({ email }) => email),
      numbers,
      contact.addresses.map(envelopeLine),
      contact.organization.map((units) => units.filter(Boolean).join(', ')),
    ].map((cell) => (Array.isArray(cell) ? cell.map(harmless).join('; ') : harmless(cell)));
  });
  return { output: stringify([header, ...rows], { record_delimiter: '\r\n', quoted_match: /[\r\n]/ }) };
}

function harmless(cell) {
  return /^'*[=+\-@\t\r＝＋－＠]/.test(cell) && !/^\+\d[\d ]*$/.test(cell) ? `'${cell}` : cell;
}

// ---- vCard, reading ----

export function vcardImport(bytes) {
  const { cards, refused } = readCards(bytes);
  const sent = createHash('sha256');
  for (const card of cards) sent.update(JSON.stringify(card));
  return { output: sent.digest('hex'), refused };
}

/** @returns all cards of a file */
export function readCards(bytes) {
  const cards = [];
  let lines;
  let begin = 0;
  let refused = 0;
  decodeFile(bytes)
    .split(/\r\n|\n|\r/)
    .forEach((line, index) => {
      if (/^BEGIN:VCARD\s*$/i.test(line)) {
        if (lines) refused += 1;
        lines = [];
        begin = index + 1;
      } else if (/^END:VCARD\s*$/i.test(line)) {
        if (lines) cards.push(readCard(unfold(lines), begin));
        lines = undefined;
      } else lines?.push(line);
    });
  return { cards, refused };
}

function unfold(lines) {
  const isOld = lines.some((line) => /^VERSION:2\.1/i.test(line));
  const whole = [];
  for (const line of lines) {
    const last = whole.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) whole[whole.length - 1] += isOld ? line : line.slice(1);
    else if (last?.endsWith('=') && /QUOTED-PRINTABLE/i.test(last))
      whole[whole.length - 1] = last.slice(0, -1) + line;
    else if (line !== '') whole.push(line);
  }
  return whole;
}

function readCard(lines, line) {
  const found = {};
  for (const property of lines.map(readProperty)) (found[property.name] ??= []).push(property);
  const all = (name) => found[name] ?? [];
  const labels = new Map(
    all('X-ABLABEL').map(({ group, value }) => [
      group,
      value.replace(/^_\$!<(.*)>!\$_$/, '$1').toLowerCase(),
    ]),
  );
  const details = {
    numbers: all('TEL').map((property) => ({ number: phoneOf(property), type: typesOf(property, labels) })),
    emails: all('EMAIL').map((property) => ({ email: textOf(property), type: typesOf(property, labels) })),
    addresses: all('ADR').map(addressOf),
    organization: all('ORG').map(unitsOf),
    picture: all('PHOTO').map(pictureOf)[0] ?? null,
  };
  const [family = '', given = ''] = all('N')[0] ? partsOf(all('N')[0]) : [];
  const name = all('FN')[0] ? textOf(all('FN')[0]) : `${given} ${family}`.trim();
  return { line, name, given: given.trim(), family: family.trim(), ...details };
}

/** `item1.TEL;TYPE="home,voice";PREF=1:…` in its parts. */
function readProperty(line) {
  const colon = outsideQuotes(line, ':')[0] ?? line.length;
  const [path, ...parameters] = cut(line.slice(0, colon), outsideQuotes(line.slice(0, colon), ';'));
  const dot = path.indexOf('.');
  const property = {
    group: dot < 0 ? '' : path.slice(0, dot).toLowerCase(),
    name: path.slice(dot + 1).toUpperCase(),
    types: [],
    value: line.slice(colon + 1),
    charset: 'utf-8',
    isQuotedPrintable: false,
  };
  for (const parameter of parameters) readParameter(property, parameter);
  return property;
}

function readParameter(property, parameter) {
  const equals = parameter.indexOf('=');
  const isBareEncoding = /^(quoted-printable|base64)$/i.test(parameter);
  const name = equals < 0 ? (isBareEncoding ? 'ENCODING' : 'TYPE') : parameter.slice(0, equals).toUpperCase();
  const value = parameter.slice(equals + 1).replaceAll('"', '');
  const caret = (text) => text.replace(/\^([n^'])/g, (_, code) => ({ n: '\n', '^': '^', "'": '"' })[code]);
  if (name === 'TYPE')
    property.types.push(...value.split(',').map((type) => caret(type.trim()).toLowerCase()));
  else if (name === 'PREF' && value === '1') property.types.push('pref');
  else if (name === 'CHARSET') property.charset = value;
  else if (name === 'ENCODING') property.isQuotedPrintable = /^(quoted-printable|q)$/i.test(value);
}

function outsideQuotes(text, character) {
  const positions = [];
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '"') isQuoted = !isQuoted;
    else if (text[index] === character && !isQuoted) {
      positions.push(index);
      if (character === ':') break;
    }
  }
  return positions;
}

function cut(text, positions) {
  return [...positions, text.length].map((end, index) =>
    text.slice(index === 0 ? 0 : positions[index - 1] + 1, end),
  );
}

function partsOf({ value, isQuotedPrintable, charset }) {
  return value.split(/(?<!(?<!\\)(?:\\\\)*\\);/).map((part) => {
    const text = isQuotedPrintable ? unquote(part, charset) : part;
    return text.replace(/\\([nN\\;,])/g, (_, code) => (code === 'n' || code === 'N' ? '\n' : code));
  });
}

function unquote(text, charset) {
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return new TextDecoder(charset).decode(Buffer.from(bytes, 'latin1'));
}

function textOf(property) {
  return partsOf(property).join(';');
}

function typesOf({ group, types }, labels) {
  return [...new Set([...types, labels.get(group) ?? ''])].filter(Boolean);
}

function phoneOf(property) {
  const uri = /^tel:([^;]*)(.*)$/is.exec(property.value.trim());
  if (!uri) return textOf(property).trim();
  return decodeURIComponent(uri[1]) + (/;ext=[^;]*/i.exec(uri[2])?.[0] ?? '');
}

function addressOf(property) {
  const [poBox, extendedAddress, streetAddress, locality, region, postalCode, country] = partsOf(property);
  return { poBox, extendedAddress, streetAddress, locality, region, postalCode, country };
}

function unitsOf(property) {
  const units = partsOf(property);
  while (units.at(-1) === '') units.pop();
  return units;
}

function pictureOf({ value }) {
  return /^https?:/i.test(value) ? null : value.replace(/^data:[^,]*,/, '').replace(/\s+/g, '');
}

// ---- vCard, writing ----

export function vcardExport(contacts) {
  return { output: contacts.map(renderCard).join('') };
}

function renderCard(contact) {
  const { given, family } = splitName(contact.name);
  const lines = [
    'BEGIN:VCARD',
    'VERSION:4.0',
    `UID:urn:uuid:${contact.id}`,
    `FN:${escape(contact.name)}`,
    `N:${escape(family)};${escape(given)};;;`,
    ...contact.organization.map((units) => `ORG:${units.map(escape).join(';')}`),
    ...contact.numbers.map(({ number, type }) => `TEL${typing(type)}:${escape(number)}`),
    ...contact.emails.map(({ email, type }) => `EMAIL${typing(type)}:${escape(email)}`),
    ...contact.addresses.map((address) => {
      const { poBox, extendedAddress, streetAddress, locality, region, postalCode, country } = address;
      const parts = [poBox, extendedAddress, streetAddress, locality, region, postalCode, country];
      return `ADR:${parts.map(escape).join(';')}`;
    }),
    ...(contact.picture ? [`PHOTO:data:${mediaType(contact.picture)};base64,${contact.picture}`] : []),
    'END:VCARD',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}

function escape(text) {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\t\n])\p{Cc}/gu, '')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n');
}

function typing(types) {
  const quote = (type) => {
    const text = type.replace(/[\^"\n]/g, (found) => ({ '^': '^^', '"': "^'", '\n': '^n' })[found]);
    return /[;:,]/.test(text) ? `"${text}"` : text;
  };
  return types.map((type) => (type === 'pref' ? ';PREF=1' : `;TYPE=${quote(type)}`)).join('');
}

function mediaType(picture) {
  if (picture.startsWith('iVBORw0KGgo')) return 'image/png';
  return picture.startsWith('R0lGOD') ? 'image/gif' : 'image/jpeg';
}

function fold(line) {
  const bytes = Buffer.from(line);
  if (bytes.length <= 75) return line;
  const parts = [];
  for (let start = 0; start < bytes.length;) {
    let end = Math.min(start + (start === 0 ? 75 : 74), bytes.length);
    while ((bytes[end] & 0xc0) === 0x80) end -= 1;
    parts.push(bytes.toString('utf8', start, end));
    start = end;
  }
  return parts.join('\r\n ');
}
