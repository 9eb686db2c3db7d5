import type { ActiveCall } from '../call';
import { newCallId } from '../ids';
import type { Destination, User } from '../script/script';
import type { Target } from './target';

/** One leg of a call: a callId, and the follow-ups that the webhook has asked for. */
export interface Leg {
  readonly callId: string;
  readonly direction: 'in' | 'out';
  readonly from: string;
  readonly to: string;
  readonly users: readonly User[];
  readonly diversion?: string;
  readonly isVoicemail: boolean;
  /** Each leg has follow-ups of its own; the last answer that names a URL counts. */
  onAnswer?: string;
  onHangup?: string;
  answeredBy?: Target;
}

/** Causes of a hang-up that this network reports (sipgate.io docs: hangup). */
export type HangUpCause = 'normalClearing' | 'busy' | 'cancel' | 'noAnswer' | 'notFound' | 'forwarded';

export const VOICEMAIL: Destination = { number: 'voicemail', user: [] };

/** @returns a leg from the script's caller to the script's callee, but for what is said otherwise */
export function createLeg(call: ActiveCall, callId: string, otherwise: Partial<Leg>): Leg {
  const { direction, from, to, user } = call.script;
  return { callId, direction, from, to, users: user, isVoicemail: false, ...otherwise };
}

/** @returns a leg that continues another one elsewhere; its `diversion` is the number that was called before */
export function createNextLeg(call: ActiveCall, before: Leg, to: Destination): Leg {
  const elsewhere =
    to.number === VOICEMAIL.number
      ? { to: before.to, users: [{ name: 'voicemail' }], isVoicemail: true }
      : { to: to.number, users: to.user };
  return createLeg(call, newCallId(), { direction: before.direction, diversion: before.to, ...elsewhere });
}

/** @returns what a leg rings by itself: an outbound one the number that was dialled, an inbound one all users of the line */
export function targetsOf(leg: Leg): Target[] {
  if (leg.direction === 'out' || leg.users.length === 0) return [{ number: leg.to }];
  return leg.users.map((user) => ({ number: leg.to, user }));
}
