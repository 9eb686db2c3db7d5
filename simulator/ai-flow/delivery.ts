import type { Clock } from './clock';
import type { FlowAnswer, WireEvent } from './wire';

/** sipgate asks for less than a second. */
const SLOW_MS = 1000;
/** About so long its own assistants are waited for. */
const LATE_MS = 5000;

/** How an event was answered. */
export type Outcome =
  | {
      readonly kind: 'answered';
      readonly answer: FlowAnswer;
      readonly tookMs: number;
      readonly isSlow: boolean;
    }
  /** Over a WebSocket: actions come when they like. */
  | { readonly kind: 'sent' }
  | { readonly kind: 'late'; readonly afterMs: number }
  | { readonly kind: 'failed'; readonly why: string };

/**
 * Hands an event to the AI flow and waits for its answer, but not longer than sipgate does. Never rejects.
 * @param deliver resolves with an answer, or with nothing where actions come over a connection
 */
export async function deliverInTime(
  deliver: (event: WireEvent) => Promise<FlowAnswer | undefined>,
  event: WireEvent,
  clock: Clock,
): Promise<Outcome> {
  const sentAtMs = clock.nowMs();
  return await new Promise<Outcome>((resolve) => {
    const callOff = clock.after(LATE_MS * clock.speed, () => resolve({ kind: 'late', afterMs: LATE_MS }));
    const settle = (outcome: Outcome) => {
      callOff();
      resolve(outcome);
    };
    Promise.resolve()
      .then(() => deliver(event))
      .then(
        (answer) => {
          if (answer === undefined) return settle({ kind: 'sent' });
          const tookMs = Math.round((clock.nowMs() - sentAtMs) / clock.speed);
          settle({ kind: 'answered', answer, tookMs, isSlow: tookMs > SLOW_MS });
        },
        (error: unknown) => settle({ kind: 'failed', why: reasonOf(error) }),
      );
  });
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
