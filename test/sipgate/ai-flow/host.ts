import {
  createAiFlowEndpoint,
  createConnections,
  parseRanges,
  partsOfAnswer,
  sessionOf,
  stepOf,
  type AiFlowEndpoint,
  type AiFlowNotice,
  type AiFlowPorts,
  type AiFlowRules,
  type AiFlowSession,
  type Connection,
  type Connections,
  type HttpAnswer,
  type IncomingAiFlowEvent,
  type RequestHead,
  type SessionParts,
} from '../../../sipgate/index';
import { parseAiFlowAnswer } from '../../../sipgate/ai-flow/answer';

export const TOKEN = 'a long secret';

export const HEAD: RequestHead = {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'x-api-token': TOKEN },
  remoteAddress: '127.0.0.1',
};

/** An AI flow whose flows do what a test says; nothing is answered unless the test does. */
export interface Host {
  endpoint: AiFlowEndpoint;
  readonly connections: Connections;
  readonly delivered: (IncomingAiFlowEvent & { known: AiFlowSession })[];
  readonly notices: AiFlowNotice[];
  readonly kinds: () => string[];
  readonly parts: Map<string, SessionParts>;
  /** Posts an event as sipgate does. */
  post(event: unknown, head?: Partial<RequestHead>, gone?: AbortSignal): Promise<HttpAnswer>;
  /** Answers as an AI flow response does: checked, remembered, sent. */
  answer(exchange: string, response: unknown): readonly unknown[];
  exchange(nth?: number): string;
  /** Ends the endpoint and starts another one, as a deploy does. */
  deploy(): void;
}

export function startHost(
  rules: Partial<AiFlowRules> = {},
  ports: Partial<AiFlowPorts<AiFlowSession>> = {},
): Host {
  const connections = createConnections();
  const parts = new Map<string, SessionParts>();
  const delivered: Host['delivered'] = [];
  const notices: AiFlowNotice[] = [];
  const add = (sessionId: string, changes: SessionParts) =>
    parts.set(sessionId, { ...parts.get(sessionId), ...changes });
  const spoken = (sessionId: string, answer: Parameters<typeof partsOfAnswer>[1]) =>
    add(sessionId, partsOfAnswer(parts.get(sessionId) ?? {}, answer, Date.now()));
  const allRules: AiFlowRules = {
    allowedIps: parseRanges('', 'allowedIps'),
    trustProxy: parseRanges('', 'trustProxy'),
    tokenHeader: 'X-API-TOKEN',
    token: TOKEN,
    responseTimeout: 4000,
    filler: '',
    connections,
    ...rules,
  };
  const start = () =>
    createAiFlowEndpoint<AiFlowSession>(allRules, {
      record(event) {
        const step = stepOf(parts.get(event.sessionId) ?? {}, event, Date.now());
        add(event.sessionId, step.changes);
        const known = sessionOf(parts.get(event.sessionId) ?? {}, event);
        return Promise.resolve({ ...step, known });
      },
      putBack: (sessionId, due) => spoken(sessionId, { spoken: [], afterSpeech: due }),
      filled: (sessionId) => spoken(sessionId, { spoken: [allRules.filler], afterSpeech: 'unchanged' }),
      deliver(incoming, known) {
        delivered.push({ ...incoming, known });
        return Promise.resolve(true);
      },
      notice: (notice) => void notices.push(notice),
      ...ports,
    });
  const host: Host = {
    endpoint: start(),
    connections,
    delivered,
    notices,
    parts,
    kinds: () => notices.map(({ kind }) => kind),
    async post(event, head = {}, gone = new AbortController().signal) {
      const body = Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
      const whole = { ...HEAD, ...head };
      const refusal = host.endpoint.admit(whole);
      if (refusal) return refusal;
      return host.endpoint.handle(whole, body, (listener) => gone.addEventListener('abort', listener));
    },
    answer(exchange, response) {
      const session = host.endpoint.sessionOf(exchange);
      const { sessionId = 'unknown', number } = session ?? {};
      const answer = parseAiFlowAnswer(response, { sessionId, number, country: 'DE', warn: () => undefined });
      const actions = host.endpoint.answer(exchange, answer.actions);
      spoken(sessionId, answer);
      return actions;
    },
    exchange: (nth = 0) => delivered[nth]?.exchange ?? '',
    deploy() {
      host.endpoint.answerAll();
      host.endpoint.detach();
      host.endpoint = start();
    },
  };
  return host;
}

/** sipgate's end of a WebSocket. */
export interface Wire {
  readonly sent: unknown[];
  readonly closed: number[];
  say(event: unknown): void;
  hangUp(): void;
}

export function connect(host: Host): Wire {
  const sent: unknown[] = [];
  const closed: number[] = [];
  let isOpen = true;
  const connection: Connection = {
    send: (text) => void (isOpen && sent.push(JSON.parse(text))),
    close(code) {
      closed.push(code);
      wire.hangUp();
    },
  };
  const peer = host.endpoint.sockets.open(connection);
  const wire: Wire = {
    sent,
    closed,
    say: (event) => peer.receive(typeof event === 'string' ? event : JSON.stringify(event)),
    hangUp() {
      if (isOpen) peer.end();
      isOpen = false;
    },
  };
  return wire;
}
