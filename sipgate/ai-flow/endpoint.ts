import {
  createExchanges,
  type Ending,
  type Exchanges,
  type ExchangeState,
  type WhenGone,
} from '../exchanges';
import type { HttpAnswer, HttpEndpoint, RequestHead, SocketEndpoint } from '../http-endpoint';
import type { AiFlowAction } from './action';
import {
  refusalOf,
  secretCheck,
  senderOf,
  strangerRefusal,
  type Refusal,
  type SecretCheck,
} from './admission';
import { aiFlowClosedError } from './closed-error';
import { readAiFlowEvent, type AiFlowEvent, type ReadAiFlowEvent, type SessionFields } from './event';
import type { AiFlowPorts, AiFlowRules, AnsweredBy, Recorded } from './ports';

/** An AI flow without a server: over HTTP each event is answered once, over a WebSocket at any time. */
export interface AiFlowEndpoint extends HttpEndpoint {
  readonly sockets: SocketEndpoint;
  /**
   * Answers an open request, once; or sends to the session's connection, as often as one likes.
   * @returns the actions that went out
   * @throws SipgateError when nobody waits for it any more
   */
  answer(exchange: string, actions: readonly AiFlowAction[]): readonly AiFlowAction[];
  /** What is known of an exchange: open, how it ended, or nothing. */
  state(exchange: string): ExchangeState;
  /** The session that an open exchange belongs to. */
  sessionOf(exchange: string): SessionFields | undefined;
  /** The exchanges of a session that can be answered. */
  openOf(sessionId: string): string[];
  /** Answers every open request with 204, before a deploy takes its flow away. */
  answerAll(): void;
  /** From now on what comes over connections waits for the next endpoint. */
  detach(): void;
}

/** Somebody waits there, and has a right to hear that it takes longer. */
const FILLED_EVENTS = new Set(['SESSION_START', 'USER_SPEAK', 'USER_INPUT_TIMEOUT', 'DTMF_RECEIVED']);

const NO_CONTENT: HttpAnswer = { status: 204, body: '' };

/** The engine of an AI flow: checks, reads, delivers, answers exactly once and in time. It knows no server and no Node-RED. */
export function createAiFlowEndpoint<Known>(rules: AiFlowRules, ports: AiFlowPorts<Known>): AiFlowEndpoint {
  return new Endpoint(rules, ports);
}

/** A request that waits. */
interface Question {
  readonly event: AiFlowEvent;
  /** The types of the actions that answer it, and who gave them. */
  answered?: { readonly actions: readonly string[]; readonly by: AnsweredBy };
}

class Endpoint<Known> implements AiFlowEndpoint {
  readonly contentType = 'application/json';
  readonly sockets: SocketEndpoint;
  readonly detach: () => void;
  readonly #rules: AiFlowRules;
  readonly #ports: AiFlowPorts<Known>;
  readonly #hasSecret: SecretCheck;
  readonly #exchanges: Exchanges<Question, HttpAnswer>;

