import 'should';
import { aiFlowClosedError } from '../../../sipgate/index';

describe('An answer that nobody waits for is told', () => {
  const WORDS = [
    [
      'late',
      'TIMEOUT',
      'The answer came after the 4000 ms that the AI flow waits; the assistant went on listening without it. ' +
        'Answer sooner, or keep the answer for ASSISTANT_SPEECH_ENDED and let the filler bridge the time.',
    ],
    [
      'gone',
      'NOT_FOUND',
      'The session is over, or sipgate closed the connection before the answer. Nobody hears it any more.',
    ],
    [
      'answered',
      'INVALID_INPUT',
      'This event has been answered already, by another AI flow response or by `then` of an earlier answer. ' +
        'Wire each event to one AI flow response only; to do several things at once, give msg.response as a list.',
    ],
    [
      'unawaited',
      'INVALID_INPUT',
      'This event has been answered already: the AI flow answered it at once, because it saw no way from the AI flow in to ' +
        'an AI flow response. Set "Wait for answer" of the AI flow in to "always".',
    ],
    [
      'interrupted',
      'NOT_FOUND',
      'No open request belongs to this message any more: a deploy answered it, so that the caller did not have to wait.',
    ],
    [
      'unknown',
      'NOT_FOUND',
      'No open request belongs to this message. Every event but SESSION_END can be answered, once, and not after a deploy.',
    ],
  ] as const;
  for (const [state, code, message] of WORDS)
    it(`in words that help: ${state}`, () => {
      aiFlowClosedError(state, 4000).should.have.properties({ code, message });
    });
});
