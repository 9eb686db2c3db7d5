import {
  createExchanges,
  type Ending,
  type Exchanges,
  type ExchangeState,
  type WhenGone,
} from '../exchanges';
import { copyText } from '../copy-text';
import type { HttpAnswer, HttpEndpoint, RequestHead } from '../http-endpoint';
import {
  readEvent,
  refusalOf,
  senderOf,
  type AdmissionRules,
  type ReadEvent,
  type Refusal,
} from './admission';
import { closedError } from './closed-error';
import type { CallEvent, RawFields } from './event';
import type { ReplayMemory } from './replay';
import type { Reply } from './reply';
import { renderError, renderReply, type FollowUps } from './xml';

/** Whatever happens, the caller goes on. */
const EMPTY_RESPONSE = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

const CONTINUE: Reply = { action: 'continue' };

/** Characters; those of sipgate have 36 at most. */
const LONGEST_CALL_ID = 256;

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
export interface EndpointRules extends AdmissionRules {
  /** How long a flow may take, in ms. */
  readonly responseTimeout: number;
  readonly replays: ReplayMemory<Delivery>;
}

/** One event that was delivered: what the same bytes get when they come again. */
export interface Delivery {
  /** When it is answered, only what tells it from others. */
  event: CallEvent;
  readonly exchange: string;
  /** While a flow answers it. */
  reply?: Reply | undefined;
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
  /** How long an exchange stays open, ms; 0 for one that is not. */
  timeLeft(exchange: string): number;
  /** How many requests wait for an answer. */
  readonly openCount: number;
  /** The exchanges of a call that wait for an answer. */
  openOf(callId: string): string[];
  /** Answers every open request as `continue`, before a deploy takes its flow away. */
  answerAll(): void;
}

/**
 * The engine of a webhook: checks, reads, delivers, answers exactly once and in time. It knows no server and
 * no Node-RED, and does no I/O.
 */
export function createWebhookEndpoint<Known>(
  rules: EndpointRules,
  ports: EndpointPorts<Known>,
): WebhookEndpoint {
  return new Endpoint(rules, ports);
}

class Endpoint<Known> implements WebhookEndpoint {
  readonly contentType = 'application/xml';
  readonly #rules: EndpointRules;
  readonly #ports: EndpointPorts<Known>;
  readonly #exchanges: Exchanges<Delivery, HttpAnswer>;

