import {
  fromWire,
  isRecord,
  listCalls,
  listFaxlines,
  listHistory,
  listNumbers,
  listSenderIds,
  lookup,
  printable,
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
  connections,
  entries: historyEntries,
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

/** Everything that a call can come from. */
function callers(client: SipgateClient, signal: AbortSignal): Promise<Item[]> {
  return joined([LISTS.devices, LISTS.phonelines, numbers], client, signal);
}

/** Everything that an entry of the history can belong to. */
function connections(client: SipgateClient, signal: AbortSignal): Promise<Item[]> {
  const parts = [LISTS.phonelines, LISTS.groups, allFaxlines, LISTS.sms, named('voicemails')];
  return joined(parts, client, signal);
}

async function allFaxlines(client: SipgateClient, signal: AbortSignal): Promise<Item[]> {
  return entries(await listFaxlines(client, { signal })).flatMap(({ id, alias }) => item(id, alias));
}

/** What may not be read is left out, as long as something is left. */
async function joined(parts: readonly List[], client: SipgateClient, signal: AbortSignal): Promise<Item[]> {
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
/** Of the history, in a dropdown: the newest. */
const MOST_HISTORY_ITEMS = 50;

async function historyEntries(client: SipgateClient, signal: AbortSignal): Promise<Item[]> {
  const found = await listHistory(client, { limit: MOST_HISTORY_ITEMS }, { signal });
  return entries(found).flatMap(({ id, type, created, source, target }) => {
    const parties = [source, target].map((party) => printable(String(party ?? ''))).join(' → ');
    return item(id, `${localTime(created)} ${printable(String(type))} ${parties}`);
  });
}

/** @returns day and time of day on the server's clock, which is the clock of its flows */
function localTime(created: unknown): string {
  const date = new Date(String(created));
  if (Number.isNaN(date.getTime())) return '';
  const [year, ...others] = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  const day = [year, ...others.map((part) => String(part).padStart(2, '0'))].join('-');
  return `${day} ${date.toTimeString().slice(0, 5)}`;
}
