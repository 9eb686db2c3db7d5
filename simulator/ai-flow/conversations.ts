import { printable } from '../printable';
import type { Conversation } from './conversation';
import type { ConversationEntry } from './entries';
import type { LineOptions } from './lines/line';
import { talkTo, type TalkOptions } from './talk';

/** Keeps a simulator that runs for months from filling the memory. */
const MOST_CONVERSATIONS = 200;

/** All conversations of a simulator. */
export class Conversations {
  readonly #all: Conversation[] = [];
  readonly #listeners = new Set<(entry: ConversationEntry) => void>();
  /** The AI flow that the page offers at first. */
  offered: LineOptions = { url: 'http://127.0.0.1:1880/sipgate-ai' };
  #count = 0;

  /** Oldest first; of very many only the last 200 are kept. */
  get all(): readonly Conversation[] {
    return this.#all;
  }

  /** Throws TypeError for a URL or a number that makes no sense. */
  start(options: TalkOptions): Conversation {
    const conversation = talkTo({
      ...options,
      number: this.#count + 1,
      onEntry: (entry) => {
        options.onEntry?.(entry);
        this.#tell(entry);
      },
    });
    this.#count += 1;
    this.#all.push(conversation);
    if (this.#all.length > MOST_CONVERSATIONS) this.#all.shift()?.hangUp();
    return conversation;
  }

  /** Calls `listener` with every entry of every conversation. @returns a function that ends it */
  onEntry(listener: (entry: ConversationEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends all of them and waits for their end; nobody hears of anything any more. */
  async close(): Promise<void> {
    for (const conversation of this.#all) conversation.hangUp();
    await Promise.all(this.#all.map((conversation) => conversation.ended));
    this.#listeners.clear();
  }

  /** A listener that throws must not end the conversation that it listens to. */
  #tell(entry: ConversationEntry): void {
    for (const listener of this.#listeners) {
      try {
        listener(entry);
      } catch (error) {
        process.emitWarning(printable(`a listener of the simulator failed: ${String(error)}`));
      }
    }
  }
}
