import { SipgateError } from '../errors';
import type { ExchangeState } from '../exchanges';

/**
 * The error for an answer that comes when none is awaited any more.
 * @param timeoutMs how long the AI flow had waited
 */
export function aiFlowClosedError(state: ExchangeState, timeoutMs: number): SipgateError {
  switch (state) {
    case 'late':
      return new SipgateError(
        'TIMEOUT',
        `The answer came after the ${timeoutMs} ms that the AI flow waits; the assistant went on listening without it. ` +
          'Answer sooner, or keep the answer for ASSISTANT_SPEECH_ENDED and let the filler bridge the time.',
      );
    case 'gone':
      return new SipgateError(
        'NOT_FOUND',
        'The session is over, or sipgate closed the connection before the answer. Nobody hears it any more.',
      );
    case 'answered':
      return new SipgateError(
        'INVALID_INPUT',
        'This event has been answered already, by another AI flow response or by `then` of an earlier answer. ' +
          'Wire each event to one AI flow response only; to do several things at once, give msg.response as a list.',
      );
    case 'unawaited':
      return new SipgateError(
        'INVALID_INPUT',
        'This event has been answered already: the AI flow answered it at once, because it saw no way from the AI flow in ' +
          'to an AI flow response. Set "Wait for answer" of the AI flow in to "always".',
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
        'No open request belongs to this message. Every event but SESSION_END can be answered, once, and not after a deploy.',
      );
  }
}
