import { toneWav } from '../../inbox/tone-wav';
import type { ControlOrder, LiveCall, TransferOrder } from '../../rest/telephone-network';
import { note, type ActiveCall } from '../call';
import type { Leg } from '../legs/leg';
import { startPlaying } from '../legs/playing';
import { pause } from '../pause';
import { readable } from '../script/numbers';
import type { Controllable } from './live-calls';

/** What ends a conversation, or moves it elsewhere. */
export type ConversationStep =
  | { readonly kind: 'timeIsUp' | 'callerHungUp' | 'hangUp' }
  | { readonly kind: 'transfer'; readonly order: TransferOrder };

const MS_PER_S = 1000;

/** Two people on the telephone, and what call control does to them. */
export class Conversation implements Controllable {
  /** The leg's own id; for a click-to-dial pair also that of its first leg. */
  readonly callIds: readonly string[];
  readonly #call: ActiveCall;
  readonly #leg: Leg;
  readonly #steps: ConversationStep[] = [];
  #wake: AbortController | undefined;
  #isMuted = false;
  #isOnHold = false;
  #recordingSinceMs: number | undefined;

  /** @param otherIds more ids under which call control finds it */
  constructor(call: ActiveCall, leg: Leg, otherIds: readonly string[]) {
    this.#call = call;
    this.#leg = leg;
    this.callIds = [leg.callId, ...otherIds];
  }

  describe(): LiveCall {
    const [callId = ''] = this.callIds;
    const { from, answeredBy } = this.#leg;
    const participant = (number: string, owner: boolean, index: number) => ({
      participantId: `${callId}-${index}`,
      phoneNumber: /^\d{5,}$/.test(number) ? readable(number) : '',
      muted: owner && this.#isMuted,
      hold: this.#isOnHold,
      owner,
    });
    const isOutgoing = this.#call.script.direction === 'out';
    return {
      callId,
      muted: this.#isMuted,
      recording: this.#recordingSinceMs !== undefined,
      hold: this.#isOnHold,
      participants: [
        participant(from, isOutgoing, 1),
        participant(answeredBy?.number ?? this.#leg.to, !isOutgoing, 2),
      ],
    };
  }

  /** Waits for the end of the talk time, for the caller to hang up or for call control to end or move the conversation. */
  async nextStep(ms: number): Promise<ConversationStep> {
    const { hungUp } = this.#call;
    if (this.#steps.length === 0 && !hungUp.aborted) {
      this.#wake = new AbortController();
      await pause(Math.max(0, ms), hungUp, this.#wake.signal);
      this.#wake = undefined;
    }
    if (hungUp.aborted) return { kind: 'callerHungUp' };
    return this.#steps.shift() ?? { kind: 'timeIsUp' };
  }

  /** Does what call control wants. */
  control(order: ControlOrder): void {
    switch (order.kind) {
      case 'hangUp':
        return this.#step({ kind: 'hangUp' });
      case 'transfer':
        return this.#step({ kind: 'transfer', order });
      case 'mute':
        this.#isMuted = order.value;
        return note(this.#call, order.value ? 'muted' : 'unmuted', {});
      case 'hold':
        this.#isOnHold = order.value;
        return note(this.#call, order.value ? 'held' : 'resumed', {});
      case 'record':
        return order.value ? this.#startRecording() : this.#stopRecording();
      case 'dtmf':
        return note(this.#call, 'sendsDtmf', { digits: order.sequence });
      case 'announce':
        return this.#announce(order.url);
    }
  }

  /** The one who answered hangs up. */
  hangUp(): void {
    this.#step({ kind: 'timeIsUp' });
  }

  /** Ends what still goes on. */
  close(): void {
    this.#stopRecording();
  }

  #step(step: ConversationStep): void {
    this.#steps.push(step);
    this.#wake?.abort();
  }

  #announce(url: string): void {
    startPlaying(this.#call, url).catch((error: unknown) => {
      note(this.#call, 'skips', { url, why: String(error) });
    });
  }

  #startRecording(): void {
    if (this.#recordingSinceMs !== undefined) return;
    this.#recordingSinceMs = Date.now();
    note(this.#call, 'startsRecording', {});
  }

  #stopRecording(): void {
    if (this.#recordingSinceMs === undefined) return;
    const durationS = Math.max(1, (Date.now() - this.#recordingSinceMs) / MS_PER_S);
    this.#call.recordings.push(toneWav(durationS));
    this.#recordingSinceMs = undefined;
    note(this.#call, 'stopsRecording', {});
  }
}
