import {
  fromWire,
  isRecord,
  listCalls,
  listFaxlines,
  listNumbers,
  listSenderIds,
  lookup,
  type LookupResource,
  type SipgateClient,
} from '../../../sipgate/index';

/** A line of a dropdown. */
export interface Item {
  readonly value: string;
  readonly label: string;
}

/** Fills a dropdown. */
export type List = (client: SipgateClient, signal: AbortSignal) => Promise<Item[]>;

/** The dropdowns of the dialogs, each asked for by itself so that one may fail alone. */
export const LISTS = {
  devices: named('devices'),
  phonelines: named('phonelines'),
  sms: named('sms'),
  groups: named('groups'),
  users,
  numbers,
  faxlines,
  senders,
  callers,
  calls,
} satisfies Record<string, List>;

type Entry = Readonly<Record<string, unknown>>;

function named(resource: LookupResource): List {
  return async (client, signal) =>
    entries(await lookup(client, resource, { signal })).flatMap(({ id, alias }) => item(id, alias));
}

/** @returns what is an object in it: what stands behind a wrong API URL may send anything */
function entries(list: unknown): Entry[] {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

/** @returns the line, or nothing for an entry that has no value */
function item(value: unknown, name: unknown): Item[] {
  if (typeof value !== 'string' || value === '') return [];
  return [{ value, label: typeof name === 'string' && name !== '' ? `${name} (${value})` : value }];
}

function numberItem(value: unknown, name: unknown): Item[] {
  return item(typeof value === 'string' ? fromWire(value) : undefined, name);
}

async function users(client: SipgateClient, signal: AbortSignal): Promise<Item[]> {
  return entries(await lookup(client, 'users', { signal })).flatMap(({ id, firstname, lastname }) =>
    item(id, [firstname, lastname].filter(Boolean).join(' ')),
  );
}

async function numbers(client: SipgateClient, signal: AbortSignal): Promise<Item[]> {
  return entries(await listNumbers(client, { signal })).flatMap(({ number, endpointAlias }) =>
    numberItem(number, endpointAlias),
  );
}

/** Only those that can send: a fax from another one would be refused. */
async function faxlines(client: SipgateClient, signal: AbortSignal): Promise<Item[]> {
  return entries(await listFaxlines(client, { signal }))
    .filter(({ canSend }) => canSend)
    .flatMap(({ id, alias }) => item(id, alias));
}

async function senders(client: SipgateClient, signal: AbortSignal): Promise<Item[]> {
  return entries(await listSenderIds(client, { signal }))
    .filter(({ verified }) => verified)
    .flatMap(({ phonenumber, smsId }) => numberItem(phonenumber, smsId));
}

/** Everything that a call can come from. What may not be read is left out, as long as something is left. */
async function callers(client: SipgateClient, signal: AbortSignal): Promise<Item[]> {
  const parts: readonly List[] = [LISTS.devices, LISTS.phonelines, numbers];
  const lists = await Promise.allSettled(parts.map((list) => list(client, signal)));
  const read = lists.filter((list) => list.status === 'fulfilled').map((list) => list.value);
  const failed = lists.find((list) => list.status === 'rejected');
  if (read.length === 0 && failed) throw failed.reason;
  return read.flat();
}

/** The calls that go on at this moment, by who takes part. */
async function calls(client: SipgateClient, signal: AbortSignal): Promise<Item[]> {
  return (await listCalls(client, { signal })).flatMap(({ callId, participants }) => {
    const numbers = participants.map(({ phoneNumber }) => phoneNumber || '?');
    return item(callId, numbers.join(' – '));
  });
}
