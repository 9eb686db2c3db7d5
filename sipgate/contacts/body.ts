import { isRecord } from '../json';
import { invalidInput } from '../errors';
import { asTyped } from '../number-text';
import { toE164, type Country } from '../phone-number';
import {
  ADDRESS_PARTS,
  splitName,
  type ContactAddress,
  type ContactDetails,
  type SplitName,
} from './contact';
import { mustBe } from './must-be';

/** Where a contact can be written to; colleagues (`INTERNAL`) can only be read. */
export type WriteScope = 'PRIVATE' | 'SHARED';

/** What sipgate takes to create a contact. */
export interface ContactBody extends ContactDetails {
  family: string;
  given: string;
  scope: WriteScope;
}

type Fields = Readonly<Record<string, unknown>>;

/** @throws SipgateError `INVALID_INPUT` */
export function writeScope(scope: unknown): WriteScope {
  if (scope === 'PRIVATE' || scope === 'SHARED') return scope;
  throw mustBe('scope', 'PRIVATE or SHARED', scope, 'Contacts of other scopes can only be read.');
}

/**
 * The contact to create.
 * @param input `{ firstname, lastname, address?, phone?, email?, organization?, picture? }`; one of the two names
 *   may be missing
 * @throws SipgateError `INVALID_INPUT` that names the field
 */
export function newContact(input: unknown, scope: WriteScope, country: Country): ContactBody {
  const fields = object(input, 'content', 'Give an object with firstname and lastname.');
  const given = optionalText(fields.firstname, 'firstname').trim();
  const family = optionalText(fields.lastname, 'lastname').trim();
  if (given === '' && family === '') {
    throw invalidInput('firstname', 'and `lastname` are both missing', 'Give at least one of them.');
  }
  const { phone, email, address, organization, picture } = fields;
  return {
    name: [given, family].filter(Boolean).join(' '),
    family,
    given,
    picture: readPicture(picture),
    emails: isMissing(email) ? [] : [readEmail(email, 'email')],
    numbers: isMissing(phone) ? [] : [readPhone(phone, country)],
    addresses: isMissing(address) ? [] : [readAddress(address, 'address')],
    organization: readOrganization(organization),
    scope,
  };
}

function readPhone(phone: unknown, country: Country): ContactDetails['numbers'][number] {
  const { number, type } = object(phone, 'phone', 'Give { number, type: [] }.');
  return { number: toE164(number, country, 'phone.number'), type: readTypes(type, 'phone.type') };
}

/** What a contact is to become; only what is to change is there. */
export interface ContactChange {
  readonly id: string;
  readonly fields: Readonly<Partial<ContactBody>>;
}

/**
 * The change of a contact.
 * @param input the id and what is to change, in the shape that `list` gives; `firstname` and `lastname` change the name
 * @throws SipgateError `INVALID_INPUT` that names the field
 */
export function contactChange(input: unknown, country: Country): ContactChange {
  const fields = object(input, 'content', 'Give an object with the id and what is to change.');
  const id = readId(fields.id, 'id');
  if (fields.scope === 'INTERNAL') {
    throw invalidInput('scope', 'is INTERNAL', 'Colleagues are kept by sipgate and cannot be changed here.');
  }
  refuseFieldsOfCreate(fields);
  const change: Partial<ContactBody> = { ...nameChange(fields) };
  if (fields.picture !== undefined) change.picture = readPicture(fields.picture);
  if (fields.emails !== undefined) change.emails = many(fields.emails, 'emails', readEmail);
  if (fields.numbers !== undefined) {
    change.numbers = many(fields.numbers, 'numbers', (each, at) => readNumber(each, at, country));
  }
  if (fields.addresses !== undefined) change.addresses = many(fields.addresses, 'addresses', readAddress);
  if (fields.organization !== undefined) change.organization = readOrganization(fields.organization);
  if (fields.scope !== undefined) change.scope = writeScope(fields.scope);
  if (Object.keys(change).length === 0) {
    throw invalidInput(
      'content',
      'names nothing to change',
      'Give name, firstname, lastname, picture, emails, numbers, addresses, organization or scope.',
    );
  }
  return { id, fields: change };
}

/** They would be lost without a word: a contact can have several of each, so the one to change is not known. */
function refuseFieldsOfCreate(fields: Fields): void {
  for (const [one, list] of Object.entries({ phone: 'numbers', email: 'emails', address: 'addresses' })) {
    if (fields[one] === undefined) continue;
    throw invalidInput(one, 'is known to create only', `Give ${list}, the whole list as list shows it.`);
  }
}

