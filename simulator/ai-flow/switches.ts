/** What sipgate's descriptions leave open, with what the simulator does unless told otherwise. All are off by default. */
export const SWITCHES = [
  /** Numbers are written with `+`. */
  'plus',
  /** A session without direction, from and to. */
  'bareSession',
  /** No `assistant_speak`, as with some voices. */
  'noAssistantSpeak',
  /** `assistant_speech_ended` comes also after an interruption. */
  'endedAfterInterruption',
  /** `transcript` instead of `text`, and `user_barge_in`. */
  'legacy',
  /** An event that nobody knows follows the start. */
  'unknownEvent',
  /** A later `speak` replaces what is being said, instead of waiting for its end. */
  'laterReplaces',
  /** A key does not end the wait for the caller's voice. */
  'keyKeepsTimeout',
  /** What the caller says into a speech that cannot be interrupted is lost. */
  'talkOverLost',
  /** An event is sent before the one before it is answered. */
  'overlapping',
  /** `session_end` comes when a transfer has been taken. */
  'endAfterTransfer',
  /** An SMS fails: `sms_failed`. */
  'smsFails',
] as const;

export type Switch = (typeof SWITCHES)[number];

export function isSwitch(name: string): name is Switch {
  return SWITCHES.some((each) => each === name);
}
