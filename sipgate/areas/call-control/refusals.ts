import type { Purpose } from '../../client/failures';
import { SipgateError } from '../../errors';
import type { CallOperation, CallOrder } from './order';

/** What a status means for a call that is to be controlled. */
export const MEANINGS: Purpose['meanings'] = {
  404: {
    hint:
      'No established call has this id: it is still ringing, is over, or belongs to another account. ' +
      'Take the callId of its latest leg: a forwarded or transferred call has a new one.',
  },
  // seen by third parties for a call that still rings
  409: { hint: 'The call is not established yet: try again when its ANSWER has come.' },
};

/** What is missing on sipgate neo, as third parties found it in 2026, and what does instead. */
const INSTEAD: Partial<Record<CallOperation, string>> = {
  mute: 'On sipgate neo a call cannot be muted; put it on hold instead.',
  unmute: 'On sipgate neo a call cannot be muted; use hold and resume instead.',
  announce:
    'On sipgate neo nothing can be played into a running call; play it before the call is put through, with the action play of webhook response.',
};
const ANNOUNCED_ONLY =
  'On sipgate neo a recording has to be announced; switch on the announcement of the recording.';

/**
 * A 403 has many reasons; one that the kind of account gives is named beside what sipgate says.
 * @returns what is to be thrown instead of what was thrown
 */
export function explained(thrown: unknown, order: CallOrder): unknown {
  if (!(thrown instanceof SipgateError) || thrown.statusCode !== 403) return thrown;
  const isSilent = 'isAnnounced' in order && !order.isAnnounced;
  const instead = isSilent ? ANNOUNCED_ONLY : INSTEAD[order.operation];
  return instead === undefined ? thrown : thrown.reworded(`${thrown.message} ${instead}`);
}
