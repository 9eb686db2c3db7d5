import type { Conversation } from '../ai-flow/conversation';
import { isSwitch, type Switch } from '../ai-flow/switches';
import type { TalkOptions } from '../ai-flow/talk';
import { HttpRefusal, refusingWith400 } from '../http/http-refusal';
import { textOf } from './orders';

/** `/api/conversations`. @returns the conversation that the page wants: it runs at a person's speed */
export function talkOf(order: Record<string, unknown>): TalkOptions {
  return {
    url: textOf(order, 'url').trim(),
    secret: textOf(order, 'secret'),
    from: textOf(order, 'from'),
    to: textOf(order, 'to'),
    takesTransfers: order.takesTransfers !== false,
    switches: switchesOf(order.switches),
  };
}

/** `/api/conversations/1/say`, `interrupt`, `press` and `hang-up`. @returns whether it is over */
export function actInConversation(
  all: readonly Conversation[],
  path: string,
  order: Record<string, unknown>,
): object {
  const [, number, act] =
    /^\/api\/conversations\/(\d{1,15})\/(say|interrupt|press|hang-up)$/.exec(path) ?? [];
  const conversation = all.find((candidate) => candidate.number === Number(number));
  if (conversation === undefined) throw new HttpRefusal(404, 'There is no such conversation.');
  if (act === 'say') void conversation.say(textOf(order, 'text'));
  else if (act === 'interrupt') conversation.interrupt(textOf(order, 'text'));
  else if (act === 'press') refusingWith400(() => conversation.press(textOf(order, 'digits')));
  else conversation.hangUp();
  return { isOver: conversation.isOver };
}

function switchesOf(names: unknown): Switch[] {
  return Array.isArray(names) ? names.map(String).filter(isSwitch) : [];
}
