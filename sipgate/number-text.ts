/*
 * Telephone numbers as text: what people type and copy, before anybody asks what number it is. Pure, so that the editor
 * can use it as well.
 */

/** Longer is no number, and nothing looks at it: 15 digits, an extension, blanks and words have ample room. */
export const LONGEST_NUMBER_TEXT = 100;

/**
 * @returns the text as a keyboard has it: what is copied from a chat, a contact or a web page may hold marks that nobody
 *   sees, other dashes, blanks and digits, or `tel:` in front. Characters that only look like digits (`²`, `①`) stay, so
 *   that they do not become digits of the number; so does a line break between two numbers.
 */
export function asTyped(text: string): string {
  if (text.length > LONGEST_NUMBER_TEXT) return text;
  // nearly all of them, and Unicode is slow
  if (/^[+\d][\d +()/.-]*$/.test(text)) return text.trimEnd();
  return text
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Nd}\uff01-\uff5e]/gu, asciiOf)
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .trim()
    .replace(/[\t\p{Zs}]/gu, ' ')
    .replace(/^tel:/i, '')
    .trimStart();
}

/** Fullwidth characters, and the digits of Arabic and Persian keyboards; all others stay as they are. */
function asciiOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  if ((code >= 0x660 && code <= 0x669) || (code >= 0x6f0 && code <= 0x6f9)) return String(code & 0xf);
  return character;
}

/** A number and what stood behind it. */
export interface SplitNumber {
  /** What can be dialled, as it was typed. */
  readonly number: string;
  /** `,,12`, `;ext=12`, `ext. 12`, `p12`, `w12`, `x12`, `#12`, or the `.0` of a spreadsheet; empty when there was none. */
  readonly rest: string;
}

/** Words and signs before an extension: of phones (`,` `;` `p` `w`), of sipgate's neighbours, of business cards. */
const EXTENSION_MARK =
  /(?:;ext=|[,;]+|[#~]|[pwx]|(?:extension|extn|ext|int|interno|poste|toestel|durchwahl|dw|apparat|app|nebenstelle|nst)[.:]?)/;
const REST = new RegExp(` *${EXTENSION_MARK.source} *[\\d*#][\\d*#,;pw -]*$`, 'i');
/** A spreadsheet that took the number for an amount. */
const DECIMALS = /^(\+?\d{7,})([.,]0+)$/;
/** Two numbers in one text: `0211 9912300; 0211 9912301`. */
const ANOTHER_NUMBER = /^ *[,;] *0(?:[ -]?\d){5}/;

/**
 * Takes a number apart from what is dialled after it. For address books, which keep the number and say what they left
 * out; where a number is to be reached, `toE164` refuses what has a rest, for it is another telephone.
 * @param text as typed; one of more than 100 characters comes back whole
 */
export function splitPause(text: string): SplitNumber {
  const typed = asTyped(text);
  const whole = { number: typed, rest: '' };
  if (typed.length > LONGEST_NUMBER_TEXT || /^[*#]/.test(typed)) return whole;
  const [, digits, decimals] = DECIMALS.exec(typed) ?? [];
  if (digits !== undefined && decimals !== undefined) return { number: digits, rest: decimals };
  const rest = REST.exec(typed);
  if (rest === null || !/\d[ )]*$/.test(typed.slice(0, rest.index)) || ANOTHER_NUMBER.test(rest[0]))
    return whole;
  return { number: typed.slice(0, rest.index).trimEnd(), rest: rest[0].trim() };
}
