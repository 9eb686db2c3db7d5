import { note, type ActiveCall } from '../call';
import { Conversation } from '../live/conversation';
import { readable } from '../script/numbers';
import type { CallResult } from '../transcript';
import type { Leg } from './leg';
import type { Target } from './target';
import { postAnswer, postHangUp } from './leg-events';
import type { LegPlan } from './plan';

const ENDS = { timeIsUp: 'callEnds', callerHungUp: 'callerHungUp', hangUp: 'controlHangsUp' } as const;

/** Somebody has picked up: they talk until one of them hangs up, or until the conversation has ended elsewhere. */
export async function talk(call: ActiveCall, leg: Leg, by: Target, plan: LegPlan): Promise<CallResult> {
  const answeredAtMs = Date.now();
  call.wasAnswered = true;
  if (!leg.isVoicemail) call.answeredAtMs ??= answeredAtMs;
  leg.answeredBy = by;
  const conversation = new Conversation(call, leg, plan.controlIds ?? []);
  const outer = call.conversation;
  call.conversation = conversation;
  const isControlled = !leg.isVoicemail && plan.controlIds !== null;
  try {
    if (isControlled) call.liveCalls.add(conversation);
    await postAnswer(call, leg, by);
    const result = await talkHereOrElsewhere(call, leg, conversation, plan);
    if (result !== undefined) return result;
  } finally {
    call.liveCalls.remove(conversation);
    conversation.close();
    call.conversation = outer;
  }
  await postHangUp(call, leg, 'normalClearing');
  const talkMs = Date.now() - answeredAtMs;
  if (leg.isVoicemail) return { kind: 'voicemail', talkMs };
  return { kind: 'answered', by: readable(by.number), ...(by.user && { user: by.user.name }), talkMs };
}

/** @returns undefined when the conversation has ended here, the call's result when it has gone on elsewhere */
async function talkHereOrElsewhere(
  call: ActiveCall,
  leg: Leg,
  conversation: Conversation,
  plan: LegPlan,
): Promise<CallResult | undefined> {
  const planned = await whileAway(call, conversation, () => plan.onConnected?.(leg));
  if (planned !== undefined) return planned;
  const endsAtMs = Date.now() + call.script.hangUpAfterMs;
  for (;;) {
    const step = await conversation.nextStep(endsAtMs - Date.now());
    if (step.kind !== 'transfer') {
      note(call, ENDS[step.kind], {});
      return undefined;
    }
    const result = await whileAway(call, conversation, () => plan.onTransfer?.(leg, step.order));
    if (result !== undefined) return result;
  }
}

/** Call control does not find a conversation that is being moved; it does again when it goes on here. */
async function whileAway<T>(
  call: ActiveCall,
  conversation: Conversation,
  act: () => Promise<T | undefined> | undefined,
): Promise<T | undefined> {
  const moving = act();
  if (moving === undefined) return undefined;
  const wasControlled = call.liveCalls.remove(conversation);
  const result = await moving;
  if (result === undefined && wasControlled) call.liveCalls.add(conversation);
  return result;
}