  constructor(rules: AiFlowRules, ports: AiFlowPorts<Known>) {
    this.#rules = rules;
    this.#hasSecret = secretCheck(rules);
    this.#ports = ports;
    this.#exchanges = createExchanges<Question, HttpAnswer>({
      deadlineMs: rules.responseTimeout,
      unanswered: ({ event }, ending) => (this.#isFilled(event, ending) ? this.#filler(event) : NO_CONTENT),
      onGone: ({ event }) => ports.notice({ kind: 'gone', event }),
      onClosed: (question, ending) => this.#closed(question, ending),
    });
    this.sockets = {
      admit: (head) => this.#admit(strangerRefusal(head, rules, this.#hasSecret), head),
      open: (connection) => rules.connections.open(connection),
    };
    this.detach = rules.connections.attach({
      onEvent: (exchange, read) => this.#overSocket(exchange, read),
      onRefused: (reason) => ports.notice({ kind: 'refused', status: 400, reason, address: '' }),
    });
  }

  admit(head: RequestHead): HttpAnswer | undefined {
    return this.#admit(refusalOf(head, this.#rules, this.#hasSecret), head);
  }

  async handle(head: RequestHead, body: Buffer, whenGone: WhenGone): Promise<HttpAnswer> {
    const read = readAiFlowEvent(body.toString('utf8'));
    if (!read) return this.#refuse({ status: 400, reason: NO_EVENT }, head);
    this.#ports.notice({ kind: 'accepted', event: read.event });
    if (read.event.event === 'SESSION_END') {
      void this.#tell(this.#exchanges.newId(), read);
      return NO_CONTENT;
    }
    return read.event.event === 'ASSISTANT_SPEECH_ENDED'
      ? this.#afterSpeech(read, whenGone)
      : this.#ask(read, whenGone, this.#record(read.event));
  }

  async handleWithoutFlows(head: RequestHead, body: Buffer): Promise<HttpAnswer> {
    const read = readAiFlowEvent(body.toString('utf8'));
    if (!read) return this.#refuse({ status: 400, reason: NO_EVENT }, head);
    if (read.event.event === 'SESSION_END') return this.handle(head, body, () => undefined);
    const recorded = await this.#record(read.event);
    return recorded?.due ? answerOf([recorded.due]) : NO_CONTENT;
  }

  refuse(status: number, reason: string): HttpAnswer {
    return this.#refuse({ status, reason });
  }

  answer(exchange: string, actions: readonly AiFlowAction[]): readonly AiFlowAction[] {
    const question = this.#exchanges.subject(exchange);
    const state = question
      ? this.#close(exchange, question, actions, 'flow')
      : this.#send(exchange, actions, 'flow');
    if (state !== 'open') throw aiFlowClosedError(state, this.#rules.responseTimeout);
    return actions;
  }

  state(exchange: string): ExchangeState {
    const state = this.#exchanges.state(exchange);
    return state === 'unknown' ? this.#rules.connections.state(exchange) : state;
  }

  sessionOf(exchange: string): SessionFields | undefined {
    return this.#exchanges.subject(exchange)?.event ?? this.#rules.connections.session(exchange);
  }

  openOf(sessionId: string): string[] {
    const connected = this.#rules.connections.exchangeOf(sessionId);
    const open = this.#exchanges.ids().filter((id) => this.sessionOf(id)?.sessionId === sessionId);
    return connected === undefined ? open : [...open, connected];
  }

  answerAll(): void {
    for (const exchange of this.#exchanges.ids()) this.#exchanges.close(exchange, 'interrupted');
  }

  #admit(refusal: Refusal | undefined, head: RequestHead): HttpAnswer | undefined {
    return refusal && this.#refuse(refusal, head);
  }

  #refuse({ status, reason }: Refusal, head?: RequestHead): HttpAnswer {
    const address = (head && (senderOf(head, this.#rules) ?? head.remoteAddress)) ?? '';
    this.#ports.notice({ kind: 'refused', status, reason, address });
    return { status, body: JSON.stringify({ error: reason }) };
  }

  /** Hands an event to the flows, and waits for their answer. */
  #ask(
    read: ReadAiFlowEvent,
    whenGone: WhenGone,
    recorded: Promise<Recorded<Known> | undefined>,
  ): Promise<HttpAnswer> {
    const exchange = this.#exchanges.open({ event: read.event });
    const answered = this.#exchanges.wait(exchange, whenGone);
    void this.#deliverQuestion(exchange, read, recorded);
    return answered;
  }

  async #deliverQuestion(
    exchange: string,
    read: ReadAiFlowEvent,
    recorded: Promise<Recorded<Known> | undefined>,
  ): Promise<void> {
    const isAwaited = await this.#deliver(exchange, read, await recorded);
    if (!isAwaited) this.#exchanges.close(exchange, 'unawaited');
  }

  /** What was to be done when the assistant had spoken is done now; the flow hears of the event all the same. */
  async #afterSpeech(read: ReadAiFlowEvent, whenGone: WhenGone): Promise<HttpAnswer> {
    const recorded = await this.#record(read.event);
    if (!recorded?.due) return this.#ask(read, whenGone, Promise.resolve(recorded));
    const question: Question = { event: read.event };
    const exchange = this.#exchanges.open(question);
    const answered = this.#exchanges.wait(exchange, whenGone);
    const state = this.#close(exchange, question, [recorded.due], 'then');
    if (state !== 'open') this.#ports.putBack(read.event.sessionId, recorded.due);
    void this.#deliver(exchange, read, recorded);
    return answered;
  }

  /** Nobody waits for an answer there: a flow may send one whenever it likes. */
  async #overSocket(exchange: string, read: ReadAiFlowEvent): Promise<void> {
    const { event } = read;
    this.#ports.notice({ kind: 'accepted', event });
    const recorded = await this.#record(event);
    if (recorded?.due) this.#send(exchange, [recorded.due], 'then');
    await this.#deliver(exchange, read, recorded);
  }

  async #tell(exchange: string, read: ReadAiFlowEvent): Promise<void> {
    await this.#deliver(exchange, read, await this.#record(read.event));
  }

  /** A host that fails must neither keep the caller waiting nor end the process. */
  async #record(event: AiFlowEvent): Promise<Recorded<Known> | undefined> {
    try {
      return await this.#ports.record(event);
    } catch (cause) {
      this.#ports.notice({ kind: 'failed', event, cause });
      return undefined;
    }
  }

  /** @returns whether a flow may answer it */
  async #deliver(
    exchange: string,
    { event, raw }: ReadAiFlowEvent,
    recorded: Recorded<Known> | undefined,
  ): Promise<boolean> {
    if (!recorded) return false;
    const told: AiFlowEvent = recorded.hasReturned ? { ...event, returned: true } : event;
    try {
      return await this.#ports.deliver({ exchange, event: told, raw }, recorded.known);
    } catch (cause) {
      this.#ports.notice({ kind: 'failed', event, cause });
      return false;
    }
  }

  #close(
    exchange: string,
    question: Question,
    actions: readonly AiFlowAction[],
    by: AnsweredBy,
  ): ExchangeState {
    question.answered = { actions: actions.map(({ type }) => type), by };
    return this.#exchanges.answer(exchange, answerOf(actions));
  }

  #send(exchange: string, actions: readonly AiFlowAction[], by: AnsweredBy): ExchangeState {
    const { connections } = this.#rules;
    const session = connections.session(exchange);
    const texts = actions.map((action) => JSON.stringify(action));
    if (!session || !connections.send(exchange, texts)) {
      const state = this.state(exchange);
      return state === 'open' ? 'gone' : state;
    }
    const types = actions.map(({ type }) => type);
    this.#ports.notice({ kind: 'answered', event: session, actions: types, by });
    return 'open';
  }

  #isFilled({ event }: AiFlowEvent, ending: Ending): boolean {
    return ending === 'late' && this.#rules.filler !== '' && FILLED_EVENTS.has(event);
  }

  #filler({ sessionId }: AiFlowEvent): HttpAnswer {
    return answerOf([{ type: 'speak', session_id: sessionId, text: this.#rules.filler }]);
  }

  #closed({ event, answered }: Question, ending: Ending): void {
    const { notice, filled } = this.#ports;
    if (ending === 'late') {
      const isFilled = this.#isFilled(event, ending);
      if (isFilled) filled(event.sessionId);
      notice({ kind: 'deadline', event, afterMs: this.#rules.responseTimeout, isFilled });
    } else if (ending === 'answered' && answered) notice({ kind: 'answered', event, ...answered });
    else if (ending !== 'gone') notice({ kind: 'answered', event, actions: [], by: 'ai-flow' });
  }
}

const NO_EVENT = 'The body must be a JSON object with type and session.id';

/** sipgate takes one action or a list; anything else makes it stop listening to the caller, so nothing is 204. */
function answerOf(actions: readonly AiFlowAction[]): HttpAnswer {
  if (actions.length === 0) return NO_CONTENT;
  return { status: 200, body: JSON.stringify(actions.length === 1 ? actions[0] : actions) };
}
