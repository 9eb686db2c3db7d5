import { checkScript } from './check-script';
import { wireNumber } from './numbers';
import type { Callee, Callees, CallScript, CompleteScript, Destination, User } from './script';

/** What a simulator has set for all its calls. */
export interface ScriptDefaults {
  /** Two capital letters. */
  readonly country: string;
  readonly callees: Callees;
  readonly speed: number;
}

const DEFAULT_MESSAGE = 'Please call me back.';
const ANN: User = { name: 'Ann Example', userId: 'w0', fullUserId: '1234567w0' };
const BOB: User = { name: 'Bob Example', userId: 'w1', fullUserId: '1234567w1' };

/** @returns the script with its defaults; throws TypeError naming the field that makes no sense */
export function completeScript(script: CallScript, defaults: ScriptDefaults): CompleteScript {
  checkScript(script);
  const { country } = defaults;
  const number = (text: string) => (script.verbatim ? text : wireNumber(text, country));
  return {
    ...script,
    from: script.anonymous ? 'anonymous' : number(script.from),
    to: number(script.to),
    direction: script.direction ?? 'in',
    user: script.user ?? [ANN],
    extension: script.extension ?? 'p0',
    press: script.press ?? [],
    callees: byWireNumber({ ...defaults.callees, ...script.callees }, country),
    ringMs: script.ringMs ?? 20,
    hangUpAfterMs: script.hangUpAfterMs ?? 50,
    diversion: script.diversion === undefined ? undefined : number(script.diversion),
    forwardTo: destinations(script.forwardTo).map((to) => completeDestination(to, country)),
    transferTo: script.transferTo ? completeDestination(script.transferTo, country) : undefined,
    message: script.message ?? DEFAULT_MESSAGE,
    speed: script.speed ?? defaults.speed,
  };
}

function destinations(to: CallScript['forwardTo']): readonly (string | Destination)[] {
  if (to === undefined || to === '') return [];
  return Array.isArray(to) ? to : [to as string | Destination];
}

function completeDestination(to: string | Destination, country: string): Destination {
  if (typeof to === 'string') return { number: wireNumber(to, country), user: [BOB] };
  return { number: wireNumber(to.number, country), user: to.user };
}

function byWireNumber(callees: Callees, country: string): Callees {
  return Object.fromEntries(
    Object.entries(callees).map(([name, callee]) => [wireNumber(name, country), callee]),
  );
}

/** @returns what the first of these names is said to do; a telephone of which nothing is said is answered */
export function calleeFor(callees: Callees, names: readonly string[]): Exclude<Callee, string> {
  const name = names.find((candidate) => Object.hasOwn(callees, candidate)) ?? 'default';
  const callee = Object.hasOwn(callees, name) ? callees[name] : undefined;
  return typeof callee === 'object' ? callee : { kind: callee ?? 'answers' };
}
