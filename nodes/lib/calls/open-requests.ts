import { closedError, type Country, type Reply, type WebhookEndpoint } from '../../../sipgate/index';
import type { MadeSound } from '../announcements/sounds';
import { field, findOpen, type PairingRules } from './pairing';

/** A webhook that takes calls now. */
export interface LiveWebhook {
  readonly endpoint: Pick<WebhookEndpoint, 'answer' | 'state' | 'eventOf' | 'openOf' | 'timeLeft'>;
  readonly country: Country;
  /** ms */
  readonly responseTimeout: number;
  /** Keeps what a flow has put into `msg.call.data`, for all instances that share the call store. */
  keepNotes(callId: string, data: unknown, isMailbox: boolean): Promise<void>;
  /** @returns the URL of a sound, when whoever gets it can have the sound; empty where it cannot be reached */
  hostSound(sound: MadeSound, isComputed: boolean): Promise<string>;
}

/** What the making of a sound leaves of the deadline, so that a flow behind a Catch node can still answer. */
const LEFT_TO_CATCH_MS = 500;
/** A deadline below this is shared half and half. */
const SHORT_DEADLINE_MS = 1000;

/** All webhooks that take calls now: a Webhook response finds the request of its message here. */
const live = new Set<LiveWebhook>();

/** @returns a function that takes it from the list again */
export function goLive(webhook: LiveWebhook): () => void {
  live.add(webhook);
  return () => live.delete(webhook);
}

/** A request that waits for its answer. */
export interface OpenRequest {
  readonly country: Country;
  /** The numbers that sipgate itself sent with this call: whatever they are, a flow may hand them on. */
  readonly ownNumbers: readonly string[];
  /** @returns how long the making of a sound may take now, ms; 0 or less when it is too late */
  timeForSound(): number;
  /** @returns the URL of a sound, when sipgate can have it */
  hostSound(sound: MadeSound, isComputed: boolean): Promise<string>;
  /**
   * @param data a flow's notes; they are stored before the answer goes out, for the next event may reach another instance
   * @returns the XML that went out
   * @throws SipgateError when the request is no longer open
   */
  answer(reply: Reply, data: unknown): Promise<string>;
}

/**
 * The open request that a message belongs to: by its exchange, or, where a flow lost that, by its call if that has
 * exactly one open request.
 * @throws SipgateError when there is none: answered already, too late, or never there
 */
export function openRequestOf(message: Record<string, unknown>): OpenRequest {
  const { target, exchange } = findOpen(live, message, PAIRING);
  return openRequest(target, exchange, message);
}

const PAIRING: PairingRules = {
  idName: 'callId',
  closedError,
  texts: {
    unnamed: 'The message does not say which call it answers. Keep msg.sipgate, or give msg.callId.',
    several: (count) =>
      `${count} requests of this call are open. Keep msg.sipgate.exchange in the message to say which one is meant.`,
  },
};

function openRequest(webhook: LiveWebhook, exchange: string, message: Record<string, unknown>): OpenRequest {
  const event = webhook.endpoint.eventOf(exchange);
  return {
    country: webhook.country,
    ownNumbers: [event, message['call']].flatMap((source) =>
      [field(source, 'from'), field(source, 'to')].filter((number) => typeof number === 'string'),
    ),
    timeForSound() {
      const { responseTimeout, endpoint } = webhook;
      const left = responseTimeout < SHORT_DEADLINE_MS ? responseTimeout / 2 : LEFT_TO_CATCH_MS;
      return endpoint.timeLeft(exchange) - left;
    },
    hostSound: (...sound) => webhook.hostSound(...sound),
    async answer(reply, data) {
      if (event?.callId && (data !== undefined || reply.action === 'voicemail'))
        await webhook.keepNotes(event.callId, data, reply.action === 'voicemail');
      return webhook.endpoint.answer(exchange, reply);
    },
  };
}
