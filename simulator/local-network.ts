import { createAccount } from './account/demo-account';
import { Network } from './network/network';
import type { SimulatedCall } from './network/placed-call';
import type { CallScript } from './network/script/script';
import { requireCountry } from './network/script/countries';
import type { TranscriptEntry } from './network/transcript';
import type { Web } from './network/web-client';
import { EventSender } from './network/webhook/event-sender';
import { processKeyPair } from './network/webhook/signing';

export interface LocalNetworkOptions {
  /** How it reaches webhooks and announcements. */
  readonly web: Web;
  readonly webhookUrl: string;
  /** Two capital letters; an unknown one counts as DE. */
  readonly country: string;
}

/** A telephone network inside of another program: no server, no page, no REST API. */
export interface LocalNetwork {
  /** PEM: signs its events. */
  readonly publicKey: string;
  readonly country: string;
  /** Places a call and returns at once. Throws TypeError when the script makes no sense. */
  call(script: CallScript): SimulatedCall;
  /** @returns an announcement that the caller has heard (WAV), by the number in its entry `plays` */
  sound(number: number): Buffer | undefined;
  /** Calls `listener` with every entry of every call. @returns a function that ends it */
  onEntry(listener: (entry: TranscriptEntry) => void): () => void;
  /** Ends all calls and closes every connection. */
  stop(): Promise<void>;
}

/** A webhook may take 8 s. */
const WEBHOOK_TIMEOUT_MS = 10_000;
const LONGEST_CALL_MS = 600_000;

/** @returns a network that calls one webhook; its key is that of this process */
export async function createLocalNetwork({
  web,
  webhookUrl,
  country: wanted,
}: LocalNetworkOptions): Promise<LocalNetwork> {
  const keys = await processKeyPair();
  const country = knownCountry(wanted);
  const account = createAccount();
  account.settings.incomingUrl = webhookUrl;
  account.settings.outgoingUrl = webhookUrl;
  const events = new EventSender({
    account,
    keys,
    web,
    webhookTimeoutMs: WEBHOOK_TIMEOUT_MS,
    forwardedFor: '',
  });
  const network = new Network({
    account,
    events,
    country,
    callees: {},
    speed: 1,
    longestCallMs: LONGEST_CALL_MS,
  });
  return {
    publicKey: keys.publicKey,
    country,
    call: (script) => network.call(script),
    sound: (number) => network.sound(number),
    onEntry: (listener) => network.onEntry(listener),
    async stop() {
      await network.close();
      web.close();
    },
  };
}

function knownCountry(country: string): string {
  try {
    requireCountry(country);
    return country;
  } catch {
    return 'DE';
  }
}
