import { note, type ActiveCall } from './call';
import { newCallId } from './ids';
import { createLeg, createNextLeg, type Leg, type Target } from './legs/leg';
import { postHangUp } from './legs/leg-events';
import { runLeg } from './legs/run-leg';
import { readable } from './script/numbers';
import type { Destination } from './script/script';
import type { CallResult } from './transcript';

/** What happens to a call beside what the webhook orders. */
interface CallPlan {
  /** What rings first when the webhook names no numbers. Default: the users of the line. */
  readonly ownTargets?: readonly Target[];
  /** Where the call goes while nobody answers, one after the other. */
  readonly forwardTo?: readonly Destination[];
  /** As in LegPlan, for whichever leg is answered. */
  readonly onConnected?: (leg: Leg) => Promise<CallResult | undefined>;
}

/** Carries a call from its first event to its last. Never rejects for anything that a webhook does. */
export async function carryCall(call: ActiveCall): Promise<CallResult> {
  const { from, to, direction, diversion, forwardTo } = call.script;
  note(call, 'placed', { from: readable(from), to: readable(to), direction });
  const first = createLeg(call, call.origCallId, { diversion });
  return await carryLegs(call, first, { forwardTo, onConnected: (leg) => transferAsPlanned(call, leg) });
}

/**
 * Click to dial: the caller's own telephone rings first, as an `out` leg, then the callee, as an `in` leg;
 * both have one origCallId (reported behaviour of the platform).
 * @param telephone what rings first: an extension or a number
 */
export async function carryClickToDial(call: ActiveCall, telephone: string): Promise<CallResult> {
  const { from, to, user, forwardTo } = call.script;
  note(call, 'placed', { from: readable(from), to: readable(to), direction: 'out' });
  const first = createLeg(call, call.origCallId, { direction: 'out' });
  const dialCallee = async (leg: Leg): Promise<CallResult | undefined> => {
    if (leg.isVoicemail) return undefined;
    note(call, 'connectsCallee', { to: readable(to) });
    // the caller's own telephone does not count: the call is answered when the callee picks up
    call.answeredAtMs = undefined;
    const second = createLeg(call, newCallId(), { direction: 'in' });
    const result = await carryLegs(call, second, {
      ownTargets: [{ number: to }],
      forwardTo,
      onConnected: (answered) => transferAsPlanned(call, answered),
    });
    await postHangUp(call, leg, 'normalClearing');
    return result;
  };
  const ownTargets = [{ number: telephone, user: user[0] }];
  return await carryLegs(call, first, { ownTargets, onConnected: dialCallee });
}

/** Carries a leg, and those that the call is forwarded to. */
async function carryLegs(call: ActiveCall, first: Leg, plan: CallPlan): Promise<CallResult> {
  const { ownTargets, onConnected } = plan;
  const destinations = [...(plan.forwardTo ?? [])];
  let leg = first;
  let end = await runLeg(call, leg, { ownTargets, forwardTo: destinations.shift(), onConnected });
  while (end.kind === 'forwarded') {
    leg = createNextLeg(call, leg, end.to);
    end = await runLeg(call, leg, { forwardTo: destinations.shift(), onConnected });
  }
  return end.result;
}

/**
 * The one who answered transfers the caller: the second leg is announced and answered before the first one hangs up.
 * Where nobody answers there, the first conversation goes on.
 */
async function transferAsPlanned(call: ActiveCall, first: Leg): Promise<CallResult | undefined> {
  const { transferTo, transferBy } = call.script;
  if (transferTo === undefined || first.isVoicemail) return undefined;
  note(call, 'transfers', { to: readable(transferTo.number) });
  let isAnswered = false;
  const onConnected = async (): Promise<undefined> => {
    isAnswered = true;
    if (transferBy !== 'phone') await postHangUp(call, first, 'normalClearing');
  };
  const result = await carryLegs(call, createNextLeg(call, first, transferTo), { onConnected });
  if (!isAnswered) return undefined;
  if (transferBy === 'phone') await postHangUp(call, first, 'normalClearing');
  return result;
}
