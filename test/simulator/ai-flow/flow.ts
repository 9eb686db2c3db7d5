import { MovableClock } from '../../../simulator/ai-flow/clock';
import type { Conversation, ConversationOptions } from '../../../simulator/ai-flow/conversation';
import { createConversation } from '../../../simulator/ai-flow/create-conversation';
import type { ConversationEntry } from '../../../simulator/ai-flow/entries';
import type { FlowAnswer, WireEvent } from '../../../simulator/ai-flow/wire';

/** What a flow of these tests says to an event: actions without their `session_id`, or a whole answer. */
export type Say = (event: WireEvent) => object | object[] | FlowAnswer | undefined;

/** A conversation in which nothing happens by itself: `pass` moves its clock. */
export interface Told {
  readonly conversation: Conversation;
  readonly clock: MovableClock;
  /** Names of the events so far, without those that tell when the assistant speaks. */
  readonly events: () => string[];
  readonly event: (type: string) => WireEvent | undefined;
  readonly notes: () => string[];
  readonly warnings: () => string[];
  pass(ms: number): Promise<void>;
}

/** Starts one whose flow answers as `say` does. @param isAnswered false: its first event is not, so far */
export async function tell(
  say: Say,
  options: Partial<ConversationOptions> = {},
  isAnswered = true,
): Promise<Told> {
  const clock = new MovableClock();
  const conversation: Conversation = createConversation({
    sessionId: 'session',
    clock,
    deliver: async (event) => answerOf(say(event)),
    ...options,
  });
  const sent = () => conversation.entries.filter((entry) => entry.kind === 'event').map(({ event }) => event);
  const pass = (ms: number) => clock.advance(ms, () => conversation.settled());
  if (isAnswered) await pass(0);
  else await new Promise((resolve) => setImmediate(resolve));
  return {
    conversation,
    clock,
    events: () =>
      sent()
        .map(({ type }) => type)
        .filter((type) => type !== 'assistant_speak'),
    event: (type) => sent().findLast((event) => event.type === type),
    notes: () => ofKind(conversation, 'note').map(({ code }) => code),
    warnings: () => ofKind(conversation, 'warning').map(({ why }) => why),
    pass,
  };
}

function ofKind<K extends ConversationEntry['kind']>(conversation: Conversation, kind: K) {
  return conversation.entries.filter(
    (entry): entry is Extract<ConversationEntry, { kind: K }> => entry.kind === kind,
  );
}

export function answerOf(said: ReturnType<Say>): FlowAnswer {
  if (said === undefined) return { status: 204, body: '' };
  if ('status' in said) return said as FlowAnswer;
  const withSession = (action: object) => ({ session_id: 'session', ...action });
  const actions = Array.isArray(said) ? said.map(withSession) : withSession(said);
  return { status: 200, contentType: 'application/json', body: JSON.stringify(actions) };
}

export const speak = (text: string, more: object = {}) => ({ type: 'speak', text, ...more });

/** A WAV file of silence in Base64: PCM, 16 bit, mono. */
export function wav(rateHz: number, ms: number): string {
  const bytes = Math.round((rateHz * ms) / 1000) * 2;
  const file = Buffer.alloc(44 + bytes);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + bytes, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rateHz, 24);
  file.writeUInt32LE(rateHz * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(bytes, 40);
  return file.toString('base64');
}
