import { randomUUID } from 'node:crypto';
import { SipgateError } from '../errors';
import { clientAddress, type AddressRanges } from './address';
import { parseEvent, type CallEvent, type RawFields } from './event';
import { accountOfSipId } from '../extension';
import type { ReplayMemory } from './replay';
import type { Reply } from './reply';
import { renderError, renderReply, type FollowUps } from './xml';

/** sipgate's events are some hundred bytes; 64 KiB leaves room for a hundred users and none for an attack. */
export const MOST_BODY_BYTES = 64 * 1024;

const FORM = 'application/x-www-form-urlencoded';

/** What of a request is known before its body. Header values are as node's HTTP server gives them. */
export interface RequestHead {
  readonly method: string | undefined;
  readonly contentType: string | undefined;
  readonly contentLength: string | undefined;
  readonly signature: string | string[] | undefined;
  /** Address of the socket's other end. */
  readonly remoteAddress: string | undefined;
  readonly forwardedFor: string | string[] | undefined;
}

/** What goes back to sipgate, as `application/xml`. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** An accepted event on its way to the flows. */
export interface Incoming {
  /** Pairs the event with its open request. */
  readonly exchange: string;
  readonly event: CallEvent;
  readonly raw: RawFields;
}

/** The sender's connection. The server calls `onGone` when it closes before it was answered. */
export interface Connection {
  /** Sends the answer, once. A callback and no promise: the answer is on its way before the flow goes on. */
  answer(answer: HttpAnswer): void;
  onGone?: () => void;
}

/** What a user wants to know of what happens here. */
export type EndpointNotice =
  | { kind: 'refused'; status: number; reason: string }
  | { kind: 'accepted'; event: CallEvent }
  | { kind: 'answered'; event: CallEvent; reply: Reply; by: 'flow' | 'webhook' }
  | { kind: 'gone'; event: CallEvent }
  | { kind: 'replayed'; event: CallEvent }
  | { kind: 'deadline'; event: CallEvent; afterMs: number }
  | { kind: 'failed'; event: CallEvent; cause: unknown };

/** The rules of one webhook. */
export interface EndpointRules {
  readonly allowedIps: AddressRanges;
  readonly trustProxy: AddressRanges;
  /** Only events of this account (`1234567`); empty: of any. */
  readonly masterSipId: string;
  /** How long a flow may take, in ms. */
  readonly responseTimeout: number;
  readonly replays: ReplayMemory<Earlier>;
}

/** What a replay needs of the first delivery: its answer, and until there is one, its open exchange. */
export interface Earlier {
  readonly exchange: string;
  answer?: HttpAnswer;
}

/** The functions that tie an endpoint to its host. */
export interface EndpointPorts {
  /** Whether sipgate signed these bytes. */
  verify(body: Buffer, signature: string | string[] | undefined): boolean | Promise<boolean>;
  /** Hands an event to the flows; true when one of them may answer it. */
  deliver(incoming: Incoming): boolean | Promise<boolean>;
  /** The follow-up events that are wanted at the moment of an answer. */
  followUps(): FollowUps;
  notice(notice: EndpointNotice): void;
}

/** A webhook without a server: bytes in, one answer out. */
export interface Endpoint {
  /** @returns why a request is refused before its body is read; `undefined` when it is welcome */
  admit(head: RequestHead): HttpAnswer | undefined;
  /** Takes a whole request and answers its connection: at once where it is refused, or when there is an answer. */
  handle(head: RequestHead, body: Buffer, connection: Connection): void;
  /** Refuses a request, e.g. one whose body grew too long. */
  refuse(status: number, reason: string): HttpAnswer;
  /**
   * Answers an open request, once.
   * @returns the XML that went out
   * @throws SipgateError when the request is no longer open
   */
  answer(exchange: string, reply: Reply): string;
  /** What is known of an exchange: open, how it was closed, or nothing. */
  state(exchange: string): ExchangeState;
  /** The event that an open exchange answers. */
  eventOf(exchange: string): CallEvent | undefined;
  /** The exchanges of a call that wait for an answer. */
  openOf(callId: string): string[];
  /** Answers every open request as `continue`. */
  answerAll(): void;
  readonly openCount: number;
}

/** Where an exchange stands. */
export type ExchangeState = 'open' | 'answered' | 'late' | 'gone' | 'unknown';

interface OpenExchange {
  readonly event: CallEvent;
  readonly record: Earlier;
  readonly deadline: NodeJS.Timeout;
  /** Connections that wait: more than one when the same bytes were delivered again meanwhile. */
  readonly waiting: Set<Connection>;
}

