import type { ContactAddress, SimulatedContact } from '../../account/contact';
import { refuseWithErrors } from '../answers';
import { isRecord } from '../body';

type Fields = Readonly<Record<string, unknown>>;

const addressFields = [
  'poBox',
  'extendedAddress',
  'streetAddress',
  'locality',
  'region',
  'postalCode',
  'country',
] as const;

/**
 * The body of a POST or PUT of a contact; what is not named becomes empty.
 * @throws Refusal 400 that points at the field
 */
export function readContact(body: Fields): Omit<SimulatedContact, 'id' | 'userId'> {
  const family = text(body, 'family');
  const given = text(body, 'given');
  return {
    scope: readScope(body.scope),
    name: text(body, 'name') || `${given} ${family}`.trim(),
    family,
    given,
    picture: text(body, 'picture') || null,
    emails: records(body, 'emails').map((each) => ({
      email: text(each, 'email'),
      type: texts(each, 'type'),
    })),
    numbers: records(body, 'numbers').map((each) => ({
      number: text(each, 'number'),
      type: texts(each, 'type'),
    })),
    addresses: records(body, 'addresses').map(readAddress),
    organization: list(body, 'organization').map((entry) => texts({ organization: entry }, 'organization')),
  };
}

function readScope(scope: unknown): 'PRIVATE' | 'SHARED' {
  if (scope === 'PRIVATE' || scope === 'SHARED') return scope;
  throw refuseWithErrors(400, 'scope must be PRIVATE or SHARED', '/scope');
}

function readAddress(fields: Fields): ContactAddress {
  const entries = addressFields.map((field) => [field, text(fields, field)]);
  return Object.fromEntries(entries) as unknown as ContactAddress;
}

function text(fields: Fields, field: string): string {
  const value = fields[field] ?? '';
  if (typeof value !== 'string') throw wrong(field, 'a text');
  return value;
}

function list(fields: Fields, field: string): unknown[] {
  const value = fields[field] ?? [];
  if (!Array.isArray(value)) throw wrong(field, 'a list');
  return value;
}

function texts(fields: Fields, field: string): string[] {
  const value = list(fields, field);
  if (!value.every((entry) => typeof entry === 'string')) throw wrong(field, 'a list of texts');
  return value;
}

function records(fields: Fields, field: string): Record<string, unknown>[] {
  const value = list(fields, field);
  if (!value.every(isRecord)) throw wrong(field, 'a list of objects');
  return value;
}

function wrong(field: string, wanted: string) {
  return refuseWithErrors(400, `${field} must be ${wanted}`, `/${field}`);
}
