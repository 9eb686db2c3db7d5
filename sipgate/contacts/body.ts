import { invalidInput, mustBe } from '../errors';
import { isRecord } from '../json';
import type { Country } from '../phone-number';
import { splitName, type ContactDetails, type SplitName } from './contact';
import {
  isMissing,
  many,
  object,
  optionalText,
  readAddress,
  readEmail,
  readId,
  readNumber,
  readOrganization,
  readPicture,
  type Fields,
} from './fields';

/** Where a contact can be written to; colleagues (`INTERNAL`) can only be read. */
export type WriteScope = 'PRIVATE' | 'SHARED';

/** What sipgate takes to create a contact. */
export interface ContactBody extends ContactDetails {
  family: string;
  given: string;
  scope: WriteScope;
}

/** @throws SipgateError `INVALID_INPUT` */
export function writeScope(scope: unknown): WriteScope {
  if (scope === 'PRIVATE' || scope === 'SHARED') return scope;
  throw mustBe('scope', 'PRIVATE or SHARED', scope, 'Contacts of other scopes can only be read.');
}

/**
 * The contact to create.
 * @param input `{ firstname, lastname, address?, phone?, email?, organization?, picture? }`; one of the two names
 *   may be missing. Also in the shape that `list` gives, with `name`, `numbers`, `emails` and `addresses`
 * @throws SipgateError `INVALID_INPUT` that names the field
 */
export function newContact(input: unknown, scope: WriteScope, country: Country): ContactBody {
  const fields = object(input, 'content', 'Give an object with firstname and lastname.');
  const { phone, email, address } = fields;
  const numbers = many(fields.numbers, 'numbers', (each, at) => readNumber(each, at, country));
  const emails = many(fields.emails, 'emails', readEmail);
  const addresses = many(fields.addresses, 'addresses', readAddress);
  return {
    ...newName(fields),
    picture: readPicture(fields.picture),
    emails: isMissing(email) ? emails : [readEmail(email, 'email'), ...emails],
    numbers: isMissing(phone) ? numbers : [readNumber(phone, 'phone', country), ...numbers],
    addresses: isMissing(address) ? addresses : [readAddress(address, 'address'), ...addresses],
    organization: readOrganization(fields.organization),
    scope,
  };
}

/** First and last name as they are given; of a whole name alone the last word is the last name. */
function newName(fields: Fields): Pick<ContactBody, 'name' | 'given' | 'family'> {
  const given = optionalText(fields.firstname ?? fields.given, 'firstname').trim();
  const family = optionalText(fields.lastname ?? fields.family, 'lastname').trim();
  if (given !== '' || family !== '')
    return { name: [given, family].filter(Boolean).join(' '), family, given };
  const name = optionalText(fields.name, 'name').trim();
  if (name === '') {
    throw invalidInput('firstname', 'and `lastname` are both missing', 'Give at least one of them.');
  }
  return { name, ...splitName(name) };
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
