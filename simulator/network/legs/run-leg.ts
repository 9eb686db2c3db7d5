import { note, type ActiveCall } from '../call';
import { readable } from '../script/numbers';
import type { Destination } from '../script/script';
import type { CallResult } from '../transcript';
import { NO_ORDERS, type Order } from '../webhook/orders';
import { targetsOf, VOICEMAIL, type Leg } from './leg';
import { postHangUp, postNewCall } from './leg-events';
import { gather } from './menu';
import { play } from './playing';
import type { LegEnd, LegPlan } from './plan';
import { ring, type RingResult } from './ringing';
import { talk } from './talk';

type Ringing = Order & { readonly kind: 'continue' | 'dial' };

/** Announces a leg to the webhook and does what it wants until the leg is over. */
export async function runLeg(call: ActiveCall, leg: Leg, plan: LegPlan): Promise<LegEnd> {
  let { order } = await postNewCall(call, leg);
  await plan.onAnnounced?.();
  for (;;) {
    if (call.hungUp.aborted) return over(await cancel(call, leg));
    switch (order.kind) {
      case 'play':
        await play(call, order.url);
        order = NO_ORDERS.order;
        break;
      case 'gather':
        order = await gather(call, leg, order);
        break;
      case 'reject':
        return over(await reject(call, leg, order.reason));
      case 'hangup':
        return over(await hangUp(call, leg));
      case 'voicemail':
        if (!leg.isVoicemail) return await forward(call, leg, VOICEMAIL);
        order = NO_ORDERS.order;
        break;
      default:
        return await connect(call, leg, plan, order);
    }
  }
}

function over(result: CallResult): LegEnd {
  return { kind: 'over', result };
}

async function connect(call: ActiveCall, leg: Leg, plan: LegPlan, order: Ringing): Promise<LegEnd> {
  const rung = await ringOrdered(call, leg, plan, order);
  if (rung.kind === 'answered') return over(await talk(call, leg, rung.by, plan));
  if (rung.kind === 'cancelled') return over(await cancel(call, leg));
  if (plan.forwardTo !== undefined) return await forward(call, leg, plan.forwardTo);
  await postHangUp(call, leg, rung.cause);
  return over({ kind: rung.cause });
}

async function ringOrdered(call: ActiveCall, leg: Leg, plan: LegPlan, order: Ringing): Promise<RingResult> {
  if (order.kind === 'dial') {
    const callerId = order.anonymous ? 'anonymous' : order.callerId;
    if (callerId !== undefined)
      note(call, 'showsCallerId', { callerId: readable(callerId.replace('+', '')) });
    return await ring(
      call,
      order.numbers.map((number) => ({ number: number.replace('+', '') })),
    );
  }
  if (leg.isVoicemail) {
    note(call, 'mailbox', {});
    return { kind: 'answered', by: { number: leg.to, user: { name: '' } } };
  }
  return await ring(call, plan.ownTargets ?? targetsOf(leg));
}

/** A call that nobody here answers goes elsewhere: hang-up `forwarded`, then a new leg (order as documented). */
async function forward(call: ActiveCall, leg: Leg, to: Destination): Promise<LegEnd> {
  note(call, 'forwards', { to: readable(to.number) });
  await postHangUp(call, leg, 'forwarded');
  return { kind: 'forwarded', to };
}

async function reject(call: ActiveCall, leg: Leg, reason: 'busy' | 'rejected'): Promise<CallResult> {
  note(call, 'rejects', { reason });
  await postHangUp(call, leg, reason === 'busy' ? 'busy' : 'noAnswer');
  return { kind: 'rejected', reason };
}

async function hangUp(call: ActiveCall, leg: Leg): Promise<CallResult> {
  note(call, 'hangsUp', {});
  await postHangUp(call, leg, 'normalClearing');
  return { kind: 'hungUp' };
}

async function cancel(call: ActiveCall, leg: Leg): Promise<CallResult> {
  note(call, 'callerHungUp', {});
  await postHangUp(call, leg, 'cancel');
  return { kind: 'cancelled' };
}
