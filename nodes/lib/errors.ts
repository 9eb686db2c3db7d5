import type { Node } from 'node-red';
import { isCancelled, printable, SipgateError } from '../../sipgate/index';

/** Characters of an error's words that fit into a status. */
const MOST_STATUS_CHARACTERS = 40;

/** Where a failure is told: the node, its status, and the message that it happened to. */
export interface FailureOutlet {
  readonly node: Node;
  /** Shows it in the node's status. */
  readonly show: (error: Error) => void;
  readonly message?: object;
  /** Without one, as when a node starts, the error is only logged. */
  readonly done?: (error: Error) => void;
}

/**
 * The one exit for whatever went wrong in a node: shows it, and gives it to the Catch nodes, which see
 * `msg.error.code`, `msg.error.message` and, as after a core `http request`, `msg.statusCode`.
 * @param thrown anything
 */
export function endWithError({ node, show, message, done }: FailureOutlet, thrown: unknown): void {
  const error = toError(thrown);
  show(error);
  if (message !== undefined) setStatusCode(message as Record<string, unknown>, error);
  if (done === undefined) return node.error(error.message);
  // While flows stop, the Catch nodes may be gone already, and nobody would learn of what was cut short.
  if (isCancelled(error)) node.warn(error.message);
  done(error);
}

function setStatusCode(message: Record<string, unknown>, error: Error & { statusCode?: unknown }): void {
  if (error.statusCode === undefined) delete message['statusCode'];
  else message['statusCode'] = error.statusCode;
}

/**
 * @param thrown anything
 * @returns an Error whose message a user can read, in one line and without control characters
 */
export function toError(thrown: unknown): Error {
  if (!(thrown instanceof Error)) {
    return new Error(typeof thrown === 'string' ? printable(thrown) : 'Something failed without saying why');
  }
  const words = printable(thrown.message);
  if (words === thrown.message) return thrown;
  return thrown instanceof SipgateError ? thrown.reworded(words) : new Error(words, { cause: thrown });
}

/** @returns a few words for a node's status: the code where there is one, never a whole message */
export function reasonOf(error: Error): string {
  return error instanceof SipgateError ? error.code : error.message.slice(0, MOST_STATUS_CHARACTERS);
}
