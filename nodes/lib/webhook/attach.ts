import type { Receiver, WebhookState } from './receivers';

/** The receivers of a webhook, and how it stands, which each of them hears. */
export function attachReceivers() {
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
