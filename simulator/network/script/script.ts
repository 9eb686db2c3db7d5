/** Whom a number rings: one person of the account. */
export interface User {
  readonly name: string;
  /** An extension such as `w0`. */
  readonly userId?: string;
  /** The extension with its account, such as `1234567w0`. */
  readonly fullUserId?: string;
}

/** Where a call goes on, and whom it rings there. */
export interface Destination {
  /** A number, or `voicemail`. */
  readonly number: string;
  readonly user: readonly User[];
}

export type CalleeBehaviour = Decision | 'notFound' | 'manual';

/** What a person does whose telephone rings; who declines counts as not answering (sipgate.io docs: hangup). */
export type Decision = 'answers' | 'busy' | 'noAnswer';

/**
 * What a telephone does when it is called; `afterMs` counts from the first ring. `manual` rings until
 * `SimulatedCall.decide` says what the person does.
 */
export type Callee = CalleeBehaviour | { readonly kind: CalleeBehaviour; readonly afterMs?: number };

/** Telephones by number, extension or user id; `default` is every other one. */
export type Callees = Readonly<Record<string, Callee>>;

/** A call as a test or a person wants it. All times are ms. */
export interface CallScript {
  /** A number as people write it, `anonymous`, or anything else, which is then sent as it is. */
  readonly from: string;
  readonly to: string;
  /** Sends `from` and `to` exactly as they are written here, also national numbers. */
  readonly verbatim?: boolean;
  readonly direction?: 'in' | 'out';
  /** Whom the called number rings; for `out`, who calls. Default: Ann Example, `w0`, `1234567w0`. */
  readonly user?: readonly User[];
  /** The line that is called; the webhook settings' whitelist is compared with it. Default `p0`. */
  readonly extension?: string;
  /** What the caller presses at each Gather, in their order; '' and all Gathers beyond the list: nothing. */
  readonly press?: readonly string[];
  /**
   * `manual`: each Gather waits for `SimulatedCall.enter`, however long that takes. Default `timed`: for keys, for as
   * long as the Gather says.
   */
  readonly keypad?: 'timed' | 'manual';
  /** Default: everyone answers. Goes before what `Simulator.start` was given. */
  readonly callees?: Callees;
  /** How long a telephone rings before it is answered. Default 20. */
  readonly ringMs?: number;
  /** Talk time, from the answer to the hang-up. Default 50; Infinity waits for `call.hangUp()`. */
  readonly hangUpAfterMs?: number;
  /** The caller hangs up when nobody has answered by then. */
  readonly giveUpAfterMs?: number;
  /** The caller withholds the number: `from` is `anonymous`. */
  readonly anonymous?: boolean;
  /** The number that was dialled before somebody else diverted the call to `to`. */
  readonly diversion?: string;
  /**
   * Where an unanswered call goes, one after the other: numbers, or `voicemail`. Each is a new leg with a callId of
   * its own. A number alone rings Bob Example, `w1`.
   */
  readonly forwardTo?: string | Destination | readonly (string | Destination)[];
  /** Where the one who answered transfers the caller to (`*3`). A new leg, as for `forwardTo`. */
  readonly transferTo?: string | Destination;
  /**
   * How it is transferred. `code` (default): `*3`, the first leg hangs up when the second one is answered. `phone`: the
   * telephone's own button, the first leg hangs up when the whole conversation is over.
   */
  readonly transferBy?: 'code' | 'phone';
  /** What the caller says to a mailbox: its transcription in the history. */
  readonly message?: string;
  /** Overrides the simulator's `speed` for this call. */
  readonly speed?: number;
}

/** A script with everything filled in and checked. */
export interface CompleteScript extends Omit<CallScript, 'forwardTo' | 'transferTo'> {
  readonly direction: 'in' | 'out';
  readonly user: readonly User[];
  readonly extension: string;
  readonly press: readonly string[];
  readonly callees: Callees;
  readonly ringMs: number;
  readonly hangUpAfterMs: number;
  readonly message: string;
  readonly speed: number;
  readonly forwardTo: readonly Destination[];
  readonly transferTo?: Destination;
}
