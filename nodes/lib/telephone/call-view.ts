import type { EndpointNotice } from '../../../sipgate/index';
import type { NetworkCode } from '../../../simulator/index';
import type { CallPath } from './call-path';
import type { CallView, Display, Note } from './view';

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
 * @param path of the call
 * @param flowsRun no while a deploy or a stop is under way
 * @returns what a user wants to know of a notice that says why a flow has not answered
 */
export function noteOf(notice: EndpointNotice, path: CallPath, flowsRun: boolean): Note | undefined {
  if (notice.kind === 'deadline') {
    const seconds = notice.afterMs / 1000;
    const end = path.deadEnd(notice.event.event);
    if (!end) return { note: 'deadline', seconds };
    return { note: 'deadEnd', seconds, nodeId: end.nodeId, node: end.name || end.type };
  }
  if (notice.kind === 'failed') return { note: 'failed' };
  if (notice.kind !== 'answered' || notice.by === 'flow') return undefined;
  if (!flowsRun) return { note: 'interrupted' };
  return { note: path.isFollowed && !path.isBegun(notice.event.event) ? 'untaken' : 'unanswered' };
}

const MASKED_KEEPS = 3;
/** Shorter ones are within a company, or public. */
const SHORTEST_NUMBER = 6;
/** By these the editor finds what is meant; none of them comes from a caller. */
const IDS: readonly string[] = ['id', 'webhook', 'nodeId', 'flowId', 'startedAt'];

/** @returns a text in which of each telephone number, in whatever way it is written, only the last digits are left */
export function masked(text: string): string {
  return text.replace(/\+?\(?\d[\d ()/.-]{3,30}\d/g, (written) => {
    const digits = written.replace(/\D/g, '');
    return digits.length < SHORTEST_NUMBER ? written : `•••${digits.slice(-MASKED_KEEPS)}`;
  });
}

/** @returns a view in which no telephone number can be read */
export function maskedView(view: CallView): CallView {
  const hide = (key: string, value: unknown) =>
    typeof value === 'string' && !IDS.includes(key) ? masked(value) : value;
  return JSON.parse(JSON.stringify(view), hide) as CallView;
}
