import { createHash } from 'node:crypto';

/** More events than a busy office sees in the longest sensible window; bounds the memory of a flood. */
const MOST_ENTRIES = 10_000;

/** Remembers bodies that were seen, and the promise of what they were answered with. */
export interface ReplayMemory<Answer> {
  /** @returns the answer that the same body got within the window, if any */
  recall(body: Buffer): Answer | undefined;
  remember(body: Buffer, answer: Answer): void;
}

/**
 * sipgate signs neither time nor nonce, so a recorded request verifies for ever, and a network may deliver one
 * twice. The same bytes within the window count as the same event.
 * @param windowMs how long a body is remembered after it was first seen, in ms; 0 remembers nothing
 * @param now the clock, in ms
 */
export function createReplayMemory<Answer>(
  windowMs: number,
  now: () => number = Date.now,
): ReplayMemory<Answer> {
  const seen = new Map<string, { at: number; answer: Answer }>();

  /** A map keeps its order, so what is too old stands in front. */
  function forgetOld(): void {
    const oldest = now() - windowMs;
    for (const [key, entry] of seen) {
      if (entry.at >= oldest && seen.size <= MOST_ENTRIES) return;
      seen.delete(key);
    }
  }

  return {
    recall(body) {
      forgetOld();
      return seen.get(fingerprint(body))?.answer;
    },
    remember(body, answer) {
      if (windowMs > 0) seen.set(fingerprint(body), { at: now(), answer });
    },
  };
}

function fingerprint(body: Buffer): string {
  return createHash('sha256').update(body).digest('base64');
}
