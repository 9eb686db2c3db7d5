import type { CountryCode } from 'libphonenumber-js';
import { createAccount } from './account/account';
import type { SimulatedAccount } from './account/account';
import type { Bend, EventFields } from './network/webhook/event';
import { encodeFields } from './network/webhook/event';
import { Keypad } from './network/keypad';
import { clickToDialScript } from './network/click-to-dial';
import { carry, carryClickToDial, newId } from './network/network';
import type { Connection } from './network/network';
import { createWebServer } from './page/server';
import type { WebServer } from './page/server';
import { eventHeaders, LARGEST_ANSWER } from './network/webhook/post';
import type { PostOffice } from './network/webhook/post';
import { createRestApi } from './rest';
import { checkDigits, completeScript } from './network/script';
import type { Callees, CallScript, CompleteScript, ScriptDefaults } from './network/script';
import { processKeyPair, signatureOf } from './network/webhook/signing';
import type { KeyPair } from './network/webhook/signing';
import type { CallOutcome, Running, TranscriptEntry } from './network/transcript/transcript';
import { outcomeInWords, sentenceOf } from './network/transcript/transcript';
import type { ClickToDial, TelephoneNetwork } from './rest/types';
import { WebClient } from './network/web-client';

export interface SimulatorOptions {
  /** 0 (default): any. A port that cannot be had is replaced by any other; see `simulator.port`. */
  readonly port?: number;
  /** Sets `account.settings.incomingUrl` and `outgoingUrl`. */
  readonly webhookUrl?: string;
  /** Completes national numbers; default `DE`. */
  readonly country?: CountryCode;
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
}

/** How `sendEvent` signs: as it should, with a signature of something else, not at all, or with this text. */
export type Signing = 'good' | 'wrong' | 'none' | { readonly signature: string };

export interface SendOptions {
  /** Default: `account.settings.incomingUrl`. */
  readonly url?: string;
  readonly sign?: Signing;
  /** Added to sipgate's headers, or put in their place. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** What a webhook has answered. */
export interface EventAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A call that is under way or over. */
export interface SimulatedCall {
  /** 1 is the simulator's first call. */
  readonly number: number;
  readonly script: CompleteScript;
  readonly transcript: readonly TranscriptEntry[];
  readonly outcome: CallOutcome | Running;
  /** Resolves when the call is over; never rejects. */
  readonly ended: Promise<CallOutcome>;
  /** Presses keys of the caller's telephone: `0` to `9`, `*`, `#`, `A` to `D`; throws TypeError for others. */
  press(digits: string): void;
  /** The caller hangs up. */
  hangUp(): void;
}

/** Keeps a server that runs for months from filling the memory. */
const MOST_CALLS_KEPT = 2000;
const SIPGATE_ADDRESS = '217.116.118.254';

/**
 * A stand-in for the sipgate platform on 127.0.0.1: places calls, posts signed events to the webhook and obeys the
 * XML it gets. Serves a page with a telephone at `/` and the REST API at `/v2`.
 */
export class Simulator implements TelephoneNetwork {
  readonly account: SimulatedAccount;
  readonly publicKey: string;
  readonly #office: PostOffice;
  readonly #options: SimulatorOptions;
  readonly #defaults: ScriptDefaults;
  readonly #calls: SimulatedCall[] = [];
  readonly #bends: Bend[] = [];
  readonly #listeners = new Set<(entry: TranscriptEntry) => void>();
  #server: WebServer | undefined;
  #placed = 0;

