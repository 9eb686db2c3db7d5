import { WebClient } from '../network/web-client';
import { systemClock } from './clock';
import type { Conversation, ConversationOptions } from './conversation';
import { createConversation } from './create-conversation';
import { httpLine } from './lines/http-line';
import type { Line, LineOptions } from './lines/line';
import { socketLine } from './lines/socket-line';

/** A conversation with the AI flow behind a URL. */
export interface TalkOptions extends LineOptions, Omit<ConversationOptions, 'deliver' | 'overWebSocket'> {
  /** How much faster than in life people speak and wait; default 1. */
  readonly speed?: number;
  /** Accept certificates that no authority has signed. Default false. */
  readonly selfSigned?: boolean;
}

/** The longest conversation: then the caller hangs up. */
const LONGEST_MS = 3_600_000;

/**
 * Calls an AI flow. What it holds open ends with the conversation.
 * Throws TypeError for a URL that is neither `http(s)` nor `ws(s)`, or what is no phone number.
 */
export function talkTo(options: TalkOptions): Conversation {
  checkUrl(options.url);
  const clock = options.clock ?? systemClock(options.speed);
  const web = new WebClient(options.selfSigned ?? false);
  const isSocket = /^ws/i.test(options.url);
  const line: Line = isSocket
    ? socketLine(options, options.selfSigned ?? false, {
        onAction: (json) => conversation.receive(json),
        onLost: (why) => conversation.lose(why),
      })
    : httpLine(options, web);
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

function checkUrl(url: string): void {
  const { protocol } = URL.canParse(url) ? new URL(url) : { protocol: '' };
  if (!/^(https?|wss?):$/.test(protocol))
    throw new TypeError(
      `the URL must start with http://, https://, ws:// or wss://, not "${url.slice(0, 200)}"`,
    );
}