/** So many closed exchanges are remembered at least: enough to tell a late answer from an unknown one. */
const REMEMBERED_CLOSED = 1000;

type Parsed = ReturnType<typeof parseEvent>;

/** How an exchange ends: answered by the flow or by the webhook itself, too late, or without anybody to answer. */
type Ending = 'flow' | 'webhook' | 'late' | 'gone';

const GO_ON: Reply = { action: 'continue' };

/**
 * The engine of a webhook: checks, reads, delivers, answers exactly once and in time. It knows no server and
 * no Node-RED, and does no I/O.
 */
export function createEndpoint(rules: EndpointRules, ports: EndpointPorts): Endpoint {
  const open = new Map<string, OpenExchange>();
  const closed = createRecent<'answered' | 'late' | 'gone'>(REMEMBERED_CLOSED);

  /** Unlike any other in this process and those before it; counted, for a UUID for each is kept long and costs more. */
  const series = randomUUID();
  let count = 0;
  const nextExchange = () => `${series}-${(count += 1)}`;

  function refuse(status: number, reason: string): HttpAnswer {
    ports.notice({ kind: 'refused', status, reason });
    return { status, body: renderError(reason) };
  }

  function admit(head: RequestHead): HttpAnswer | undefined {
    if (head.method !== 'POST') return refuse(405, 'sipgate.io sends POST requests');
    if (!isForm(head.contentType)) return refuse(415, `The content type must be ${FORM}`);
    if (Number(head.contentLength) > MOST_BODY_BYTES) return refuse(413, 'The body is longer than 64 KiB');
    if (!rules.allowedIps.isEmpty && !isAllowed(head)) return refuse(403, 'This address is not allowed');
    return undefined;
  }

  function isAllowed(head: RequestHead): boolean {
    const forwarded = [head.forwardedFor ?? ''].flat().join(',');
    const client = clientAddress(head.remoteAddress ?? '', forwarded, rules.trustProxy);
    return client !== undefined && rules.allowedIps.has(client);
  }

  function handle(head: RequestHead, body: Buffer, connection: Connection): void {
    const verified = ports.verify(body, head.signature);
    if (typeof verified === 'boolean') take(verified, body, connection);
    else void verified.then((isSigned) => take(isSigned, body, connection));
  }

  function take(isSigned: boolean, body: Buffer, connection: Connection): void {
    const refused = (status: number, reason: string) => connection.answer(refuse(status, reason));
    if (!isSigned) return refused(401, 'The signature is missing or does not fit the body');
    const parsed = read(body);
    if (!parsed) return refused(400, 'The form has no event that sipgate.io knows');
    if (!isOurs(parsed)) return refused(403, 'The event belongs to another sipgate account');
    const earlier = parsed.event.event === 'DATA' ? undefined : rules.replays.recall(body);
    if (earlier) join(earlier, parsed.event, connection);
    else begin(parsed, body, connection);
  }

  function isOurs({ fullUserIds }: Parsed): boolean {
    if (rules.masterSipId === '' || fullUserIds.length === 0) return true;
    return fullUserIds.some((id) => accountOfSipId(id) === rules.masterSipId);
  }

  function join(earlier: Earlier, event: CallEvent, connection: Connection): void {
    ports.notice({ kind: 'replayed', event });
    const entry = open.get(earlier.exchange);
    if (entry) wait(earlier.exchange, entry, connection);
    else connection.answer(earlier.answer ?? goOn());
  }

  function begin({ event, raw }: Parsed, body: Buffer, connection: Connection): void {
    const record: Earlier = { exchange: nextExchange() };
    const incoming = { exchange: record.exchange, event, raw };
    if (event.event !== 'DATA') rules.replays.remember(body, record);
    ports.notice({ kind: 'accepted', event });
    if (event.event === 'ANSWER' || event.event === 'HANGUP') {
      // sipgate discards what these are answered with (sipgate.io docs), so it need not wait for any flow
      record.answer = goOn();
      connection.answer(record.answer);
      return deliver(incoming, () => undefined);
    }
    openFor(event, record, connection);
    deliver(incoming, (answerable) => continueUnless(answerable, record.exchange));
  }

  /** What ANSWER and HANGUP get, and a replay of what no flow has answered. */
  function goOn(): HttpAnswer {
    return { status: 200, body: renderReply(GO_ON, { onData: '' }) };
  }

  /** A host that fails must neither keep the caller waiting nor end the process. */
  function deliver(incoming: Incoming, done: (answerable: boolean) => void): void {
    const failed = (cause: unknown) => {
      ports.notice({ kind: 'failed', event: incoming.event, cause });
      done(false);
    };
    let answerable: boolean | Promise<boolean>;
    try {
      answerable = ports.deliver(incoming);
    } catch (cause) {
      return failed(cause);
    }
    if (typeof answerable === 'boolean') done(answerable);
    else answerable.then(done, failed);
  }

  function openFor(event: CallEvent, record: Earlier, connection: Connection): void {
    const { exchange } = record;
    const deadline = setTimeout(() => close(exchange, 'late', GO_ON), rules.responseTimeout);
    const entry: OpenExchange = { event, record, deadline, waiting: new Set() };
    open.set(exchange, entry);
    wait(exchange, entry, connection);
  }

  function wait(exchange: string, { waiting }: OpenExchange, connection: Connection): void {
    waiting.add(connection);
    connection.onGone = () => abandon(exchange, connection);
  }

  function continueUnless(answerable: boolean, exchange: string): void {
    if (!answerable && open.has(exchange)) close(exchange, 'webhook', GO_ON);
  }

  /** A sender hung up before it was answered: a later answer must not be taken for one that arrived. */
  function abandon(exchange: string, connection: Connection): void {
    const entry = open.get(exchange);
    if (!entry?.waiting.delete(connection)) return;
    if (entry.waiting.size === 0) close(exchange, 'gone', GO_ON);
  }

  function close(exchange: string, ending: Ending, reply: Reply): string {
    const entry = open.get(exchange);
    if (!entry) throw closedError(state(exchange), rules.responseTimeout);
    const { event } = entry;
    const xml = renderReply(reply, ports.followUps());
    open.delete(exchange);
    clearTimeout(entry.deadline);
    closed.set(exchange, ending === 'late' || ending === 'gone' ? ending : 'answered');
    entry.record.answer = { status: 200, body: xml };
    for (const connection of entry.waiting) connection.answer(entry.record.answer);
    if (ending === 'late') ports.notice({ kind: 'deadline', event, afterMs: rules.responseTimeout });
    else if (ending === 'gone') ports.notice({ kind: 'gone', event });
    else ports.notice({ kind: 'answered', event, reply, by: ending });
    return xml;
  }

  function state(exchange: string): ExchangeState {
    return open.has(exchange) ? 'open' : (closed.get(exchange) ?? 'unknown');
  }

  return {
    admit,
    handle,
    refuse,
    state,
    eventOf: (exchange) => open.get(exchange)?.event,
    answer: (exchange, reply) => close(exchange, 'flow', reply),
    openOf: (callId) =>
      [...open].filter(([, entry]) => entry.event.callId === callId).map(([exchange]) => exchange),
    answerAll: () => {
      for (const exchange of [...open.keys()]) close(exchange, 'webhook', GO_ON);
    },
    get openCount() {
      return open.size;
    },
  };
}

