import { SipgateError } from '../../sipgate/index';

/**
 * The one exit for whatever went wrong: always an Error with a message that a user can act on. A Catch node sees
 * `msg.error.code` and `msg.error.message`.
 * @param thrown anything
 */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new Error(typeof thrown === 'string' ? thrown : 'Something failed without saying why');
}

/** @returns a few words for a node's status: the code where there is one, never a whole message */
export function shortReason(error: Error): string {
  return error instanceof SipgateError ? error.code : error.message.slice(0, 40);
}
