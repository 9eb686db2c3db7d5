import { setMaxListeners } from 'node:events';
import type { NodeAPI } from 'node-red';
import {
  createHistoryWatch,
  invalidInput,
  isCancelled,
  SipgateError,
  type HistoryEntry,
  type SipgateClient,
} from '../../../sipgate/index';
import { findAccount } from '../account/running-accounts';
import { toError } from '../errors';

/** A node that wants to hear of new entries. */
export interface Listener {
  readonly intervalMs: number;
  /** From when on it wants entries; ms since 1970. */
  fromMs(): number;
  /** Gets all that is there, or what was not there before; the node finds out which are new to it. */
  accept(entries: readonly HistoryEntry[]): void;
  /** @param pauseMs until the next try */
  failed(error: Error, pauseMs: number): void;
}

/** Nodes that start together are asked for together. */
const FIRST_POLL_AFTER_MS = 50;
/** Pauses after failures double up to this one. */
const LONGEST_PAUSE_MS = 300_000;
/** A pause that sipgate asks for is kept up to this one. */
const LONGEST_ASKED_PAUSE_S = 3600;
/** Of a pause: so many flows that failed together do not come back together. */
const LEAST_SHARE = 0.75;

const pollers = new Map<string, Poller>();

/**
 * Has a node hear of the new entries of an account. All nodes of one account share one poller, whose interval is the
 * shortest of theirs. A node that joins is polled for at once.
 * @returns a function that ends it
 */
export function pollFor(RED: NodeAPI, accountId: string, listener: Listener): () => void {
  const poller = pollers.get(accountId) ?? new Poller(RED, accountId);
  pollers.set(accountId, poller);
  poller.join(listener);
  return () => {
    if (poller.leave(listener) === 0 && pollers.get(accountId) === poller) pollers.delete(accountId);
  };
}

/** @throws SipgateError `INVALID_INPUT` */
export function clientOf(RED: NodeAPI, accountId: string): SipgateClient {
  if (accountId === '') throw invalidInput('account', 'is missing', 'Choose an account in the node.');
  const account = findAccount(RED, accountId);
  if (account) return account.client();
  throw invalidInput('account', 'is not there or switched off', 'Choose another one in the node.');
}

class Poller {
  readonly #RED: NodeAPI;
  readonly #accountId: string;
  readonly #listeners = new Set<Listener>();
  #watch = createHistoryWatch();
  #timer: NodeJS.Timeout | undefined;
  #ending = new AbortController();
  #isPolling = false;
  #isSomeoneNew = false;
  #failures = 0;

  constructor(RED: NodeAPI, accountId: string) {
    this.#RED = RED;
    this.#accountId = accountId;
    setMaxListeners(0, this.#ending.signal);
  }

  join(listener: Listener): void {
    this.#listeners.add(listener);
    // whoever is new needs all that is there, and not only what the others do not know
    this.#watch = createHistoryWatch();
    this.#isSomeoneNew = true;
    if (!this.#isPolling) this.#pollAfter(FIRST_POLL_AFTER_MS);
  }

  /** @returns how many are left */
  leave(listener: Listener): number {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) {
      clearTimeout(this.#timer);
      this.#ending.abort();
    }
    return this.#listeners.size;
  }

  #pollAfter(pauseMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#poll(), pauseMs);
  }

  async #poll(): Promise<void> {
    const begunAt = performance.now();
    const listeners = [...this.#listeners];
    this.#isPolling = true;
    this.#isSomeoneNew = false;
    let pauseMs: number;
    try {
      await this.#look(listeners);
      this.#failures = 0;
      pauseMs = Math.max(0, this.#intervalMs() - (performance.now() - begunAt));
    } catch (thrown) {
      pauseMs = this.#failed(listeners, thrown);
    }
    this.#isPolling = false;
    if (this.#listeners.size > 0) this.#pollAfter(this.#isSomeoneNew ? FIRST_POLL_AFTER_MS : pauseMs);
  }

  async #look(listeners: readonly Listener[]): Promise<void> {
    const client = clientOf(this.#RED, this.#accountId);
    const fromMs = Math.min(...listeners.map((listener) => listener.fromMs()));
    const entries = await this.#watch.look(client, fromMs, this.#ending.signal);
    for (const listener of listeners) if (this.#listeners.has(listener)) listener.accept(entries);
  }

  /** @returns ms until the next try */
  #failed(listeners: readonly Listener[], thrown: unknown): number {
    const intervalMs = this.#intervalMs();
    if (isCancelled(thrown)) return intervalMs;
    this.#failures += 1;
    const doubledMs = Math.min(intervalMs * 2 ** Math.min(this.#failures, 20), LONGEST_PAUSE_MS);
    const askedS = thrown instanceof SipgateError ? (thrown.retryAfterS ?? 0) : 0;
    const share = LEAST_SHARE + (1 - LEAST_SHARE) * Math.random();
    const pauseMs = Math.max(intervalMs, doubledMs * share, Math.min(askedS, LONGEST_ASKED_PAUSE_S) * 1000);
    for (const listener of listeners) listener.failed(toError(thrown), pauseMs);
    return pauseMs;
  }

  #intervalMs(): number {
    return Math.min(...[...this.#listeners].map(({ intervalMs }) => intervalMs));
  }
}