/**
 * Remembers the latest `most` entries, and up to as many before them. Two maps of which the older one is dropped: one
 * map that loses its first entry again and again has to look for it behind ever more gaps.
 */
function createRecent<T>(most: number) {
  let older = new Map<string, T>();
  let newer = new Map<string, T>();
  return {
    get: (key: string): T | undefined => newer.get(key) ?? older.get(key),
    set(key: string, value: T): void {
      if (newer.size >= most) [older, newer] = [newer, new Map()];
      newer.set(key, value);
    },
  };
}

function read(body: Buffer): Parsed | undefined {
  try {
    return parseEvent(body);
  } catch {
    return undefined; // said in words of ours: nothing of a request is echoed
  }
}

function isForm(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === FORM;
}

/** @returns the error for an answer that comes when none is awaited any more */
export function closedError(state: ExchangeState, timeoutMs: number): SipgateError {
  switch (state) {
    case 'late':
      return new SipgateError(
        'TIMEOUT',
        `The answer came after the ${timeoutMs} ms that the webhook waits; the call went on without it. ` +
          'Answer sooner, or raise the response timeout of the webhook (at most 8000 ms).',
      );
    case 'gone':
      return new SipgateError(
        'NOT_FOUND',
        'sipgate closed the request before it was answered. The call is gone or went on.',
      );
    case 'answered':
      return new SipgateError(
        'INVALID_INPUT',
        'This event has been answered already. Wire each event to one Webhook response only.',
      );
    default:
      return new SipgateError(
        'NOT_FOUND',
        'No open request belongs to this message. Only NEW_CALL and DATA can be answered, once, and not after a deploy.',
      );
  }
}
