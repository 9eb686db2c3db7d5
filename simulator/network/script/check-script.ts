import type { Callee, CallScript } from './script';

const BEHAVIOURS: readonly string[] = ['answers', 'busy', 'noAnswer', 'notFound', 'manual'];

/** Throws TypeError naming the field that makes no sense. */
export function checkScript(script: CallScript): void {
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
