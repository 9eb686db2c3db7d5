import type { SimulatedAccount } from './account/account';
import { createAccount } from './account/demo-account';
import type { Conversation } from './ai-flow/conversation';
import { Conversations } from './ai-flow/conversations';
import type { LineOptions } from './ai-flow/lines/line';
import type { TalkOptions } from './ai-flow/talk';
import {
  receiveFax,
  receiveSms,
  receiveVoicemail,
  type IncomingFax,
  type IncomingSms,
  type IncomingVoicemail,
} from './inbox/receive';
import { Network } from './network/network';
import type { SimulatedCall } from './network/placed-call';
import type { Callees, CallScript } from './network/script/script';
import type { TranscriptEntry } from './network/transcript';
import { WebClient } from './network/web-client';
import type { EventFault, EventFields } from './network/webhook/event';
import { EventSender, type EventAnswer, type SendOptions } from './network/webhook/event-sender';
import { processKeyPair, type KeyPair } from './network/webhook/signing';
import { createRestApi } from './rest';
import type { ClickToDial } from './rest/telephone-network';
import { startServer, type SimulatorServer } from './server/server';

export interface SimulatorOptions {
  /** Goes on with the account of another simulator, which has been stopped. Default: a new one. */
  readonly account?: SimulatedAccount;
  /** `neo`: an account of sipgate's new platform, which refuses what only the classic one has. Default `classic` for a new account. */
  readonly platform?: 'classic' | 'neo';
  /** 0 (default): any. A port that cannot be had is replaced by any other; see `simulator.port`. */
  readonly port?: number;
  /** Sets `account.settings.incomingUrl` and `outgoingUrl`. */
  readonly webhookUrl?: string;
  /** Two capital letters; completes national numbers. Default `DE`. */
  readonly country?: string;
  /** Default: a pair that this process has made for itself. */
  readonly keyPair?: KeyPair;
  /** So long it waits for a webhook, ms; default 10000, as a sipgate developer has named it. */
  readonly webhookTimeoutMs?: number;
  /**
   * How much faster than on the telephone announcements are played and digits are waited for; default 20.
   * Infinity does not wait at all.
   */
  readonly speed?: number;
  /** The longest call, ms; default 10 minutes. Then the caller hangs up. */
  readonly longestCallMs?: number;
  /** What telephones do when a call's own script does not say. */
  readonly callees?: Callees;
  /** `X-Forwarded-For` of the events; default one of sipgate's addresses, '' leaves the header out. */
  readonly forwardedFor?: string;
  /** Accept webhooks whose certificate no authority has signed. Default false, like sipgate. */
  readonly selfSigned?: boolean;
  /** The folder that `scripts/build-page.mjs` has built the page into. Default: the one of this package. */
  readonly pageFolder?: string;
}

const DEFAULT_SPEED = 20;
const DEFAULT_WEBHOOK_TIMEOUT_MS = 10_000;
const DEFAULT_LONGEST_CALL_MS = 600_000;
const SIPGATE_ADDRESS = '217.116.118.254';

/**
 * A stand-in for the sipgate platform on 127.0.0.1: places calls, posts signed events to the webhook and obeys the
 * XML it gets. Serves a page with a telephone at `/` and the REST API at `/v2`.
 */
export class Simulator {
  readonly account: SimulatedAccount;
  readonly publicKey: string;
  readonly #network: Network;
  readonly #events: EventSender;
  readonly #web: WebClient;
  readonly #conversations = new Conversations();
  #server: SimulatorServer | undefined;

