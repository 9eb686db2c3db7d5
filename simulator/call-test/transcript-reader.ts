import type { SimulatedCall } from '../network/placed-call';
import type { AnswerEntry, NetworkCode, NetworkEntry, TranscriptEntry } from '../network/transcript';

/** Longer than a webhook may take to answer. */
const LONGEST_WAIT_MS = 15_000;

/** Tells of each new entry of any call. @returns a function that ends it */
export type Listen = (listener: (entry: TranscriptEntry) => void) => () => void;

/** Reads the transcript of a call that goes on, in its order; each entry is read once. */
export class TranscriptReader {
  readonly #call: SimulatedCall;
  readonly #listen: Listen;
  #position = 0;

  constructor(call: SimulatedCall, listen: Listen) {
    this.#call = call;
    this.#listen = listen;
  }

  /** @returns the next answer that steers the call; undefined when the call is over, or too quiet, before */
  async nextSteering(): Promise<AnswerEntry | undefined> {
    const entry = await this.#next(
      ({ kind, ...rest }) => kind === 'answer' && 'event' in rest && isSteering(rest.event),
    );
    return entry?.kind === 'answer' ? entry : undefined;
  }

  /** @returns the next entry of the network with one of these codes; undefined when there is none */
  async nextOf(codes: readonly NetworkCode[]): Promise<NetworkEntry | undefined> {
    const entry = await this.#next((one) => one.kind === 'network' && codes.includes(one.code));
    return entry?.kind === 'network' ? entry : undefined;
  }

  /** The latest that the network has written down. */
  latest(): NetworkEntry | undefined {
    return this.#call.transcript.findLast((entry) => entry.kind === 'network');
  }

  /** Waits for an entry from the position on, until the call is over. */
  async #next(wanted: (entry: TranscriptEntry) => boolean): Promise<TranscriptEntry | undefined> {
    return await new Promise((resolve) => {
      const finish = (entry: TranscriptEntry | undefined) => {
        clearTimeout(timer);
        stop();
        resolve(entry);
      };
      const look = () => {
        const { transcript } = this.#call;
        while (this.#position < transcript.length) {
          const entry = transcript[this.#position] as TranscriptEntry;
          this.#position += 1;
          if (wanted(entry)) return finish(entry);
          if (entry.kind === 'network' && entry.code === 'ended') return finish(undefined);
        }
        if (this.#call.outcome.kind !== 'running') finish(undefined);
      };
      const timer = setTimeout(() => finish(undefined), LONGEST_WAIT_MS);
      const stop = this.#listen((entry) => {
        if (entry.call === this.#call.number) look();
      });
      look();
    });
  }
}

function isSteering(event: string): boolean {
  return event === 'newCall' || event === 'dtmf';
}
