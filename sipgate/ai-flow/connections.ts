import { randomBytes } from 'node:crypto';
import type { ExchangeState } from '../exchanges';
import type { Connection, ConnectionPeer } from '../http-endpoint';
import { readAiFlowEvent, type AiFlowEvent, type ReadAiFlowEvent, type SessionFields } from './event';

/** Takes what comes over the connections, one thing after the other for each of them. */
export interface ConnectionListener {
  /** @param exchange pairs the event with its session; an answer may name it at any time */
  onEvent(exchange: string, read: ReadAiFlowEvent): Promise<void>;
  /** A frame holds no event. */
  onRefused(reason: string): void;
}

/**
 * The WebSocket connections of an AI flow. They outlive the flows: what comes while nobody listens waits for the next
 * listener.
 */
export interface Connections {
  /** @returns what tells of frames and of the end of a new connection */
  open(connection: Connection): ConnectionPeer;
  /** @returns a function that ends it */
  attach(listener: ConnectionListener): () => void;
  /** Whether somebody listens. */
  readonly isAttached: boolean;
  /** Whether an answer that names this exchange can be given. */
  state(exchange: string): ExchangeState;
  /** The session that an exchange belongs to, as long as it lasts. */
  session(exchange: string): SessionFields | undefined;
  /** @returns an exchange with which a session can be answered; `undefined` where it has no connection */
  exchangeOf(sessionId: string): string | undefined;
  /** Sends texts in this order. @returns whether the session still has its connection */
  send(exchange: string, texts: readonly string[]): boolean;
  /** Closes all. */
  close(): void;
}

/** Frames that wait for flows. Honest connections have some; what comes faster than anybody speaks is an attack. */
const MOST_WAITING = 200;
/** sipgate opens a connection for each session; some more are let pass, for nothing says that it must be one. */
const MOST_SESSIONS = 20;
/** RFC 6455, 7.4.1 */
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

interface LiveSession {
  readonly key: string;
  readonly fields: SessionFields;
  readonly connection: Connection;
  count: number;
}

export function createConnections(): Connections {
  return new OpenConnections();
}

class OpenConnections implements Connections {
  readonly #series = randomBytes(9).toString('base64url');
  readonly #lines = new Set<Line>();
  readonly #byId = new Map<string, LiveSession>();
  readonly #byKey = new Map<string, LiveSession>();
  #listener: ConnectionListener | undefined;
  #count = 0;

  open(connection: Connection): ConnectionPeer {
    const line: Line = new Line(connection, () => this.#listener, {
      frame: (text, listener) => this.#frame(text, connection, listener),
      ended: (listener) => {
        this.#lines.delete(line);
        return this.#ended(connection, listener);
      },
    });
    this.#lines.add(line);
    return { receive: (text) => line.add(text), end: () => line.end() };
  }

  attach(listener: ConnectionListener): () => void {
    this.#listener = listener;
    for (const line of this.#lines) void line.work();
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }

  get isAttached(): boolean {
    return this.#listener !== undefined;
  }

  state(exchange: string): ExchangeState {
    if (this.#bySession(exchange)) return 'open';
    return exchange.startsWith(`${this.#series}.`) ? 'gone' : 'unknown';
  }

  session(exchange: string): SessionFields | undefined {
    return this.#bySession(exchange)?.fields;
  }

  exchangeOf(sessionId: string): string | undefined {
    const session = this.#byId.get(sessionId);
    return session && nextExchange(session);
  }

  send(exchange: string, texts: readonly string[]): boolean {
    const session = this.#bySession(exchange);
    if (!session) return false;
    for (const text of texts) session.connection.send(text);
    return true;
  }

  close(): void {
    for (const line of this.#lines) line.connection.close(GOING_AWAY);
  }

  #bySession(exchange: string): LiveSession | undefined {
    return this.#byKey.get(exchange.slice(0, exchange.lastIndexOf('.')));
  }

  async #frame(text: string, connection: Connection, listener: ConnectionListener): Promise<void> {
    const read = readAiFlowEvent(text);
    if (!read) return listener.onRefused('The frame holds no event');
    const session = this.#sessionOf(read.event, connection);
    if (!session) return connection.close(POLICY_VIOLATION);
    if (read.event.event === 'SESSION_END') this.#forget(session);
    await listener.onEvent(nextExchange(session), read);
  }

  /**
   * A session that comes over another connection has moved there.
   * @returns `undefined` where the connection has more of them than any honest one
   */
  #sessionOf(event: AiFlowEvent, connection: Connection): LiveSession | undefined {
    const earlier = this.#byId.get(event.sessionId);
    if (earlier?.connection === connection) return earlier;
    if (this.#sessionsOf(connection).length >= MOST_SESSIONS) return undefined;
    if (!earlier) this.#count += 1;
    const key = earlier?.key ?? `${this.#series}.${this.#count}`;
    const session = { key, fields: fieldsOf(event), connection, count: earlier?.count ?? 0 };
    this.#byId.set(event.sessionId, session);
    this.#byKey.set(key, session);
    return session;
  }

  #sessionsOf(connection: Connection): LiveSession[] {
    return [...this.#byKey.values()].filter((session) => session.connection === connection);
  }

  #forget({ key, fields: { sessionId } }: LiveSession): void {
    this.#byKey.delete(key);
    if (this.#byId.get(sessionId)?.key === key) this.#byId.delete(sessionId);
  }

  /** Its sessions that did not end before have ended now, though nobody said so. */
  async #ended(connection: Connection, listener: ConnectionListener): Promise<void> {
    for (const session of this.#sessionsOf(connection)) {
      this.#forget(session);
      const event: AiFlowEvent = { event: 'SESSION_END', ...session.fields, lost: true };
      await listener.onEvent(nextExchange(session), { event, raw: {} });
    }
  }
}

function nextExchange(session: LiveSession): string {
  session.count += 1;
  return `${session.key}.${session.count}`;
}

function fieldsOf({ sessionId, accountId, number, direction, from, to }: AiFlowEvent): SessionFields {
  return {
    sessionId,
    ...(accountId === undefined ? {} : { accountId }),
    ...(number === undefined ? {} : { number }),
    ...(direction === undefined ? {} : { direction }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

interface LineTasks {
  frame(text: string, listener: ConnectionListener): Promise<void>;
  ended(listener: ConnectionListener): Promise<void>;
}

/** What one connection has brought and nobody has taken yet. */
class Line {
  readonly connection: Connection;
  readonly #listener: () => ConnectionListener | undefined;
  readonly #tasks: LineTasks;
  readonly #frames: string[] = [];
  #isWorking = false;
  #hasEnded = false;

  constructor(connection: Connection, listener: () => ConnectionListener | undefined, tasks: LineTasks) {
    this.connection = connection;
    this.#listener = listener;
    this.#tasks = tasks;
  }

  add(text: string): void {
    if (this.#frames.length >= MOST_WAITING) return this.connection.close(POLICY_VIOLATION);
    this.#frames.push(text);
    void this.work();
  }

  end(): void {
    this.#hasEnded = true;
    void this.work();
  }

  /** Never rejects: a listener that fails says so itself. */
  async work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (let listener = this.#listener(); listener && this.#isLeft(); listener = this.#listener()) {
      const frame = this.#frames.shift();
      if (frame === undefined) this.#hasEnded = false;
      const task = frame === undefined ? this.#tasks.ended(listener) : this.#tasks.frame(frame, listener);
      await task.catch(() => undefined);
    }
    this.#isWorking = false;
  }

  #isLeft(): boolean {
    return this.#frames.length > 0 || this.#hasEnded;
  }
}
