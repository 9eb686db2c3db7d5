import type { Country } from '../country';
import { readNumber } from '../number-reading';
import { LONGEST_NUMBER_TEXT, splitPause } from '../number-text';

/** A number out of a file, as far as it is one. */
export type FileNumber =
  | {
      readonly kind: 'number';
      /** E.164 */
      readonly number: string;
      /** What stood behind it and is dialled after it: `p12`, `;ext=7`; empty when there was nothing. */
      readonly rest: string;
    }
  /** `110`, `3311`, `**62`: what a telephone can dial and no phone number; as it came. */
  | { readonly kind: 'short'; readonly number: string }
  | { readonly kind: 'none' };

/** Nearly all of them: nothing that could be dialled after the number. */
const PLAIN = /^[+0][\d ()/-]{6,}$/;
/** Longer than what `readNumber` takes for a short code: `*135*1#`. */
const SERVICE_CODE = /^[*#][\d*#]{1,20}$/;

/**
 * Reads a number of a file as a person wrote it or a program exported it.
 * @param text also of more than one line or of any length; what is longer than 100 characters is no number
 * @param country completes national numbers
 */
export function readFileNumber(text: string, country: Country): FileNumber {
  if (text.length > LONGEST_NUMBER_TEXT) return { kind: 'none' };
  if (SERVICE_CODE.test(text)) return { kind: 'short', number: text };
  const { number, rest } = PLAIN.test(text)
    ? { number: text, rest: '' }
    : splitPause(withoutIdlePauses(text));
  const reading = readNumber(number, country);
  if (reading.kind === 'number') return { kind: 'number', number: reading.e164, rest };
  return reading.kind === 'short' && rest === ''
    ? { kind: 'short', number: reading.digits }
    : { kind: 'none' };
}

/** Pauses behind which nothing is dialled, as phones leave them: `205246;;,;`. */
function withoutIdlePauses(text: string): string {
  let end = text.length;
  while (end > 0 && ' ,;'.includes(text[end - 1]!)) end -= 1;
  return text.slice(0, end);
}