  private constructor(options: SimulatorOptions, keys: KeyPair) {
    this.#options = options;
    this.#defaults = {
      country: options.country ?? 'DE',
      callees: options.callees ?? {},
      speed: options.speed ?? 20,
    };
    this.account = createAccount();
    this.publicKey = keys.publicKey;
    this.#office = {
      account: this.account,
      keys,
      web: new WebClient(options.selfSigned ?? false),
      webhookTimeoutMs: options.webhookTimeoutMs ?? 10_000,
      forwardedFor: options.forwardedFor ?? SIPGATE_ADDRESS,
    };
    if (options.webhookUrl !== undefined) this.setWebhook(options.webhookUrl);
  }

  /** Starts one on 127.0.0.1. A taken port is no failure: see `port`. */
  static async start(options: SimulatorOptions = {}): Promise<Simulator> {
    const simulator = new Simulator(options, options.keyPair ?? (await processKeyPair()));
    simulator.#server = await createWebServer(
      simulator,
      options.port ?? 0,
      createRestApi(simulator.account, simulator),
    );
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

  /** All calls, oldest first; of a very long row only the last 2000 are kept. */
  get calls(): readonly SimulatedCall[] {
    return this.#calls;
  }

  /** Sends events of both directions there; '' sends none. */
  setWebhook(url: string): void {
    this.account.settings.incomingUrl = url;
    this.account.settings.outgoingUrl = url;
  }

  /** Places a call and returns at once. Throws TypeError when the script makes no sense. */
  call(script: CallScript): SimulatedCall {
    return this.#place(completeScript(script, this.#defaults), newId(32), carry);
  }

  clickToDial(order: ClickToDial): void {
    const script = completeScript(clickToDialScript(this.account, order), this.#defaults);
    this.#place(script, order.sessionId, (call) => carryClickToDial(call, order.caller.replace('+', '')));
  }

  /** Bends the next event (of `bend.event`, or of any name). Several bends wait in a row. */
  bendNextEvent(bend: Bend): void {
    this.#bends.push(bend);
  }

  /** Calls `listener` with every entry of every call. @returns a function that ends it */
  onEntry(listener: (entry: TranscriptEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Posts one event outside of any call and hands back what came, whatever its status.
   * @param event wire fields, or a ready body
   * @returns the answer; rejects when there is none
   */
  async sendEvent(event: EventFields | string | Buffer, options: SendOptions = {}): Promise<EventAnswer> {
    const body = Buffer.isBuffer(event)
      ? event
      : Buffer.from(typeof event === 'string' ? event : encodeFields(event));
    const signature = await this.#sign(body, options.sign ?? 'good');
    const answer = await this.#office.web.send({
      method: 'POST',
      url: options.url ?? this.account.settings.incomingUrl,
      headers: { ...eventHeaders(body.length, signature, this.#office.forwardedFor), ...options.headers },
      body,
      timeoutMs: options.timeoutMs ?? this.#office.webhookTimeoutMs,
      largest: LARGEST_ANSWER,
    });
    return { status: answer.status, headers: answer.headers, body: answer.body.toString('utf8') };
  }

  /** Ends all calls and closes every connection. */
  async stop(): Promise<void> {
    for (const call of this.#calls) call.hangUp();
    this.#office.web.close();
    await Promise.all(this.#calls.map((call) => call.ended));
    await this.#server?.close();
    this.#listeners.clear();
  }

  async #sign(body: Buffer, signing: Signing): Promise<string | undefined> {
    if (typeof signing === 'object') return signing.signature;
    if (signing === 'none') return undefined;
    const signed = signing === 'good' ? body : Buffer.concat([body, Buffer.from('\n')]);
    return await signatureOf(signed, this.#office.keys);
  }

  #place(
    script: CompleteScript,
    origCallId: string,
    carrier: (call: Connection) => ReturnType<typeof carry>,
  ): SimulatedCall {
    const handset = new AbortController();
    const transcript: TranscriptEntry[] = [];
    const connection = this.#connect(script, origCallId, handset.signal, transcript);
    const { played, digits } = connection;
    let outcome: CallOutcome | Running = { kind: 'running', played, digits };
    const ended = this.#run(connection, handset, carrier).then((result) => (outcome = result));
    const call: SimulatedCall = {
      number: connection.number,
      script,
      transcript,
      get outcome() {
        return outcome;
      },
      ended,
      press: (keys) => {
        checkDigits(keys);
        connection.keypad.press(keys);
      },
      hangUp: () => handset.abort(),
    };
    this.#calls.push(call);
    if (this.#calls.length > MOST_CALLS_KEPT) this.#calls.shift();
    return call;
  }

  #connect(
    script: CompleteScript,
    origCallId: string,
    hungUp: AbortSignal,
    transcript: TranscriptEntry[],
  ): Connection {
    return {
      number: ++this.#placed,
      startedAt: Date.now(),
      script,
      keypad: new Keypad(),
      hungUp,
      origCallId,
      xcid: newId(10).toLowerCase(),
      office: this.#office,
      record: (entry) => {
        transcript.push(entry);
        this.#tell(entry);
      },
      takeBend: (event) => this.#takeBend(event),
      played: [],
      digits: [],
      gathers: 0,
      connected: false,
    };
  }

  async #run(
    call: Connection,
    handset: AbortController,
    carrier: (call: Connection) => ReturnType<typeof carry>,
  ): Promise<CallOutcome> {
    const { played, digits } = call;
    const giveUp = () => {
      if (!call.connected) handset.abort();
    };
    const patience = setTimeout(giveUp, Math.min(call.script.giveUpAfterMs ?? 2 ** 31 - 1, 2 ** 31 - 1));
    const bound = setTimeout(() => handset.abort(), this.#options.longestCallMs ?? 600_000);
    // the caller gets the call's handle before the first entry
    await Promise.resolve();
    const outcome: CallOutcome = await carrier(call).then(
      (result) => ({ ...result, played, digits }),
      (error: unknown) => ({ kind: 'failed', why: String(error), played, digits }),
    );
    clearTimeout(patience);
    clearTimeout(bound);
    const values = { ms: Date.now() - call.startedAt, kind: outcome.kind, outcome: outcomeInWords(outcome) };
    const text = sentenceOf('ended', values);
    call.record({ call: call.number, atMs: values.ms, kind: 'network', code: 'ended', values, text });
    return outcome;
  }

  #takeBend(event: Bend['event']): Bend | undefined {
    const index = this.#bends.findIndex((bend) => bend.event === undefined || bend.event === event);
    return index < 0 ? undefined : this.#bends.splice(index, 1)[0];
  }

  /** A listener that throws must not end the call that it listens to. */
  #tell(entry: TranscriptEntry): void {
    for (const listener of this.#listeners) {
      try {
        listener(entry);
      } catch (error) {
        process.emitWarning(`a listener of the simulator failed: ${String(error)}`);
      }
    }
  }
}
