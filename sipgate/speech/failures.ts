import { SipgateError } from '../errors';

/** @returns the error of an engine that answered with nothing, or with something else than speech */
export function rubbish(who: string, what: string): SipgateError {
  return new SipgateError('SERVER', `${who} ${what}. Try the voice in its node, or choose another engine.`);
}

/** @param ms that the user allowed */
export function tooSlow(who: string, ms: number): SipgateError {
  return new SipgateError(
    'TIMEOUT',
    `${who} did not speak within ${ms / 1000} s. Give shorter texts, or more time in the voice's node.`,
  );
}

export function unreachable(who: string, cause: Error): SipgateError {
  const words = cause.message || (cause as NodeJS.ErrnoException).code || 'the connection broke';
  return new SipgateError(
    'NETWORK',
    `${who} could not be reached (${words}). Check host and port, and whether it runs.`,
    { cause },
  );
}
