import type { WebhookState } from './receivers';

/** Hears how the webhook or AI flow stands whose events it receives. */
interface Attached {
  onState(state: WebhookState): void;
}

/** The receivers of a webhook or an AI flow, and how it stands, which each of them hears. */
export function attachReceivers<Receiver extends Attached>() {
  const receivers = new Set<Receiver>();
  let state: WebhookState | undefined;
  return {
    receivers,
    setState(next: WebhookState): void {
      state = next;
      for (const receiver of receivers) receiver.onState(next);
    },
    /** @returns a function that detaches it again */
    attach(receiver: Receiver): () => void {
      receivers.add(receiver);
      if (state) receiver.onState(state);
      return () => receivers.delete(receiver);
    },
  };
}
