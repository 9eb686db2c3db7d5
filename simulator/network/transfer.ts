import type { TransferOrder } from '../rest/telephone-network';
import { note, type ActiveCall } from './call';
import { createNextLeg, type Leg } from './legs/leg';
import { postHangUp } from './legs/leg-events';
import type { LegPlan } from './legs/plan';
import { readable } from './script/numbers';
import type { Destination } from './script/script';
import type { CallResult } from './transcript';

/** Carries a leg to its end, and those that it is forwarded to. */
type CarryLegs = (leg: Leg, plan: Pick<LegPlan, 'onAnnounced' | 'onConnected'>) => Promise<CallResult>;

interface Transfer {
  readonly to: Destination;
  /**
   * When the first leg hangs up. `code` (`*3`, or attended by call control): when the second one is answered. `phone`:
   * when the whole conversation is over. `blind`: at once.
   */
  readonly by: 'code' | 'phone' | 'blind';
}

/**
 * Moves a conversation to another leg, which is announced and rung while the first one still stands.
 * @returns the call's result; undefined when nobody answers there and the first conversation goes on
 */
export async function transferCall(
  call: ActiveCall,
  first: Leg,
  { to, by }: Transfer,
  carryLegs: CarryLegs,
): Promise<CallResult | undefined> {
  note(call, 'transfers', { to: readable(to.number) });
  let isAnswered = false;
  const hangUpFirst = () => postHangUp(call, first, 'normalClearing');
  const onConnected = async (): Promise<undefined> => {
    isAnswered = true;
    if (by === 'code') await hangUpFirst();
  };
  const onAnnounced = by === 'blind' ? hangUpFirst : undefined;
  const result = await carryLegs(createNextLeg(call, first, to), { onAnnounced, onConnected });
  if (by === 'blind') return result;
  if (!isAnswered) return undefined;
  if (by === 'phone') await hangUpFirst();
  return result;
}

/** Transfers as call control wants it. */
export async function transferByControl(
  call: ActiveCall,
  first: Leg,
  { to, isAttended, callerId }: TransferOrder,
  carryLegs: CarryLegs,
): Promise<CallResult | undefined> {
  if (callerId !== undefined) note(call, 'showsCallerId', { callerId });
  const destination = { number: to.replace('+', ''), user: [] };
  return await transferCall(call, first, { to: destination, by: isAttended ? 'code' : 'blind' }, carryLegs);
}
