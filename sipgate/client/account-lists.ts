import { isRecord, itemsOf } from '../json';
import { apiPath } from './api-path';
import type { SipgateClient } from './client';
import { SipgateError } from '../errors';

/** An SMS extension: where SMS come from and what they are billed to. */
export interface SmsExtension {
  /** `s0` */
  readonly id: string;
  readonly alias?: string;
  /** What recipients see at the moment: a number, or `sipgate`. */
  readonly callerId?: string;
}

/** A number that an SMS extension can send from. */
export interface SenderId {
  readonly smsId: string;
  readonly id: number;
  readonly phonenumber: string;
  /** Only a verified number can be the sender. */
  readonly verified: boolean;
  /** Whether it is the one that is used now. */
  readonly defaultNumber: boolean;
}

/** A fax line of a user, or of a group, which then has a `groupId`. */
export interface Faxline {
  /** `f0` */
  readonly id: string;
  readonly alias?: string;
  readonly tagline?: string;
  readonly canSend: boolean;
  readonly canReceive?: boolean;
  readonly groupId?: string;
}

/** Whose things are asked for, and how to end it. */
export interface ListOptions {
  /** Extension of a user, `w0`; default: the one who is logged in. */
  readonly userId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @returns the id to ask with: the one given, or the one of who is logged in */
export async function userIdOf(client: SipgateClient, { userId, signal }: ListOptions): Promise<string> {
  return userId?.trim() || (await client.user(signal)).userId;
}

/** @returns the SMS extensions of a user */
export async function listSmsExtensions(
  client: SipgateClient,
  options: ListOptions = {},
): Promise<SmsExtension[]> {
  const userId = await userIdOf(client, options);
  const answer = await client.get(apiPath`/${userId}/sms`, {
    what: 'list the SMS extensions',
    scopes: ['sms:read'],
    signal: options.signal,
  });
  return having('id', itemsOf<SmsExtension>(answer));
}

/** @returns the numbers that the user's SMS extensions know as senders, verified or not */
export async function listSenderIds(client: SipgateClient, options: ListOptions = {}): Promise<SenderId[]> {
  const userId = await userIdOf(client, options);
  const extensions = await listSmsExtensions(client, { ...options, userId });
  const lists = await Promise.all(
    extensions.map(({ id }) => senderIdsOf(client, userId, id, options.signal)),
  );
  return lists.flat();
}

async function senderIdsOf(
  client: SipgateClient,
  userId: string,
  smsId: string,
  signal: AbortSignal | undefined,
): Promise<SenderId[]> {
  const answer = await client.get(apiPath`/${userId}/sms/${smsId}/callerids`, {
    what: 'list the sender numbers',
    scopes: ['sms:callerid:read', 'sms:read'],
    signal,
  });
  return having('phonenumber', itemsOf<SenderId>(answer)).map((sender) => ({ ...sender, smsId }));
}

/**
 * The fax lines of a user and of the groups that the user is in.
 * A list that may not be read (a scope, a feature) is left out, as long as the other one can be read.
 */
export async function listFaxlines(client: SipgateClient, options: ListOptions = {}): Promise<Faxline[]> {
  const userId = await userIdOf(client, options);
  const { signal } = options;
  const lists = await Promise.allSettled([
    client.get(apiPath`/${userId}/faxlines`, {
      what: 'list the fax lines',
      scopes: ['faxlines:read'],
      signal,
    }),
    client.get(apiPath`/groupfaxlines`, {
      query: { userId },
      what: 'list the fax lines of groups',
      scopes: ['groups:faxlines:read', 'groups:read'],
      signal,
    }),
  ]);
  return readable(lists).flatMap((answer) => having('id', itemsOf<Faxline>(answer)));
}

/** @returns the items that have something there: what stands behind a wrong API URL may send anything */
function having<Name extends string, Item extends Readonly<Record<Name, string>>>(
  name: Name,
  items: readonly Item[],
): Item[] {
  return items.filter(
    (item: unknown) => isRecord(item) && typeof item[name] === 'string' && item[name] !== '',
  );
}

function readable(lists: PromiseSettledResult<unknown>[]): unknown[] {
  const answers = lists.filter((list) => list.status === 'fulfilled').map((list) => list.value);
  for (const list of lists) {
    if (list.status === 'rejected' && !(answers.length > 0 && isClosed(list.reason))) throw list.reason;
  }
  return answers;
}

function isClosed(error: unknown): boolean {
  return error instanceof SipgateError && (error.code === 'FORBIDDEN' || error.code === 'NOT_FOUND');
}
