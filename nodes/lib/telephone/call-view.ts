import type { EndpointNotice } from '../../../sipgate/index';
import type { NetworkCode } from '../../../simulator/index';
import type { Visit } from './call-path';

/** What the telephone shows: a code of its catalogue below `telephone.display`. */
export type Display = 'connecting' | 'playing' | 'keys' | 'ringing' | 'talking' | 'voicemail' | 'over';

/** A line of the transcript. */
export type ViewEntry =
  | { readonly kind: 'network'; readonly atMs: number; readonly text: string }
  | { readonly kind: 'event'; readonly atMs: number; readonly topic: string; readonly fields: object }
  | {
      readonly kind: 'answer';
      readonly atMs: number;
      readonly topic: string;
      readonly action: string;
      readonly tookMs: number;
      readonly xml: string;
      /** Why sipgate would refuse it. */
      readonly refused?: string;
    }
  /** Something that the webhook itself did, in the words of the catalogue below `telephone.note`. */
  | { readonly kind: 'note'; readonly atMs: number; readonly note: NoteCode; readonly seconds?: number };

export type NoteCode = 'deadline' | 'unanswered' | 'interrupted' | 'failed';

/** A call as the editor is told of it. */
export interface CallView {
  readonly id: string;
  readonly kind: 'telephone' | 'real';
  readonly webhook: string;
  readonly from: string;
  readonly to: string;
  /** ISO 8601 */
  readonly startedAt: string;
  readonly version: number;
  readonly display: Display;
  /** Whether it is over. */
  readonly isOver: boolean;
  /** Telephones that ring until somebody decides. */
  readonly ringing: readonly string[];
  /** The announcement that the caller hears. */
  readonly sound: string;
  readonly entries: readonly ViewEntry[];
  readonly path: readonly Visit[];
}

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

/** @returns what a user wants to know of a notice that says why a flow has not answered */
export function noteOf(notice: EndpointNotice): { note: NoteCode; seconds?: number } | undefined {
  if (notice.kind === 'deadline') return { note: 'deadline', seconds: notice.afterMs / 1000 };
  if (notice.kind === 'failed') return { note: 'failed' };
  if (notice.kind !== 'answered' || notice.by === 'flow') return undefined;
  return { note: 'unanswered' };
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
