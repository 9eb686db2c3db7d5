import { LONGEST_NUMBER_TEXT, splitPause } from '../number-text';
import { parseE164, type Country } from '../phone-number';

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

const SHORT_CODE = /^[1-9]\d{0,5}$/;
const SERVICE_CODE = /^[*#][\d*#]{1,20}$/;

/**
 * Reads a number of a file as a person wrote it or a program exported it.
 * @param text also of more than one line or of any length; what is longer than 100 characters is no number
 * @param country completes national numbers
 */
export function readFileNumber(text: string, country: Country): FileNumber {
  if (text.length > LONGEST_NUMBER_TEXT) return { kind: 'none' };
  const { number, rest } = splitPause(text);
  const compact = number.replace(/[\s./()-]/g, '');
  if (rest === '' && (SHORT_CODE.test(compact) || SERVICE_CODE.test(compact))) {
    return { kind: 'short', number: compact };
  }
  const e164 = SHORT_CODE.test(compact) ? undefined : parseE164(number, country);
  return e164 === undefined ? { kind: 'none' } : { kind: 'number', number: e164, rest };
}
