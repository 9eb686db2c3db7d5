import { createExchanges, type Ending, type ExchangeState } from '../exchanges';
import { accountOfSipId } from '../extension';
import { MOST_BODY_BYTES, type HttpAnswer, type HttpEndpoint, type RequestHead } from '../http-endpoint';
import { clientAddress, type AddressRanges } from './address';
import { closedError } from './closed-error';
import { parseEvent, type CallEvent, type RawFields } from './event';
import type { ReplayMemory } from './replay';
import type { Reply } from './reply';
import { renderError, renderReply, type FollowUps } from './xml';

const FORM = 'application/x-www-form-urlencoded';
/** Whatever happens, the caller goes on. */
const EMPTY_RESPONSE = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

const CONTINUE: Reply = { action: 'continue' };

/** An accepted event on its way to the flows. */
export interface Incoming {
  /** Pairs the event with its open request. */
  readonly exchange: string;
  readonly event: CallEvent;
  readonly raw: RawFields;
}

/** What a user wants to know of what happens here. */
export type EndpointNotice =
  | { kind: 'refused'; status: number; reason: string; address: string }
  | { kind: 'accepted'; event: CallEvent }
  | { kind: 'answered'; event: CallEvent; reply: Reply; by: 'flow' | 'webhook' }
  | { kind: 'gone'; event: CallEvent }
  /** The same bytes came again; `answeredAt` (ms since 1970) where they had been answered. */
  | { kind: 'replayed'; event: CallEvent; answeredAt?: number }
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
  readonly replays: ReplayMemory<Delivery>;
}

/** One event that was delivered: what the same bytes get when they come again. */
export interface Delivery {
  readonly event: CallEvent;
  exchange: string;
  answer?: HttpAnswer;
  /** ms since 1970 */
  answeredAt?: number;
}

/** The functions that tie an endpoint to its host. `Known` is what the host knows of a call. */
export interface EndpointPorts<Known> {
  /** Whether sipgate signed these bytes. */
  verify(body: Buffer, signature: unknown): boolean;
  /** Adds an event to what is known of its call, for all instances that share it. */
  record(event: CallEvent): Promise<Known>;
  /** Hands an event to the flows; true when one of them may answer it. */
  deliver(incoming: Incoming, known: Known): Promise<boolean>;
  /** The follow-up events that are wanted at the moment of an answer. */
  followUps(): FollowUps;
  notice(notice: EndpointNotice): void;
}

/** A webhook without a server. */
export interface WebhookEndpoint extends HttpEndpoint {
  /**
   * Answers an open request, once.
   * @returns the XML that went out
   * @throws SipgateError when the request is no longer open
   */
  answer(exchange: string, reply: Reply): string;
  /** What is known of an exchange: open, how it ended, or nothing. */
  state(exchange: string): ExchangeState;
  /** The event that an open exchange answers. */
  eventOf(exchange: string): CallEvent | undefined;
  /** How many requests wait for an answer. */
  readonly openCount: number;
  /** The exchanges of a call that wait for an answer. */
  openOf(callId: string): string[];
  /** Answers every open request as `continue`, before a deploy takes its flow away. */
  answerAll(): void;
}

type Parsed = ReturnType<typeof parseEvent>;

/**
 * The engine of a webhook: checks, reads, delivers, answers exactly once and in time. It knows no server and
 * no Node-RED, and does no I/O.
 */
