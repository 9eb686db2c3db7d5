import { randomUUID } from 'node:crypto';
import type { Conversation, ConversationOptions } from './conversation';
import { callerOf, phoneNumberOf } from './input';
import { SimulatedConversation } from './simulated-conversation';

const DEFAULT_FROM = '+4915799912345';
const DEFAULT_TO = '+4915799912300';

/** The caller calls, and the AI flow hears of it. Throws TypeError for what is no phone number. */
export function createConversation(options: ConversationOptions): Conversation {
  const { from = DEFAULT_FROM, to = DEFAULT_TO, direction = 'in', sessionId = randomUUID() } = options;
  return new SimulatedConversation(options, {
    sessionId,
    from: callerOf(from, direction, 'from'),
    to: phoneNumberOf(to, 'to'),
    direction: direction === 'in' ? 'inbound' : 'outbound',
  });
}
