import { randomBytes } from 'node:crypto';

/** Where an exchange stands: `unawaited` was answered by the host because nobody would have, `interrupted` by a deploy. */
export type ExchangeState = 'open' | Ending | 'unknown';

/** How an exchange ends: answered by a flow, too late, with its senders gone, or by the host itself. */
export type Ending = 'answered' | 'late' | 'gone' | 'unawaited' | 'interrupted';

/** Calls a listener once, when a sender's connection is lost before it was answered; at once where it is lost already. */
export type WhenGone = (listener: () => void) => void;

/** What a set of exchanges needs to know. */
export interface ExchangeRules<Subject, Answer> {
  /** How long a request may stay open, in ms. */
  readonly deadlineMs: number;
  /** What a request gets that nobody has answered. Must not throw: it is called from a timer. */
  unanswered(subject: Subject, ending: Ending): Answer;
  /** All senders of an open request went away; the flow may still answer, and the same request may come again. */
  onGone(subject: Subject): void;
  onClosed(subject: Subject, ending: Ending, answer: Answer): void;
}

/** Open requests, whatever their protocol: each is answered once, in time, and never forgotten. */
export interface Exchanges<Subject, Answer> {
  /** @returns an id that no other message has, whether it needs an answer or not */
  newId(): string;
  /**
   * Opens an exchange, which the deadline closes as `late`.
   * @param id from `newId`, or that of an earlier exchange which nobody has answered and whose request has come again
   * @returns its id
   */
  open(subject: Subject, id?: string): string;
  /**
   * Waits for the answer of an open exchange.
   * @param whenGone tells when this sender's connection is lost
   */
  wait(id: string, whenGone?: WhenGone): Promise<Answer>;
  /**
   * Answers an open exchange. Where all its senders are gone it counts as gone, though a sender that comes back later gets
   * the answer.
   * @returns how it stood: `open` when the answer went out, else why it did not
   */
  answer(id: string, answer: Answer): ExchangeState;
  /** Answers as nobody did, if it is still open. */
  close(id: string, ending: 'unawaited' | 'interrupted'): void;
  state(id: string): ExchangeState;
  /** What an exchange is about, as long as it is open. */
  subject(id: string): Subject | undefined;
  /** How long it stays open, ms; 0 for one that is not. */
  timeLeft(id: string): number;
  /** The ids of all that are open, the oldest first. */
  ids(): string[];
}

/**
 * Holds an exchange as long as it is open. The old tables of a `Map` that takes and drops things all the time refer to what
 * was dropped until the next full garbage collection: they must keep no message.
 */
interface Holder<Subject, Answer> {
  exchange: OpenExchange<Subject, Answer> | undefined;
}

interface OpenExchange<Subject, Answer> {
  readonly subject: Subject;
  readonly answered: Promise<Answer>;
  readonly settle: (answer: Answer) => void;
  readonly deadline: NodeJS.Timeout;
  /** By the clock of `performance.now`. */
  readonly endsAt: number;
  /** Connections that wait: more than one when the same request came again meanwhile. */
  senders: number;
}

/** So many closed exchanges are remembered: enough to tell a late answer from an unknown one. */
const REMEMBERED_CLOSED = 1000;

/** Keeps the requests that wait for an answer, and how the latest of the others ended. */
export function createExchanges<Subject, Answer>(
  rules: ExchangeRules<Subject, Answer>,
): Exchanges<Subject, Answer> {
  return new OpenExchanges(rules);
}

class OpenExchanges<Subject, Answer> implements Exchanges<Subject, Answer> {
  readonly #rules: ExchangeRules<Subject, Answer>;
  readonly #open = new Map<string, Holder<Subject, Answer>>();
  readonly #closed = new Map<string, Ending>();
  /** Unlike those of any other process; counted, for a random id for each costs more. */
  readonly #series = randomBytes(9).toString('base64url');
  #count = 0;

  constructor(rules: ExchangeRules<Subject, Answer>) {
    this.#rules = rules;
  }

  newId(): string {
    this.#count += 1;
    return `${this.#series}-${this.#count}`;
  }

  open(subject: Subject, id = this.newId()): string {
    let settle: (answer: Answer) => void = () => undefined;
    const answered = new Promise<Answer>((resolve) => (settle = resolve));
    const { deadlineMs } = this.#rules;
    const deadline = setTimeout(() => this.#expire(id), deadlineMs);
    const endsAt = performance.now() + deadlineMs;
    this.#open.set(id, { exchange: { subject, answered, settle, deadline, endsAt, senders: 0 } });
    return id;
  }

  wait(id: string, whenGone?: WhenGone): Promise<Answer> {
    const exchange = this.#find(id);
    if (!exchange) return Promise.reject(new Error('Nobody waits at a closed exchange'));
    exchange.senders += 1;
    whenGone?.(() => this.#leave(id));
    return exchange.answered;
  }

  answer(id: string, given: Answer): ExchangeState {
    const exchange = this.#find(id);
    if (!exchange) return this.state(id);
    const isHeard = exchange.senders > 0;
    this.#end(id, exchange, isHeard ? 'answered' : 'gone', given);
    return isHeard ? 'open' : 'gone';
  }

  close(id: string, ending: 'unawaited' | 'interrupted'): void {
    const exchange = this.#find(id);
    if (exchange) this.#end(id, exchange, ending, this.#rules.unanswered(exchange.subject, ending));
  }

  state(id: string): ExchangeState {
    return this.#open.has(id) ? 'open' : (this.#closed.get(id) ?? 'unknown');
  }

  subject(id: string): Subject | undefined {
    return this.#find(id)?.subject;
  }

  timeLeft(id: string): number {
    const exchange = this.#find(id);
    return exchange ? Math.max(0, exchange.endsAt - performance.now()) : 0;
  }

  ids(): string[] {
    return [...this.#open.keys()];
  }

  #find(id: string): OpenExchange<Subject, Answer> | undefined {
    return this.#open.get(id)?.exchange;
  }

  /** A sender hung up before it was answered: a later answer must not be taken for one that arrived. */
  #leave(id: string): void {
    const exchange = this.#find(id);
    if (!exchange) return;
    exchange.senders -= 1;
    if (exchange.senders === 0) this.#rules.onGone(exchange.subject);
  }

  #expire(id: string): void {
    const exchange = this.#find(id);
    if (!exchange) return;
    const ending = exchange.senders > 0 ? 'late' : 'gone';
    this.#end(id, exchange, ending, this.#rules.unanswered(exchange.subject, ending));
  }

  #end(id: string, exchange: OpenExchange<Subject, Answer>, ending: Ending, given: Answer): void {
    const holder = this.#open.get(id);
    if (holder) holder.exchange = undefined;
    this.#open.delete(id);
    clearTimeout(exchange.deadline);
    this.#remember(id, ending);
    exchange.settle(given);
    this.#rules.onClosed(exchange.subject, ending, given);
  }

  /** A map keeps its order: what is too old stands in front. */
  #remember(id: string, ending: Ending): void {
    this.#closed.delete(id); // one that was opened again stands last
    this.#closed.set(id, ending);
    if (this.#closed.size <= REMEMBERED_CLOSED) return;
    const [oldest] = this.#closed.keys();
    this.#closed.delete(oldest as string);
  }
}
