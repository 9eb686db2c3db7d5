import { SipgateError } from '../errors';
import type { ExchangeState } from '../exchanges';

/**
 * The error for an answer that comes when none is awaited any more.
 * @param timeoutMs how long the webhook had waited
 */
export function closedError(state: ExchangeState, timeoutMs: number): SipgateError {
  switch (state) {
    case 'late':
      return new SipgateError(
        'TIMEOUT',
        `The answer came after the ${timeoutMs} ms that the webhook waits; the call went on without it. ` +
          'Answer sooner, or raise the response timeout of the webhook (at most 8000 ms).',
      );
    case 'gone':
      return new SipgateError(
        'NOT_FOUND',
        'sipgate closed the request before it was answered. The call is gone or went on.',
      );
    case 'answered':
      return new SipgateError(
        'INVALID_INPUT',
        'This event has been answered already. Wire each event to one Webhook response only.',
      );
    case 'unawaited':
      return new SipgateError(
        'INVALID_INPUT',
        'This event has been answered already: the webhook answered it at once, because it saw no way from the Webhook in ' +
          'to a Webhook response. Set "Wait for a response" of the Webhook in to "always".',
      );
    case 'interrupted':
      return new SipgateError(
        'NOT_FOUND',
        'No open request belongs to this message any more: a deploy answered it, so that the caller did not have to wait.',
      );
    case 'open':
    case 'unknown':
      return new SipgateError(
        'NOT_FOUND',
        'No open request belongs to this message. Only NEW_CALL and DATA can be answered, once, and not after a deploy.',
      );
  }
}