  constructor(rules: EndpointRules, ports: EndpointPorts<Known>) {
    this.#rules = rules;
    this.#ports = ports;
    this.#exchanges = createExchanges<Delivery, HttpAnswer>({
      deadlineMs: rules.responseTimeout,
      unanswered: () => this.#goOn(),
      onGone: ({ event }) => ports.notice({ kind: 'gone', event }),
      onClosed: (delivery, ending, answer) => this.#closed(delivery, ending, answer),
    });
  }

  admit(head: RequestHead): HttpAnswer | undefined {
    const refusal = refusalOf(head, this.#rules);
    return refusal && this.#refuse(refusal, head);
  }

  async handle(head: RequestHead, body: Buffer, whenGone: WhenGone): Promise<HttpAnswer> {
    const read = this.#read(head, body);
    if ('status' in read) return this.#refuse(read, head);
    const earlier = this.#rules.replays.recall(body);
    return earlier ? this.#repeat(earlier, whenGone) : this.#begin(read, body, whenGone);
  }

  async handleWithoutFlows(head: RequestHead, body: Buffer): Promise<HttpAnswer> {
    const read = this.#read(head, body);
    if ('status' in read) return this.#refuse(read, head);
    const isQuestion = read.event.event === 'NEW_CALL' || read.event.event === 'DATA';
    return isQuestion ? this.#goOn() : this.handle(head, body, () => undefined);
  }

  refuse(status: number, reason: string): HttpAnswer {
    return this.#refuse({ status, reason });
  }

  answer(exchange: string, reply: Reply): string {
    const delivery = this.#exchanges.subject(exchange);
    if (!delivery) throw closedError(this.state(exchange), this.#rules.responseTimeout);
    const xml = renderReply(reply, this.#ports.followUps());
    delivery.reply = reply;
    const state = this.#exchanges.answer(exchange, ok(xml));
    if (state !== 'open') throw closedError(state, this.#rules.responseTimeout);
    return xml;
  }

  state(exchange: string): ExchangeState {
    return this.#exchanges.state(exchange);
  }

  eventOf(exchange: string): CallEvent | undefined {
    return this.#exchanges.subject(exchange)?.event;
  }

  timeLeft(exchange: string): number {
    return this.#exchanges.timeLeft(exchange);
  }

  openOf(callId: string): string[] {
    return this.#exchanges.ids().filter((id) => this.eventOf(id)?.callId === callId);
  }

  answerAll(): void {
    for (const exchange of this.#exchanges.ids()) this.#exchanges.close(exchange, 'interrupted');
  }

  get openCount(): number {
    return this.#exchanges.ids().length;
  }

  #read(head: RequestHead, body: Buffer): ReadEvent | Refusal {
    const isSigned = this.#ports.verify(body, head.headers['x-sipgate-signature']);
    return readEvent(body, isSigned, this.#rules);
  }

  #refuse({ status, reason }: Refusal, head?: RequestHead): HttpAnswer {
    const address = (head && (senderOf(head, this.#rules) ?? head.remoteAddress)) ?? '';
    this.#ports.notice({ kind: 'refused', status, reason, address });
    return { status, body: renderError(reason) };
  }

  #repeat(earlier: Delivery, whenGone: WhenGone): HttpAnswer | Promise<HttpAnswer> {
    const { event, exchange, answer, answeredAt } = earlier;
    this.#ports.notice({ kind: 'replayed', event, answeredAt });
    if (answer) return answer;
    if (this.state(exchange) !== 'open') this.#exchanges.open(earlier, exchange);
    return this.#exchanges.wait(exchange, whenGone);
  }

  #begin({ event, raw }: ReadEvent, body: Buffer, whenGone: WhenGone): Promise<HttpAnswer> {
    const delivery: Delivery = { event, exchange: this.#exchanges.newId() };
    // pressing 1 twice is no replay
    if (event.event !== 'DATA') this.#rules.replays.remember(body, delivery);
    this.#ports.notice({ kind: 'accepted', event });
    if (event.event === 'ANSWER' || event.event === 'HANGUP') return this.#acknowledge(delivery, raw);
    this.#exchanges.open(delivery, delivery.exchange);
    const answered = this.#exchanges.wait(delivery.exchange, whenGone);
    void this.#deliverQuestion({ exchange: delivery.exchange, event, raw });
    return answered;
  }

  /** sipgate discards what these are answered with (sipgate.io docs), so it need not wait for any flow. */
  async #acknowledge(delivery: Delivery, raw: RawFields): Promise<HttpAnswer> {
    const { event, exchange } = delivery;
    const answer = ok(EMPTY_RESPONSE);
    remember(delivery, answer);
    delivery.event = briefOf(event);
    const recorded = await this.#record(event);
    if (recorded) void this.#deliver({ exchange, event, raw }, recorded.known);
    return answer;
  }

  async #deliverQuestion(incoming: Incoming): Promise<void> {
    const recorded = await this.#record(incoming.event);
    const isAwaited = recorded && (await this.#deliver(incoming, recorded.known));
    if (!isAwaited) this.#exchanges.close(incoming.exchange, 'unawaited');
  }

  // A host that fails must neither keep the caller waiting nor end the process.

  async #record(event: CallEvent): Promise<{ known: Known } | undefined> {
    try {
      return { known: await this.#ports.record(event) };
    } catch (cause) {
      return void this.#ports.notice({ kind: 'failed', event, cause });
    }
  }

  async #deliver(incoming: Incoming, known: Known): Promise<boolean> {
    try {
      return await this.#ports.deliver(incoming, known);
    } catch (cause) {
      this.#ports.notice({ kind: 'failed', event: incoming.event, cause });
      return false;
    }
  }

  #closed(delivery: Delivery, ending: Ending, answer: HttpAnswer): void {
    const { event, reply } = delivery;
    // one that nobody heard of and no flow has answered waits for the flow's answer when it comes again
    if (ending !== 'gone' || reply) remember(delivery, answer);
    const { notice } = this.#ports;
    if (ending === 'late') notice({ kind: 'deadline', event, afterMs: this.#rules.responseTimeout });
    else if (ending !== 'gone')
      notice({ kind: 'answered', event, reply: reply ?? CONTINUE, by: reply ? 'flow' : 'webhook' });
    delivery.event = briefOf(event);
    delivery.reply = undefined;
  }

  /** Never throws, for a timer calls it: rather no follow-up events than a caller who waits. */
  #goOn(): HttpAnswer {
    try {
      return ok(renderReply(CONTINUE, this.#ports.followUps()));
    } catch {
      return ok(EMPTY_RESPONSE);
    }
  }
}

function remember(delivery: Delivery, answer: HttpAnswer): void {
  delivery.answer = answer;
  delivery.answeredAt = Date.now();
}

/** Thousands of events are remembered, and a stranger may write 64 KiB into each. */
function briefOf({ event, callId = '' }: CallEvent): CallEvent {
  return { event, callId: copyText(callId, LONGEST_CALL_ID) } as CallEvent;
}

function ok(body: string): HttpAnswer {
  return { status: 200, body };
}
