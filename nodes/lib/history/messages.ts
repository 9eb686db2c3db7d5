import {
  hasFile,
  readEntry,
  readHistoryFile,
  SipgateError,
  type HistoryEntry,
  type SipgateClient,
} from '../../../sipgate/index';
import { toError } from '../errors';

/** What a flow gets of an entry. */
export interface EntryMessage {
  /** The entry's type: `SMS` */
  readonly topic: string;
  readonly payload: HistoryEntry;
  readonly file?: Buffer;
  readonly contentType?: string;
}

/** Makes messages of entries. */
export interface Messages {
  /** @returns the message; `undefined` where its file cannot be had now: then the entry comes `again` */
  of(entry: HistoryEntry): Promise<EntryMessage | undefined>;
  /** Ends downloads, and what was to come again does not. */
  stop(): void;
}

/** What messages are made with. */
export interface MessageParts {
  readonly withFile: boolean;
  readonly client: () => SipgateClient;
  readonly warn: (message: string) => void;
  readonly again: (entry: HistoryEntry) => void;
}

/** Before a file is asked for again: it may not be ready yet, or its server is away. */
const PAUSES_MS = [2000, 10_000, 30_000, 120_000];

export function createMessages({ withFile, client, warn, again }: MessageParts): Messages {
  const stopping = new AbortController();
  const timers = new Set<NodeJS.Timeout>();
  const failures = new Map<string, number>();
  const { signal } = stopping;

  async function withItsFile(entry: HistoryEntry): Promise<EntryMessage> {
    // links expire, and a fax that was just received may have got its document meanwhile
    const current = failures.has(entry.id) ? await readEntry(client(), entry.id, signal) : entry;
    const { content, contentType } = await readHistoryFile(client(), current, signal);
    failures.delete(entry.id);
    return { ...messageOf(current), file: content, contentType };
  }

  function comesAgain(entry: HistoryEntry, thrown: unknown): boolean {
    if (signal.aborted) return true;
    const count = failures.get(entry.id) ?? 0;
    const pauseMs = PAUSES_MS[count];
    if (pauseMs === undefined || !isPassing(thrown)) return false;
    failures.set(entry.id, count + 1);
    const timer = setTimeout(() => {
      timers.delete(timer);
      again(entry);
    }, pauseMs);
    timers.add(timer);
    return true;
  }

  return {
    async of(entry) {
      if (!withFile || !hasFile(entry)) return messageOf(entry);
      try {
        return await withItsFile(entry);
      } catch (thrown) {
        if (comesAgain(entry, thrown)) return undefined;
        failures.delete(entry.id);
        warn(`${toError(thrown).message} The entry ${entry.id} goes on without its file.`);
        return messageOf(entry);
      }
    },
    stop() {
      stopping.abort();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** The flow may change it, and another node has the same entry. */
function messageOf(entry: HistoryEntry): EntryMessage {
  return { topic: entry.type, payload: structuredClone(entry) };
}

/** @returns whether the file may be there later */
function isPassing(thrown: unknown): boolean {
  if (!(thrown instanceof SipgateError)) return false;
  return ['NETWORK', 'TIMEOUT', 'RATE_LIMITED', 'SERVER', 'NOT_FOUND'].includes(thrown.code);
}