export function createWebhookEndpoint<Known>(
  rules: EndpointRules,
  ports: EndpointPorts<Known>,
): WebhookEndpoint {
  const replies = new WeakMap<Delivery, Reply>();
  const exchanges = createExchanges<Delivery, HttpAnswer>({
    deadlineMs: rules.responseTimeout,
    unanswered: () => ok(render(CONTINUE)),
    onGone: ({ event }) => ports.notice({ kind: 'gone', event }),
    onClosed: closed,
  });

  function closed(delivery: Delivery, ending: Ending, answer: HttpAnswer): void {
    const { event } = delivery;
    const reply = replies.get(delivery);
    // one that nobody heard of and no flow has answered waits for the flow's answer when it comes again
    if (ending !== 'gone' || reply) remember(delivery, answer);
    if (ending === 'late') ports.notice({ kind: 'deadline', event, afterMs: rules.responseTimeout });
    else if (ending === 'answered')
      ports.notice({ kind: 'answered', event, reply: reply ?? CONTINUE, by: 'flow' });
    else if (ending !== 'gone') ports.notice({ kind: 'answered', event, reply: CONTINUE, by: 'webhook' });
  }

  function admit(head: RequestHead): HttpAnswer | undefined {
    if (head.method !== 'POST') return refuse(405, 'sipgate.io sends POST requests', head);
    if (!isForm(head.headers['content-type'])) return refuse(415, `The content type must be ${FORM}`, head);
    if (Number(head.headers['content-length']) > MOST_BODY_BYTES)
      return refuse(413, 'The body is longer than 64 KiB', head);
    if (!rules.allowedIps.isEmpty && !isAllowed(head))
      return refuse(403, 'This address is not allowed', head);
    return undefined;
  }

  function isAllowed(head: RequestHead): boolean {
    const client = addressOf(head);
    return client !== undefined && rules.allowedIps.has(client);
  }

  function addressOf({ remoteAddress = '', headers }: RequestHead): string | undefined {
    const forwarded = [headers['x-forwarded-for'] ?? ''].flat().join(',');
    return clientAddress(remoteAddress, forwarded, rules.trustProxy);
  }

  function refuse(status: number, reason: string, head?: RequestHead): HttpAnswer {
    const address = (head && (addressOf(head) ?? head.remoteAddress)) ?? '';
    ports.notice({ kind: 'refused', status, reason, address });
    return { status, body: renderError(reason) };
  }

  /** @returns the event, or why it is none that this webhook takes */
  function read(head: RequestHead, body: Buffer): Parsed | HttpAnswer {
    if (!ports.verify(body, head.headers['x-sipgate-signature']))
      return refuse(401, 'The signature is missing or does not fit the body', head);
    const parsed = parse(body);
    if (!parsed) return refuse(400, 'The form has no event that sipgate.io knows', head);
    if (!isOurs(parsed)) return refuse(403, 'The event belongs to another sipgate account', head);
    return parsed;
  }

  function isOurs({ fullUserIds }: Parsed): boolean {
    if (rules.masterSipId === '' || fullUserIds.length === 0) return true;
    return fullUserIds.some((id) => accountOfSipId(id) === rules.masterSipId);
  }

  async function handle(head: RequestHead, body: Buffer, gone: AbortSignal): Promise<HttpAnswer> {
    const parsed = read(head, body);
    if ('status' in parsed) return parsed;
    const earlier = parsed.event.event === 'DATA' ? undefined : rules.replays.recall(body);
    return earlier ? repeat(earlier, gone) : begin(parsed, body, gone);
  }

  function repeat(earlier: Delivery, gone: AbortSignal): HttpAnswer | Promise<HttpAnswer> {
    const { event, answer, answeredAt } = earlier;
    ports.notice({ kind: 'replayed', event, ...(answeredAt === undefined ? {} : { answeredAt }) });
    if (answer) return answer;
    if (exchanges.state(earlier.exchange) !== 'open') exchanges.open(earlier, earlier.exchange);
    return exchanges.wait(earlier.exchange, gone);
  }

  async function begin({ event, raw }: Parsed, body: Buffer, gone: AbortSignal): Promise<HttpAnswer> {
    const delivery: Delivery = { event, exchange: '' };
    if (event.event !== 'DATA') rules.replays.remember(body, delivery);
    ports.notice({ kind: 'accepted', event });
    if (event.event === 'ANSWER' || event.event === 'HANGUP') return acknowledge(delivery, raw);
    delivery.exchange = exchanges.open(delivery);
    const answered = exchanges.wait(delivery.exchange, gone);
    void deliverQuestion({ exchange: delivery.exchange, event, raw });
    return answered;
  }

  /** sipgate discards what these are answered with (sipgate.io docs), so it need not wait for any flow. */
  async function acknowledge(delivery: Delivery, raw: RawFields): Promise<HttpAnswer> {
    const answer = ok(renderReply(CONTINUE, { onData: '' }));
    remember(delivery, answer);
    const incoming = { exchange: exchanges.newId(), event: delivery.event, raw };
    const known = await attempt(delivery.event, () => ports.record(delivery.event));
    if (known.done) void attempt(delivery.event, () => ports.deliver(incoming, known.value));
    return answer;
  }

  async function deliverQuestion(incoming: Incoming): Promise<void> {
    const { event, exchange } = incoming;
    const known = await attempt(event, () => ports.record(event));
    const awaited = known.done && (await attempt(event, () => ports.deliver(incoming, known.value)));
    if (!awaited || !awaited.done || !awaited.value) exchanges.close(exchange, 'unawaited');
  }

  /** A host that fails must neither keep the caller waiting nor end the process. */
  async function attempt<T>(
    event: CallEvent,
    work: () => Promise<T>,
  ): Promise<{ done: true; value: T } | { done: false }> {
    try {
      return { done: true, value: await work() };
    } catch (cause) {
      ports.notice({ kind: 'failed', event, cause });
      return { done: false };
    }
  }

  function answer(exchange: string, reply: Reply): string {
    const delivery = exchanges.subject(exchange);
    if (!delivery) throw closedError(exchanges.state(exchange), rules.responseTimeout);
    const xml = renderReply(reply, ports.followUps());
    replies.set(delivery, reply);
    const state = exchanges.answer(exchange, ok(xml));
    if (state !== 'open') throw closedError(state, rules.responseTimeout);
    return xml;
  }

  /** Never throws, for a timer calls it: rather no follow-up events than a caller who waits. */
  function render(reply: Reply): string {
    try {
      return renderReply(reply, ports.followUps());
    } catch {
      return EMPTY_RESPONSE;
    }
  }

  return {
    contentType: 'application/xml',
    admit,
    handle,
    handleWithoutFlows(head, body) {
      const parsed = read(head, body);
      return 'status' in parsed ? parsed : ok(render(CONTINUE));
    },
    refuse: (status, reason) => refuse(status, reason),
    answer,
    state: exchanges.state,
    eventOf: (exchange) => exchanges.subject(exchange)?.event,
    openOf: (callId) => exchanges.ids().filter((id) => exchanges.subject(id)?.event.callId === callId),
    answerAll: () => exchanges.ids().forEach((exchange) => exchanges.close(exchange, 'interrupted')),
    get openCount() {
      return exchanges.ids().length;
    },
  };
}

function remember(delivery: Delivery, answer: HttpAnswer): void {
  delivery.answer = answer;
  delivery.answeredAt = Date.now();
}

function ok(body: string): HttpAnswer {
  return { status: 200, body };
}

/** Said in words of ours: nothing of a request is echoed. */
function parse(body: Buffer): Parsed | undefined {
  try {
    return parseEvent(body);
  } catch {
    return undefined;
  }
}

function isForm(contentType: string | string[] | undefined): boolean {
  return (
    String(contentType ?? '')
      .split(';', 1)[0]
      ?.trim()
      .toLowerCase() === FORM
  );
}
