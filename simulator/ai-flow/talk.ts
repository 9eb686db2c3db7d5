import { WebClient } from '../network/web-client';
import { systemClock } from './clock';
import type { Conversation, ConversationOptions } from './conversation';
import { createConversation } from './create-conversation';
import { lineTo, type LineToOptions } from './lines/line-to';

/** A conversation with the AI flow behind a URL. */
export interface TalkOptions extends LineToOptions, Omit<ConversationOptions, 'deliver' | 'overWebSocket'> {
  /** How much faster than in life people speak and wait; default 1. */
  readonly speed?: number;
}

/** The longest conversation: then the caller hangs up. */
const LONGEST_MS = 3_600_000;

/**
 * Calls an AI flow. What it holds open ends with the conversation.
 * Throws TypeError for a URL that is neither `http(s)` nor `ws(s)`, or what is no phone number.
 */
export function talkTo(options: TalkOptions): Conversation {
  const clock = options.clock ?? systemClock(options.speed);
  const web = new WebClient(options.selfSigned ?? false);
  const line = lineTo(options, web, {
    onAction: (json) => conversation.receive(json),
    onLost: (why) => conversation.lose(why),
  });
  const conversation = createConversation({
    ...options,
    clock,
    deliver: (event) => line.deliver(event),
    overWebSocket: line.overWebSocket,
  });
  const callOff = clock.after(LONGEST_MS, () => conversation.hangUp());
  void conversation.ended.then(() => {
    callOff();
    line.close();
    web.close();
  });
  return conversation;
}
