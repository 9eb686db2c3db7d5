import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { CountryCode } from 'libphonenumber-js';

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

export type CalleeBehaviour = 'answers' | 'busy' | 'noAnswer' | 'notFound';

/** What a telephone does when it is called; `afterMs` counts from the first ring. */
export type Callee = CalleeBehaviour | { readonly kind: CalleeBehaviour; readonly afterMs?: number };

/** Telephones by number, extension or user id; `default` is every other one. */
export type Callees = Readonly<Record<string, Callee>>;

/** A call as a test or a person orders it. All times are ms. */
export interface CallScript {
  /** A number as people write it, `anonymous`, or anything else, which is then sent as it is. */
  readonly from: string;
  readonly to: string;
  readonly direction?: 'in' | 'out';
  /** Whom the called number rings; for `out`, who calls. Default: Ann Example, `w0`, `1234567w0`. */
  readonly user?: readonly User[];
  /** The line that is called; the webhook settings' whitelist is held against it. Default `p0`. */
  readonly extension?: string;
  /** What the caller presses at each Gather, in their order; '' and all Gathers beyond the list: nothing. */
  readonly press?: readonly string[];
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
   * Where an unanswered call goes: a number, or `voicemail`. A new leg with a callId of its own. A number alone
   * rings Bob Example, `w1`.
   */
  readonly forwardTo?: string | Destination;
  /** Where the one who answered transfers the caller to (`*3`). A new leg, as for `forwardTo`. */
  readonly transferTo?: string | Destination;
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
  readonly speed: number;
  readonly forwardTo?: Destination;
  readonly transferTo?: Destination;
}

/** What a simulator has set for all its calls. */
export interface ScriptDefaults {
  readonly country: CountryCode;
  readonly callees: Callees;
  readonly speed: number;
}

const ANN: User = { name: 'Ann Example', userId: 'w0', fullUserId: '1234567w0' };
const BOB: User = { name: 'Bob Example', userId: 'w1', fullUserId: '1234567w1' };
const BEHAVIOURS: readonly string[] = ['answers', 'busy', 'noAnswer', 'notFound'];

/** @returns the script with its defaults; throws TypeError naming the field that makes no sense */
export function completeScript(script: CallScript, defaults: ScriptDefaults): CompleteScript {
  checkScript(script);
  const number = (text: string) => wireNumber(text, defaults.country);
  const destination = (to: string | Destination): Destination =>
    typeof to === 'string'
      ? { number: number(to), user: [BOB] }
      : { number: number(to.number), user: to.user };
  return {
    ...script,
    from: script.anonymous ? 'anonymous' : number(script.from),
    to: number(script.to),
    direction: script.direction ?? 'in',
    user: script.user ?? [ANN],
    extension: script.extension ?? 'p0',
    press: script.press ?? [],
    callees: byWireNumber({ ...defaults.callees, ...script.callees }, defaults.country),
    ringMs: script.ringMs ?? 20,
    hangUpAfterMs: script.hangUpAfterMs ?? 50,
    diversion: script.diversion === undefined ? undefined : number(script.diversion),
    forwardTo: script.forwardTo ? destination(script.forwardTo) : undefined,
    transferTo: script.transferTo ? destination(script.transferTo) : undefined,
    speed: script.speed ?? defaults.speed,
  };
}

/**
 * A number as it stands on the wire: digits with country code and without `+`. Short internal numbers and
 * everything that is no number stay as they are.
 */
export function wireNumber(text: string, country: CountryCode): string {
  if (!/^[+\d][\d\s()/.-]*$/.test(text)) return text;
  const digits = text.replace(/[^+\d]/g, '');
  if (digits.startsWith('+')) return digits.slice(1);
  if (!digits.startsWith('0')) return digits;
  const parsed = parsePhoneNumberFromString(text, country);
  return parsed === undefined ? digits : parsed.number.slice(1);
}

/** @returns what the first of these names is said to do; without a word, a telephone is answered */
export function calleeFor(callees: Callees, names: readonly string[]): Exclude<Callee, string> {
  const name = names.find((candidate) => Object.hasOwn(callees, candidate)) ?? 'default';
  const callee = Object.hasOwn(callees, name) ? callees[name] : undefined;
  return typeof callee === 'object' ? callee : { kind: callee ?? 'answers' };
}

function byWireNumber(callees: Callees, country: CountryCode): Callees {
  return Object.fromEntries(
    Object.entries(callees).map(([name, callee]) => [wireNumber(name, country), callee]),
  );
}

function checkScript(script: CallScript): void {
  if (typeof script.from !== 'string') throw new TypeError('from must be a text: the number of the caller');
  if (typeof script.to !== 'string') throw new TypeError('to must be a text: the number that is called');
  for (const digits of script.press ?? []) checkDigits(digits);
  for (const [name, callee] of Object.entries(script.callees ?? {})) checkCallee(name, callee);
  checkDuration('ringMs', script.ringMs);
  checkDuration('hangUpAfterMs', script.hangUpAfterMs);
  checkDuration('giveUpAfterMs', script.giveUpAfterMs);
  if (script.speed === 0) throw new TypeError('speed must be a number above 0');
  checkDuration('speed', script.speed);
}

/** Throws TypeError when a text holds more than a telephone's keys: 0 to 9, *, # and A to D. */
export function checkDigits(digits: unknown): asserts digits is string {
  if (typeof digits !== 'string' || !/^[0-9*#A-D]*$/.test(digits)) {
    throw new TypeError(`press takes the keys 0-9, *, # and A-D, not ${JSON.stringify(digits)}`);
  }
}

function checkCallee(name: string, callee: Callee): void {
  const kind: unknown = typeof callee === 'object' ? callee?.kind : callee;
  if (typeof kind !== 'string' || !BEHAVIOURS.includes(kind)) {
    throw new TypeError(`callees["${name}"] must be one of ${BEHAVIOURS.join(', ')}`);
  }
}

function checkDuration(name: string, value: unknown): void {
  if (value !== undefined && (typeof value !== 'number' || !(value >= 0))) {
    throw new TypeError(`${name} must be a number of at least 0`);
  }
}
