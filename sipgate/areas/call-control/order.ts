/** What is to happen to a call. `unknown` values may come from a message and are checked. */
export type CallOrder =
  | { readonly operation: 'hangup' | 'hold' | 'resume' | 'mute' | 'unmute' }
  /** `isAnnounced`: all participants hear that the recording starts or stops. */
  | { readonly operation: 'startRecording' | 'stopRecording'; readonly isAnnounced: boolean }
  /** `url` of a WAV file: PCM, 16 bit, mono, 8000 Hz. */
  | { readonly operation: 'announce'; readonly url: unknown }
  /** `sequence` of the keys `0` to `9`, `*`, `#` and `A` to `D`. */
  | { readonly operation: 'dtmf'; readonly sequence: unknown }
  /** `isAttended`: the conversation goes on here when nobody answers there. */
  | { readonly operation: 'transfer'; readonly number: unknown; readonly isAttended: boolean };

export type CallOperation = CallOrder['operation'];
