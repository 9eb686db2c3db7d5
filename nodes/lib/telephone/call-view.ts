import type { EndpointNotice } from '../../../sipgate/index';
import type { NetworkCode } from '../../../simulator/index';
import type { CallView, Display, NoteCode } from './view';

const DISPLAYS: Partial<Record<NetworkCode, Display>> = {
  placed: 'connecting',
  plays: 'playing',
  playsUnseen: 'playing',
  waits: 'keys',
  rings: 'ringing',
  answered: 'talking',
  mailbox: 'voicemail',
  ended: 'over',
};

/** @returns what the telephone shows after this; `undefined` where it shows the same as before */
export function displayOf(code: NetworkCode): Display | undefined {
  return DISPLAYS[code];
}

/**
 * @param flowsRun no while a deploy or a stop is under way
 * @returns what a user wants to know of a notice that says why a flow has not answered
 */
export function noteOf(
  notice: EndpointNotice,
  flowsRun: boolean,
): { note: NoteCode; seconds?: number } | undefined {
  if (notice.kind === 'deadline') return { note: 'deadline', seconds: notice.afterMs / 1000 };
  if (notice.kind === 'failed') return { note: 'failed' };
  if (notice.kind !== 'answered' || notice.by === 'flow') return undefined;
  return { note: flowsRun ? 'unanswered' : 'interrupted' };
}

const MASKED_KEEPS = 3;

/** @returns a text in which of each telephone number only the last digits are left */
export function masked(text: string): string {
  return text.replace(/\+?\d{6,20}/g, (number) => `•••${number.slice(-MASKED_KEEPS)}`);
}

/** @returns a view in which no telephone number can be read */
export function maskedView(view: CallView): CallView {
  return JSON.parse(masked(JSON.stringify({ ...view, startedAt: '' })), (key: string, value: unknown) =>
    key === 'startedAt' ? view.startedAt : value,
  ) as CallView;
}
