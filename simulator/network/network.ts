import type { SimulatedAccount } from '../account/account';
import { printable } from '../printable';
import type { ClickToDial, ControlOrder, LiveCall, TelephoneNetwork } from '../rest/telephone-network';
import type { ActiveCall } from './call';
import { carryCall, carryClickToDial } from './carry-call';
import { clickToDialScript } from './script/click-to-dial';
import { completeScript, type ScriptDefaults } from './script/complete-script';
import { requireCountry } from './script/countries';
import { newCallId } from './ids';
import { LiveCalls } from './live/live-calls';
import { placeCall, type SimulatedCall } from './placed-call';
import type { CallScript, CompleteScript } from './script/script';
import { HeardSounds } from './sound/heard-sounds';
import type { CallResult, TranscriptEntry } from './transcript';
import type { EventSender } from './webhook/event-sender';

export interface NetworkOptions extends ScriptDefaults {
  readonly account: SimulatedAccount;
  readonly events: EventSender;
  /** Then the caller hangs up, ms. */
  readonly longestCallMs: number;
}

/** Keeps a simulator that runs for months from filling the memory. */
const MOST_CALLS = 2000;

/** The telephone network: places calls and keeps them. */
export class Network implements TelephoneNetwork {
  readonly #options: NetworkOptions;
  readonly #calls: SimulatedCall[] = [];
  readonly #liveCalls = new LiveCalls();
  readonly #listeners = new Set<(entry: TranscriptEntry) => void>();
  readonly #heard = new HeardSounds();
  #placedCount = 0;

  /** Throws TypeError for a country that it does not know. */
  constructor(options: NetworkOptions) {
    requireCountry(options.country);
    this.#options = options;
  }

  /** Oldest first; of very many only the last 2000 are kept. */
  get calls(): readonly SimulatedCall[] {
    return this.#calls;
  }

  /** Places a call and returns at once. Throws TypeError when the script makes no sense. */
  call(script: CallScript): SimulatedCall {
    return this.#place(completeScript(script, this.#options), newCallId(), carryCall);
  }

  /**
   * Calls `order.caller`, and once that one has picked up, `order.callee`.
   * @param more how the telephones behave; from, to and user come from the order
   */
  clickToDial(order: ClickToDial, more: Partial<CallScript> = {}): SimulatedCall {
    const script = { ...more, ...clickToDialScript(this.#options.account, order) };
    const telephone = order.caller.replace('+', '');
    return this.#place(completeScript(script, this.#options), order.sessionId, (call) =>
      carryClickToDial(call, telephone),
    );
  }

  /** @returns an announcement that callers have heard, by the number in its entry `plays`; only the latest are kept */
  sound(number: number): Buffer | undefined {
    return this.#heard.get(number);
  }

  liveCalls(): LiveCall[] {
    return this.#liveCalls.list();
  }

  control(callId: string, order: ControlOrder): boolean {
    return this.#liveCalls.control(callId, order);
  }

  /** Calls `listener` with every entry of every call. @returns a function that ends it */
  onEntry(listener: (entry: TranscriptEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends all calls. */
  hangUpAll(): void {
    for (const call of this.#calls) call.hangUp();
  }

  /** Waits for the end of all calls; nobody hears of anything any more. */
  async close(): Promise<void> {
    this.hangUpAll();
    await Promise.all(this.#calls.map((call) => call.ended));
    this.#listeners.clear();
  }

  #place(
    script: CompleteScript,
    origCallId: string,
    carry: (call: ActiveCall) => Promise<CallResult>,
  ): SimulatedCall {
    const { country, events, longestCallMs } = this.#options;
    this.#placedCount += 1;
    const call = placeCall({
      number: this.#placedCount,
      script,
      country,
      origCallId,
      events,
      liveCalls: this.#liveCalls,
      heard: this.#heard,
      longestCallMs,
      onEntry: (entry) => this.#tell(entry),
      carry,
    });
    this.#calls.push(call);
    if (this.#calls.length > MOST_CALLS) this.#calls.shift();
    return call;
  }

  /** A listener that throws must not end the call that it listens to. */
  #tell(entry: TranscriptEntry): void {
    for (const listener of this.#listeners) {
      try {
        listener(entry);
      } catch (error) {
        process.emitWarning(printable(`a listener of the simulator failed: ${String(error)}`));
      }
    }
  }
}
