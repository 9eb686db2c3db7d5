import { note, type ActiveCall } from '../call';
import { NO_ORDERS, type Order } from '../webhook/orders';
import type { Leg } from './leg';
import { postData } from './leg-events';
import { heardSince, startPlaying } from './playing';

type Gather = Order & { readonly kind: 'gather' };

/** More menus than any caller bears; ends a flow that asks for ever. */
const MOST_GATHERS = 50;

/** Plays, waits for digits and posts them. @returns how the call goes on, as the webhook wants it */
export async function gather(call: ActiveCall, leg: Leg, order: Gather): Promise<Order> {
  if (call.gatherCount >= MOST_GATHERS) {
    note(call, 'tooManyGathers', { most: MOST_GATHERS });
    return NO_ORDERS.order;
  }
  const scripted = call.script.press[call.gatherCount] ?? '';
  call.gatherCount += 1;
  await waitForDigits(call, order, scripted);
  if (call.hungUp.aborted) return NO_ORDERS.order;
  return await sendDigits(call, leg, order);
}

async function waitForDigits(call: ActiveCall, order: Gather, scripted: string): Promise<void> {
  const { keypad, hungUp, script } = call;
  const promptMs = order.announcement === undefined ? 0 : await startPlaying(call, order.announcement);
  if (script.keypad === 'manual') {
    note(call, 'waits', { ms: order.timeoutMs, most: order.maxDigits });
    return await keypad.waitForEntry(hungUp);
  }
  const startedAtMs = Date.now();
  keypad.press(scripted);
  const promptEnd = await keypad.waitForMore(0, promptMs / script.speed, hungUp);
  if (promptEnd === 'digit' && promptMs > 0)
    note(call, 'stopsPlaying', { ms: heardSince(call, startedAtMs) });
  if (keypad.count === 0) note(call, 'waits', { ms: order.timeoutMs, most: order.maxDigits });
  // every digit starts the wait anew: nothing is documented, and a caller who types four digits needs it
  while (keypad.count < order.maxDigits) {
    const end = await keypad.waitForMore(keypad.count, order.timeoutMs / script.speed, hungUp);
    if (end !== 'digit') return;
  }
}

async function sendDigits(call: ActiveCall, leg: Leg, order: Gather): Promise<Order> {
  const lostCount = call.keypad.count - order.maxDigits;
  const dtmf = call.keypad.take(order.maxDigits);
  call.digits.push(dtmf);
  note(call, dtmf === '' ? 'pressedNothing' : 'pressed', { digits: dtmf });
  if (lostCount > 0) note(call, 'tooManyDigits', { count: lostCount });
  // the docs say both that dtmf is left out and that it is empty when nothing was pressed: by turns
  const isLeftOut = dtmf === '' && call.digits.filter((digits) => digits === '').length % 2 === 1;
  const { order: next } = await postData(call, leg, order.onData, isLeftOut ? undefined : dtmf);
  return next;
}
