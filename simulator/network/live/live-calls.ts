import type { ControlOrder, LiveCall } from '../../rest/telephone-network';

/** A conversation as call control sees it. */
export interface Controllable {
  /** The ids under which it is found. */
  readonly callIds: readonly string[];
  describe(): LiveCall;
  control(order: ControlOrder): void;
  /** The one who answered hangs up. */
  hangUp(): void;
}

/** The conversations that go on at this moment. */
export class LiveCalls {
  readonly #byId = new Map<string, Controllable>();

  add(conversation: Controllable): void {
    for (const id of conversation.callIds) this.#byId.set(id, conversation);
  }

  /** @returns whether it was there */
  remove(conversation: Controllable): boolean {
    const ids = conversation.callIds.filter((id) => this.#byId.get(id) === conversation);
    for (const id of ids) this.#byId.delete(id);
    return ids.length > 0;
  }

  /** @returns one line for each conversation */
  list(): LiveCall[] {
    return [...new Set(this.#byId.values())].map((conversation) => conversation.describe());
  }

  /** @returns whether there is a conversation with that id */
  control(callId: string, order: ControlOrder): boolean {
    const conversation = this.#byId.get(callId);
    conversation?.control(order);
    return conversation !== undefined;
  }
}
