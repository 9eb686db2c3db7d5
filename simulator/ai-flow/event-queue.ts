import type { Clock } from './clock';
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
        if (isSlow) log.complain('warning', `the answer took ${tookMs} ms, sipgate asks for less than 1000`);
        onAnswer(event.type, answer);
        break;
      }
      case 'late':
        log.complain(
          'problem',
          `${event.type}: no answer in ${outcome.afterMs} ms, and what comes now is lost`,
        );
        break;
      case 'failed':
        log.complain('problem', `${event.type}: no answer: ${outcome.why}`);
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
