import { describe, invalidInput, type HistoryEntry } from '../../../sipgate/index';
import { savedCount, savedFlag, savedText, type Saved } from '../node-config';

/** A `sipgate-history-in` as its dialog saved it, checked. */
export interface HistoryInConfig {
  /** Id of the account. */
  readonly account: string;
  readonly intervalMs: number;
  readonly withFile: boolean;
  /** Name of a Node-RED context store; `undefined` is the default store. */
  readonly store: string | undefined;
  /** @returns whether the node emits such an entry */
  readonly wants: (entry: HistoryEntry) => boolean;
}

const INTERVAL_S = { fallback: 60, least: 1, most: 86_400 };
export const TYPES = ['CALL', 'VOICEMAIL', 'SMS', 'FAX'] as const;
export const DIRECTIONS = ['INCOMING', 'OUTGOING', 'MISSED_INCOMING', 'MISSED_OUTGOING'] as const;

/** @throws SipgateError `INVALID_INPUT` that names the property */
export function readHistoryInConfig(saved: Saved): HistoryInConfig {
  const types = savedChoices(saved, 'types', TYPES);
  const directions = savedChoices(saved, 'directions', DIRECTIONS);
  return {
    account: savedText(saved, 'account'),
    intervalMs: savedCount(saved, 'interval', INTERVAL_S) * 1000,
    withFile: savedFlag(saved, 'withFile', false),
    store: savedText(saved, 'store') || undefined,
    wants: ({ type, direction = '' }) =>
      (types.length === 0 || types.includes(type)) &&
      (directions.length === 0 || directions.includes(direction)),
  };
}

/**
 * @returns the choices, from a list or from a text with commas; none is all
 * @throws SipgateError `INVALID_INPUT` for a word that is none of them
 */
export function savedChoices(saved: Saved, name: string, choices: readonly string[]): readonly string[] {
  const value = saved[name];
  const words: unknown[] = Array.isArray(value) ? value : savedText(saved, name).split(',');
  const wanted = words.map((word) => (typeof word === 'string' ? word.trim().toUpperCase() : word));
  const chosen = wanted.filter((word): word is string => typeof word === 'string' && word !== '');
  const wrong = wanted.find((word) => word !== '' && !choices.includes(word as string));
  if (wrong === undefined) return chosen;
  throw invalidInput(
    name,
    `must be one or more of ${choices.join(', ')}, got ${describe(wrong)}`,
    'Correct it in the node.',
  );
}
