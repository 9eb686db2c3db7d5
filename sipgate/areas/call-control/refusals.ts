import type { Purpose } from '../../client/failures';
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

/** What does instead of what third parties found missing on sipgate neo in 2026. */
const INSTEAD: Partial<Record<CallOperation, string>> = {
  mute: 'Put the call on hold instead.',
  unmute: 'Use hold and resume instead.',
  announce: 'Play it before the call is put through: with the action play of webhook response.',
};
const ANNOUNCED_ONLY = 'A recording has to be announced there: switch on its announcement.';

/** @returns what to do where the account is on sipgate neo, which refuses the order */
export function onNeo(order: CallOrder): string {
  const isSilent = 'isAnnounced' in order && !order.isAnnounced;
  return isSilent ? ANNOUNCED_ONLY : (INSTEAD[order.operation] ?? '');
}