function nameChange(fields: Fields): Partial<ContactBody> {
  const change: Partial<ContactBody> = {};
  const given = fields.firstname ?? fields.given;
  const family = fields.lastname ?? fields.family;
  if (given !== undefined) change.given = optionalText(given, 'firstname').trim();
  if (family !== undefined) change.family = optionalText(family, 'lastname').trim();
  if (fields.name !== undefined) {
    change.name = optionalText(fields.name, 'name').trim();
    if (change.name === '')
      throw invalidInput('name', 'is empty', 'Give a name, or leave it out to keep it.');
  }
  return change;
}

/**
 * The contact as it is to be written. sipgate replaces the whole contact, and mostly does not say which part of a name
 * is the family name: where neither it nor the change says so, the last word is taken.
 * @param old as sipgate sent it, with the fields that are not known here
 */
export function changedContact(
  old: Fields,
  name: string,
  { id, fields }: ContactChange,
): Record<string, unknown> {
  const known = fields.name === undefined || fields.name === name ? knownName(old) : undefined;
  const parts = known ?? splitName(fields.name ?? name);
  const isRenamed = fields.name === undefined && (fields.given !== undefined || fields.family !== undefined);
  const given = fields.given ?? parts.given;
  const family = fields.family ?? parts.family;
  const written = isRenamed ? [given, family].filter(Boolean).join(' ') : (fields.name ?? name);
  return { ...old, ...fields, id, name: written, given, family };
}

/** @returns first and last name, where sipgate has sent them */
function knownName({ given, family }: Fields): SplitName | undefined {
  const known = {
    given: typeof given === 'string' ? given : '',
    family: typeof family === 'string' ? family : '',
  };
  return known.given === '' && known.family === '' ? undefined : known;
}

/**
 * The contacts to delete.
 * @param input an id, an object with one, or an array of either
 * @returns each id once
 * @throws SipgateError `INVALID_INPUT`
 */
export function contactIds(input: unknown): string[] {
  const entries = Array.isArray(input) ? input : [input];
  if (entries.length === 0) {
    throw invalidInput('content', 'is an empty list', 'Give the id of at least one contact.');
  }
  const ids = entries.map((entry, index) => {
    const field = Array.isArray(input) ? `content[${index}]` : 'content';
    return isRecord(entry) ? readId(entry.id, `${field}.id`) : readId(entry, field);
  });
  return [...new Set(ids)];
}

function readId(value: unknown, field: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw mustBe(field, 'the id of a contact', value, 'Give an id as list shows it.');
}

function object(value: unknown, field: string, remedy: string): Fields {
  if (isRecord(value) && !Buffer.isBuffer(value)) return value;
  throw mustBe(field, 'an object', value, remedy);
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

/** A number counts as its digits: postal codes and house numbers often come so. */
function optionalText(value: unknown, field: string): string {
  if (isMissing(value)) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw mustBe(field, 'a text', value, 'Give a text, or leave it out.');
}

function many<T>(value: unknown, field: string, read: (each: unknown, at: string) => T): T[] {
  if (value === null) return [];
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

function readEmail(value: unknown, field: string): ContactDetails['emails'][number] {
  const { email, type } = object(value, field, 'Give { email, type: [] }.');
  const address = optionalText(email, `${field}.email`).trim();
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) {
    throw mustBe(`${field}.email`, 'an e-mail address', email, 'Give one like ada@example.com.');
  }
  return { email: address, type: readTypes(type, `${field}.type`) };
}

/** What a phone can dial beside phone numbers is kept, for it came from sipgate: short numbers and codes such as `**62`. */
function readNumber(value: unknown, field: string, country: Country): ContactDetails['numbers'][number] {
  const { number, type } = object(value, field, 'Give { number, type: [] }.');
  const text = asTyped(optionalText(number, `${field}.number`));
  const kept = /^(?:\d{1,5}|[*#][\d*#]+)$/.test(text) ? text : toE164(text, country, `${field}.number`);
  return { number: kept, type: readTypes(type, `${field}.type`) };
}

function readAddress(value: unknown, field: string): ContactAddress {
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
function readOrganization(value: unknown): string[][] {
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
function readPicture(value: unknown): string | null {
  if (isMissing(value) || value === '') return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  const text = typeof value === 'string' ? value.replace(/^data:[^,]*;base64,/i, '').replace(/\s+/g, '') : '';
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return text;
  throw mustBe('picture', 'a picture', value, 'Give a Buffer, or Base64.');
}
