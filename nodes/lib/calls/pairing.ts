import { isRecord, SipgateError, type ExchangeState } from '../../../sipgate/index';

/** A webhook or an AI flow that has open requests. */
export interface Answerable {
  readonly endpoint: {
    state(exchange: string): ExchangeState;
    /** The exchanges of a call, or of a session, that wait for an answer. */
    openOf(id: string): string[];
  };
  /** ms */
  readonly responseTimeout: number;
}

/** How requests of one kind are named. */
export interface PairingRules {
  /** The property of a message that names its call or session. */
  readonly idName: 'callId' | 'sessionId';
  closedError(state: ExchangeState, timeoutMs: number): SipgateError;
  /** What a message lacks that names none, and which of several open requests is meant. */
  readonly texts: { readonly unnamed: string; several(count: number): string };
}

/** A request that waits, and at whom. */
export interface OpenExchange<Target> {
  readonly target: Target;
  readonly exchange: string;
}

/**
 * Finds the open request that a message belongs to: by its exchange, or, where a flow lost that, by its call or session if
 * that has exactly one open request.
 * @throws SipgateError when there is none: answered already, too late, or never there
 */
export function findOpen<Target extends Answerable>(
  targets: Iterable<Target>,
  message: Record<string, unknown>,
  rules: PairingRules,
): OpenExchange<Target> {
  const exchange = field(message['sipgate'], 'exchange');
  if (typeof exchange === 'string' && exchange !== '') return byExchange(targets, exchange, rules);
  return byId(targets, message, rules);
}

function byExchange<Target extends Answerable>(
  targets: Iterable<Target>,
  exchange: string,
  { closedError }: PairingRules,
): OpenExchange<Target> {
  let reason: SipgateError | undefined;
  for (const target of targets) {
    const state = target.endpoint.state(exchange);
    if (state === 'open') return { target, exchange };
    if (state !== 'unknown') reason = closedError(state, target.responseTimeout);
  }
  throw reason ?? closedError('unknown', 0);
}

/** A payload may have become something else with such an id of its own, so the first that has an open request counts. */
function byId<Target extends Answerable>(
  targets: Iterable<Target>,
  message: Record<string, unknown>,
  { idName, closedError, texts }: PairingRules,
): OpenExchange<Target> {
  const ids = [field(message['payload'], idName), field(message['call'], idName), message[idName]];
  const named = ids.filter((id): id is string => typeof id === 'string' && id !== '');
  if (named.length === 0) throw new SipgateError('NOT_FOUND', texts.unnamed);
  const openOf = (id: string) =>
    [...targets].flatMap((target) => target.endpoint.openOf(id).map((exchange) => ({ target, exchange })));
  const open = named.map(openOf).find((found) => found.length > 0) ?? [];
  const [only, ...more] = open;
  if (!only) throw closedError('unknown', 0);
  if (more.length > 0) throw new SipgateError('INVALID_INPUT', texts.several(open.length));
  return only;
}

/** @returns a field of an object; `undefined` where there is no object */
export function field(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}
