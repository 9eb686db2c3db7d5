/** What speaks. */
export type SpeechEngine =
  /** A program of this machine: the text goes in by its standard input, a sound comes out of its standard output. */
  | { readonly kind: 'command'; readonly command: string; readonly args: string }
  /** A server as Home Assistant's Piper is one. */
  | { readonly kind: 'wyoming'; readonly host: string; readonly port: number }
  /** A server that speaks like OpenAI's `/v1/audio/speech`; `url` is the whole endpoint. */
  | { readonly kind: 'http'; readonly url: string; readonly model: string; readonly apiKey: string };

/** A voice and how it speaks. */
export interface Voice {
  readonly engine: SpeechEngine;
  /** Such as `de` or `en-US`. */
  readonly language: string;
  /** Its name; empty: the engine's own. */
  readonly name: string;
  /** 1 is normal. */
  readonly speed: number;
  readonly timeoutMs: number;
}

/** A voice that an engine offers. */
export interface OfferedVoice {
  readonly name: string;
  readonly languages: readonly string[];
}

/** Ten minutes of a good voice; no engine that is well says more. */
export const MOST_SPEECH_BYTES = 50 * 1024 * 1024;
