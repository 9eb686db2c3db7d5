import { note, type ActiveCall } from './call';
import { newCallId } from './ids';
import { createLeg, createNextLeg, type Leg } from './legs/leg';
import { postHangUp } from './legs/leg-events';
import type { LegPlan } from './legs/plan';
import { runLeg } from './legs/run-leg';
import { readable } from './script/numbers';
import type { Destination } from './script/script';
import type { CallResult } from './transcript';
import { transferByControl, transferCall } from './transfer';

/** What happens to a call beside what the webhook orders. */
interface CallPlan extends Pick<LegPlan, 'ownTargets' | 'controlIds' | 'onConnected' | 'onAnnounced'> {
  /** Where the call goes while nobody answers, one after the other. */
  readonly forwardTo?: readonly Destination[];
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
      controlIds: [first.callId],
      forwardTo,
      onConnected: (answered) => transferAsPlanned(call, answered),
    });
    await postHangUp(call, leg, 'normalClearing');
    return result;
  };
  const ownTargets = [{ number: telephone, user: user[0] }];
  return await carryLegs(call, first, { ownTargets, controlIds: null, onConnected: dialCallee });
}

/** Carries a leg, and those that the call is forwarded to. */
async function carryLegs(call: ActiveCall, first: Leg, plan: CallPlan): Promise<CallResult> {
  const { ownTargets, onAnnounced, onConnected, controlIds } = plan;
  const onTransfer: LegPlan['onTransfer'] = (leg, order) =>
    transferByControl(call, leg, order, (next, more) => carryLegs(call, next, more));
  const common = { onConnected, onTransfer, controlIds };
  const destinations = [...(plan.forwardTo ?? [])];
  let leg = first;
  let end = await runLeg(call, leg, { ...common, ownTargets, onAnnounced, forwardTo: destinations.shift() });
  while (end.kind === 'forwarded') {
    leg = createNextLeg(call, leg, end.to);
    end = await runLeg(call, leg, { ...common, forwardTo: destinations.shift() });
  }
  return end.result;
}

/** The one who answered transfers the caller, where the script says so; a mailbox does not. */
async function transferAsPlanned(call: ActiveCall, first: Leg): Promise<CallResult | undefined> {
  const { transferTo, transferBy = 'code' } = call.script;
  if (transferTo === undefined || first.isVoicemail) return undefined;
  return await transferCall(call, first, { to: transferTo, by: transferBy }, (next, plan) =>
    carryLegs(call, next, plan),
  );
}