  private constructor(options: SimulatorOptions, keys: KeyPair) {
    const account = options.account ?? createAccount();
    account.platform = options.platform ?? account.platform;
    this.account = account;
    this.publicKey = keys.publicKey;
    this.#web = new WebClient(options.selfSigned ?? false);
    this.#events = new EventSender({
      account,
      keys,
      web: this.#web,
      webhookTimeoutMs: options.webhookTimeoutMs ?? DEFAULT_WEBHOOK_TIMEOUT_MS,
      forwardedFor: options.forwardedFor ?? SIPGATE_ADDRESS,
    });
    this.#network = new Network({
      account,
      events: this.#events,
      country: options.country ?? 'DE',
      callees: options.callees ?? {},
      speed: options.speed ?? DEFAULT_SPEED,
      longestCallMs: options.longestCallMs ?? DEFAULT_LONGEST_CALL_MS,
    });
    if (options.webhookUrl !== undefined) this.setWebhook(options.webhookUrl);
  }

  /** Starts one on 127.0.0.1. A taken port is no failure: see `port`. Throws TypeError for an unknown country. */
  static async start(options: SimulatorOptions = {}): Promise<Simulator> {
    const simulator = new Simulator(options, options.keyPair ?? (await processKeyPair()));
    simulator.#server = await startServer({
      port: options.port ?? 0,
      account: simulator.account,
      network: simulator.#network,
      conversations: simulator.#conversations,
      publicKey: simulator.publicKey,
      setWebhook: (url) => simulator.setWebhook(url),
      rest: createRestApi(simulator.account, simulator.#network),
      pageFolder: options.pageFolder,
    });
    return simulator;
  }

  /** Where it listens in truth, whatever port was asked for. */
  get port(): number {
    return this.#server?.port ?? 0;
  }

  /** `http://127.0.0.1:PORT`: the page. The REST API is below `/v2`. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** All calls, oldest first; of very many only the last 2000 are kept. */
  get calls(): readonly SimulatedCall[] {
    return this.#network.calls;
  }

  /** Sends events of both directions there; '' sends none. */
  setWebhook(url: string): void {
    this.account.settings.incomingUrl = url;
    this.account.settings.outgoingUrl = url;
  }

  /** Places a call and returns at once. Throws TypeError when the script makes no sense. */
  call(script: CallScript): SimulatedCall {
    return this.#network.call(script);
  }

  /**
   * Click to dial: `order.caller` rings first, then `order.callee`.
   * @param more how the telephones behave, as in a call's script
   */
  clickToDial(order: ClickToDial, more?: Partial<CallScript>): SimulatedCall {
    return this.#network.clickToDial(order, more);
  }

  /** Which voice assistant (AI Flow) the page offers to call at first. */
  setAiFlow(aiFlow: LineOptions): void {
    this.#conversations.offered = aiFlow;
  }

  /** Calls a voice assistant (AI Flow). Throws TypeError for a URL or a number that makes no sense. */
  talk(options: TalkOptions): Conversation {
    return this.#conversations.start(options);
  }

  /** The next event (of `fault.event`, or of any name) gets this fault. Several wait for their turn. */
  injectFault(fault: EventFault): void {
    this.#events.addFault(fault);
  }

  /** Calls `listener` with every entry of every call. @returns a function that ends it */
  onEntry(listener: (entry: TranscriptEntry) => void): () => void {
    return this.#network.onEntry(listener);
  }

  /**
   * Posts one event outside of any call and hands back what came, whatever its status.
   * @param event wire fields, or a ready body
   * @returns the answer; rejects when there is none
   */
  async sendEvent(event: EventFields | string | Buffer, options: SendOptions = {}): Promise<EventAnswer> {
    return await this.#events.sendAlone(event, options);
  }

  /** Somebody sends the account an SMS. @returns the id of its entry in the history; throws TypeError for an unknown extension */
  receiveSms(sms: IncomingSms): string {
    return receiveSms(this.account, sms);
  }

  /** Somebody sends the account a fax. @returns the id of its entry in the history; throws TypeError for an unknown extension */
  receiveFax(fax: IncomingFax): string {
    return receiveFax(this.account, fax);
  }

  /** Somebody has left a voicemail. @returns the id of its entry in the history; throws TypeError for an unknown extension */
  receiveVoicemail(voicemail: IncomingVoicemail): string {
    return receiveVoicemail(this.account, voicemail);
  }

  /** Ends all calls and closes every connection. */
  async stop(): Promise<void> {
    this.#network.hangUpAll();
    this.#web.close();
    await this.#conversations.close();
    await this.#network.close();
    await this.#server?.close();
  }
}
