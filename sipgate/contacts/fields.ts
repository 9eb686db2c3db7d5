import { mustBe } from '../errors';
import { isRecord } from '../json';
import { asTyped } from '../number-text';
import { toDialable, type Country } from '../phone-number';
import { ADDRESS_PARTS, type ContactAddress, type ContactDetails } from './contact';

/** What a flow gives. */
export type Fields = Readonly<Record<string, unknown>>;

/** @throws SipgateError `INVALID_INPUT` for an empty one: without an id sipgate deletes all */
export function readId(value: unknown, field: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw mustBe(field, 'the id of a contact', value, 'Give an id as list shows it.');
}

/** @throws SipgateError `INVALID_INPUT` */
export function object(value: unknown, field: string, remedy: string): Fields {
  if (isRecord(value) && !Buffer.isBuffer(value)) return value;
  throw mustBe(field, 'an object', value, remedy);
}

/** @returns whether a value is not there at all */
export function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

/** A number counts as its digits: postal codes and house numbers often come so. */
export function optionalText(value: unknown, field: string): string {
  if (isMissing(value)) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw mustBe(field, 'a text', value, 'Give a text, or leave it out.');
}

/** Reads each entry of a list; none where it is missing. @throws SipgateError `INVALID_INPUT` that names the entry */
export function many<T>(value: unknown, field: string, read: (each: unknown, at: string) => T): T[] {
  if (isMissing(value)) return [];
  if (!Array.isArray(value)) {
    throw mustBe(field, 'a list', value, 'Give the whole list, as list shows it.');
  }
  return value.map((each, index) => read(each, `${field}[${index}]`));
}

function readTypes(value: unknown, field: string): string[] {
  if (isMissing(value)) return [];
  const types = typeof value === 'string' ? [value] : value;
  if (Array.isArray(types) && types.every((type) => typeof type === 'string')) return types;
  throw mustBe(field, 'a list of texts', value, 'Give a list such as ["home"].');
}

/** @throws SipgateError `INVALID_INPUT` */
export function readEmail(value: unknown, field: string): ContactDetails['emails'][number] {
  const { email, type } = object(value, field, 'Give { email, type: [] }.');
  const address = optionalText(email, `${field}.email`).trim();
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) {
    throw mustBe(`${field}.email`, 'an e-mail address', email, 'Give one like ada@example.com.');
  }
  return { email: address, type: readTypes(type, `${field}.type`) };
}

/** Codes of any length such as `**62` and `*135*1#`; the other short ones are told from phone numbers by their digits. */
const SERVICE_CODE = /^[*#][\d*#]+$/;

/**
 * A number with its types. What a phone can dial beside phone numbers stays as it came: short codes and service codes.
 * @throws SipgateError `INVALID_INPUT`
 */
export function readNumber(
  value: unknown,
  field: string,
  country: Country,
): ContactDetails['numbers'][number] {
  const { number, type } = object(value, field, 'Give { number, type: [] }.');
  const text = asTyped(optionalText(number, `${field}.number`));
  const kept = SERVICE_CODE.test(text) ? text : toDialable(text, country, `${field}.number`);
  return { number: kept, type: readTypes(type, `${field}.type`) };
}

/** @throws SipgateError `INVALID_INPUT` */
export function readAddress(value: unknown, field: string): ContactAddress {
  const fields = object(
    value,
    field,
    `Give an object with ${ADDRESS_PARTS.join(', ')}; each may be left out.`,
  );
  const address = {} as ContactAddress;
  for (const part of ADDRESS_PARTS) address[part] = optionalText(fields[part], `${field}.${part}`);
  return address;
}

/** `[["Company", "Department"]]`; also one organization as a list, or its name alone. */
export function readOrganization(value: unknown): string[][] {
  if (isMissing(value) || value === '') return [];
  if (typeof value === 'string') return [[value]];
  if (!Array.isArray(value)) throw wrongOrganization(value);
  if (value.length > 0 && value.every((unit) => typeof unit === 'string')) return [value];
  return value.map((units: unknown, index) => {
    if (Array.isArray(units) && units.every((unit) => typeof unit === 'string')) return units;
    throw wrongOrganization(units, `organization[${index}]`);
  });
}

function wrongOrganization(value: unknown, field = 'organization'): Error {
  return mustBe(field, 'a list of lists', value, 'Give a list of lists such as [["Company", "Department"]].');
}

/** A Buffer as of a "read file" node, Base64, or a data URI. */
export function readPicture(value: unknown): string | null {
  if (isMissing(value) || value === '') return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  const text = typeof value === 'string' ? value.replace(/^data:[^,]*;base64,/i, '').replace(/\s+/g, '') : '';
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return text;
  throw mustBe('picture', 'a picture', value, 'Give a Buffer, or Base64.');
}
