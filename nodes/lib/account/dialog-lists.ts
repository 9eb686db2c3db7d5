import {
  fromWire,
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
} satisfies Record<string, List>;

interface Named {
  readonly id: string;
  readonly alias?: string;
}

function named(resource: LookupResource): List {
  return async (client, signal) =>
    ((await lookup(client, resource, { signal })) as Named[]).map(({ id, alias }) => item(id, alias));
}

function item(value: string, name: string | undefined): Item {
  return { value, label: name ? `${name} (${value})` : value };
}

async function users(client: SipgateClient, signal: AbortSignal): Promise<Item[]> {
  const found = (await lookup(client, 'users', { signal })) as {
    id: string;
    firstname?: string;
    lastname?: string;
  }[];
  return found.map(({ id, firstname, lastname }) =>
    item(id, [firstname, lastname].filter(Boolean).join(' ')),
  );
}

async function numbers(client: SipgateClient, signal: AbortSignal): Promise<Item[]> {
  const found = await listNumbers(client, { signal });
  return found.map(({ number, endpointAlias }) => item(fromWire(number), endpointAlias));
}

/** Only those that can send: a fax from another one would be refused. */
async function faxlines(client: SipgateClient, signal: AbortSignal): Promise<Item[]> {
  const found = await listFaxlines(client, { signal });
  return found.filter(({ canSend }) => canSend).map(({ id, alias }) => item(id, alias));
}

async function senders(client: SipgateClient, signal: AbortSignal): Promise<Item[]> {
  const found = await listSenderIds(client, { signal });
  return found
    .filter(({ verified }) => verified)
    .map(({ phonenumber, smsId }) => item(fromWire(phonenumber), smsId));
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
