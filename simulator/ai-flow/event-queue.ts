import type { Clock } from './clock';
import { complaintOf } from './complaint';
import { deliverInTime } from './delivery';
import type { ConversationLog } from './log';
import type { FlowAnswer, WireEvent } from './wire';

export interface EventQueueOptions {
  readonly deliver: (event: WireEvent) => Promise<FlowAnswer | undefined>;
  readonly clock: Clock;
  readonly log: ConversationLog;
  /** An event does not wait until the one before it is answered. */
  readonly isOverlapping: boolean;
  readonly onAnswer: (to: string, answer: FlowAnswer) => void;
  /** An event is answered, or will never be. */
  readonly onSettled: () => void;
}

/** Sends a conversation's events, one after the other, and looks at how they are answered. */
export class EventQueue {
  readonly #options: EventQueueOptions;
  #last: Promise<void> = Promise.resolve();
  #unansweredCount = 0;
  #isOver = false;

  constructor(options: EventQueueOptions) {
    this.#options = options;
  }

  /** Nothing is on its way, or waits for it. */
  get isIdle(): boolean {
    return this.#unansweredCount === 0;
  }

  send(event: WireEvent): void {
    this.#unansweredCount += 1;
    const before = this.#options.isOverlapping ? Promise.resolve() : this.#last;
    this.#last = before.then(() => (this.#isOver ? this.#settle() : this.#deliver(event)));
  }

  /** Drops what waits. @param event what is sent at once as the last one, if anything */
  end(event?: WireEvent): void {
    this.#isOver = true;
    if (event === undefined) return;
    this.#unansweredCount += 1;
    void this.#deliver(event);
  }

  async #deliver(event: WireEvent): Promise<void> {
    const { deliver, clock, log, onAnswer } = this.#options;
    log.add({ kind: 'event', event });
    const outcome = await deliverInTime(deliver, event, clock);
    switch (outcome.kind) {
      case 'answered': {
        const { answer, tookMs, isSlow } = outcome;
        log.add({ kind: 'answer', to: event.type, status: answer.status, tookMs, body: answer.body });
        if (isSlow) log.complain(complaintOf('warning', 'slow', { ms: tookMs }));
        onAnswer(event.type, answer);
        break;
      }
      case 'late':
        log.complain(complaintOf('problem', 'late', { event: event.type, ms: outcome.afterMs }));
        break;
      case 'failed':
        log.complain(complaintOf('problem', 'noAnswer', { event: event.type, why: outcome.why }));
        break;
      case 'sent':
        break;
    }
    this.#settle();
  }

  #settle(): void {
    this.#unansweredCount -= 1;
    this.#options.onSettled();
  }
}
