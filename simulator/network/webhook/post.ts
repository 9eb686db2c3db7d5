import type { SimulatedAccount } from '../../account/account';
import type { Bend, EventFields, EventName } from './event';
import { bendFields, encodeFields, signEvent } from './event';
import { NO_ORDERS, readOrders } from './orders';
import type { Orders } from './orders';
import type { KeyPair } from './signing';
import type { WebAnswer, WebClient } from '../web-client';

/** sipgate takes no documented size; this is plenty for five numbers and two URLs. */
export const LARGEST_ANSWER = 64 * 1024;
/** Stands in sipgate's webhook log where there was no answer ("600 General IO Error, timed out"). */
const IO_ERROR = 600;
const MOST_LOGGED = 1000;

/** What posting needs of the simulator. */
export interface PostOffice {
  readonly account: SimulatedAccount;
  readonly keys: KeyPair;
  readonly web: WebClient;
  readonly webhookTimeoutMs: number;
  readonly forwardedFor: string;
}

/** What came back for one event. `xmlError`: why the answer was refused. */
export interface Verdict {
  readonly status: number | undefined;
  readonly xml: string;
  readonly xmlError: string | undefined;
  readonly orders: Orders;
}

/**
 * The headers of sipgate's requests (sipgate-io docs and their published sample).
 * @param signature undefined: none; a list: the header several times
 */
export function eventHeaders(
  length: number,
  signature: string | readonly string[] | undefined,
  forwardedFor: string,
): Record<string, string | string[]> {
  return {
    'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
    'User-Agent': 'sipgate.io',
    Accept: 'application/xml, text/plain, text/html',
    'Accept-Encoding': 'gzip,deflate',
    'X-Sipgate-Jobs': '1',
    ...(forwardedFor === '' ? {} : { 'X-Forwarded-For': forwardedFor }),
    ...(signature === undefined
      ? {}
      : { 'X-Sipgate-Signature': typeof signature === 'string' ? signature : [...signature] }),
    'Content-Length': String(length),
  };
}

/**
 * Posts one event and judges the answer. Never rejects: whatever goes wrong is the verdict's `xmlError`.
 * @param direction of the leg, for the limits on Dial
 */
export async function postEvent(
  office: PostOffice,
  url: string,
  fields: EventFields & { readonly event: EventName },
  direction: 'in' | 'out',
  bend: Bend | undefined,
): Promise<Verdict> {
  const verdict = await deliver(office, url, fields, direction, bend);
  if (office.account.settings.log) {
    log(office.account, url, encodeFields(bendFields(fields, bend)), verdict);
  }
  return verdict;
}

async function deliver(
  office: PostOffice,
  url: string,
  fields: EventFields & { readonly event: EventName },
  direction: 'in' | 'out',
  bend: Bend | undefined,
): Promise<Verdict> {
  try {
    const { body, signature } = await signEvent(fields, office.keys, bend);
    const headers = eventHeaders(body.length, signature, office.forwardedFor);
    const send = () =>
      office.web.send({
        method: 'POST',
        url,
        headers,
        body,
        timeoutMs: office.webhookTimeoutMs,
        largest: LARGEST_ANSWER,
      });
    const answer = await send();
    if (bend?.kind === 'duplicate') await send();
    return judge(answer, fields.event, direction);
  } catch (error) {
    return refusal(undefined, '', reasonOf(error));
  }
}

function judge(answer: WebAnswer, event: EventName, direction: 'in' | 'out'): Verdict {
  const xml = answer.body.toString('utf8');
  const steers = event === 'newCall' || event === 'dtmf';
  try {
    if (steers) return { ...accepted(answer.status, xml), orders: readAnswer(answer, direction) };
    // the answer to answer and hangup is discarded (docs); only a refused request is worth a word
    if (answer.status >= 300) throw new Error(`the HTTP status is ${answer.status}`);
    return accepted(answer.status, xml);
  } catch (error) {
    return refusal(answer.status, xml, reasonOf(error));
  }
}

function readAnswer(answer: WebAnswer, direction: 'in' | 'out'): Orders {
  if (answer.status !== 200) throw new Error(`the HTTP status is ${answer.status}, it must be 200`);
  const type = answer.headers['content-type'];
  if (!/^application\/xml\s*(;|$)/i.test(type ?? '')) {
    throw new Error(`the content type is ${type ?? 'missing'}, it must be application/xml`);
  }
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    throw new Error(`the charset is ${charset}, it must be UTF-8`);
  }
  return readOrders(new TextDecoder('utf-8', { fatal: true }).decode(answer.body), direction);
}

function accepted(status: number, xml: string): Verdict {
  return { status, xml, xmlError: undefined, orders: NO_ORDERS };
}

function refusal(status: number | undefined, xml: string, xmlError: string): Verdict {
  return { status, xml, xmlError, orders: NO_ORDERS };
}

/** AggregateError (localhost over IPv4 and IPv6) has an empty message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return 'the answer is not UTF-8';
  }
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

function log(account: SimulatedAccount, url: string, request: string, verdict: Verdict): void {
  account.webhookLog.push({
    created: new Date().toISOString(),
    url,
    request,
    response: verdict.xml,
    xmlError: verdict.xmlError ?? '',
    status: String(verdict.status ?? IO_ERROR),
  });
  if (account.webhookLog.length > MOST_LOGGED) account.webhookLog.shift();
}
