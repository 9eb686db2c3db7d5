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
  return text
    .replace(/\p{Cf}/gu, '')
    .replace(/[\uff01-\uff5e]/g, (fullwidth) => String.fromCharCode(fullwidth.charCodeAt(0) - 0xfee0))
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (arabic) => String(arabic.charCodeAt(0) & 0xf))
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .trim()
    .replace(/[\t\p{Zs}]/gu, ' ')
    .replace(/^tel:/i, '')
    .trimStart();
}

/** A number and what stood behind it. */
export interface SplitNumber {
  /** What can be dialled, as it was typed. */
  readonly number: string;
  /** `,,12`, `;ext=12`, `ext. 12`, `p12`, `w12`, `x12`, `#12`, or the `.0` of a spreadsheet; empty when there was none. */
  readonly rest: string;
}

/** What is dialled later, behind words and signs: of phones (`,` `;` `p` `w`), of programs (`;ext=`), of business cards. */
const REST =
  /^(?:;ext=|[,;]+|[#~]|[pwx]|(?:extension|extn|ext|int|interno|poste|toestel|durchwahl|dw|apparat|app|nebenstelle|nst)[.:]?) *[\d*#][\d*#,;pw -]*$/i;
/** A spreadsheet that took the number for an amount. */
const DECIMALS = /^\+?\d{7,}[.,]0+$/;
/** Two numbers in one text: `0211 9912300; 0211 9912301`. */
const ANOTHER_NUMBER = /^[,;] *0(?:[ -]?\d){5}/;

/**
 * Takes a number apart from what is dialled after it. For address books, which keep the number and say what they left
 * out; where a number is to be reached, `toE164` refuses what has a rest, for it is another telephone.
 * @param text as typed; one of more than 100 characters comes back whole
 */
export function splitPause(text: string): SplitNumber {
  const typed = asTyped(text);
  if (typed.length > LONGEST_NUMBER_TEXT) return { number: typed, rest: '' };
  if (DECIMALS.test(typed)) return splitAt(typed, typed.search(/[.,]/));
  const split = splitAt(typed, typed.search(/[^+\d ()/.-]/));
  const isNumber = /\d[ )]*$/.test(split.number);
  const isRest = REST.test(split.rest) && !ANOTHER_NUMBER.test(split.rest);
  return isNumber && isRest ? split : { number: typed, rest: '' };
}

function splitAt(typed: string, index: number): SplitNumber {
  return { number: typed.slice(0, index).trimEnd(), rest: typed.slice(index) };
}

/** A short code has no more. */
export const MOST_SHORT_DIGITS = 6;
/** What people type in a number; all else was removed or makes it something else. */
const DIALLABLE = /^\+?[\d ()/.-]*$/;
const STAR_CODE = /^[*#]\d{1,6}$/;
/** `4915799912301.0`, `4.9157999E+12` */
const DECIMAL = /^\+?(?:\d{7,}[.,](?:\d{1,2}|0+)|\d(?:[.,]\d+)?e\+?\d{1,2})$/i;

/** Why a text is no telephone number that can be reached. */
export type NumberProblem =
  /** It has an extension or a pause behind it. */
  | 'extension'
  /** It has a decimal part, as spreadsheets write. */
  | 'decimal'
  /** It has more than 15 digits. */
  | 'long'
  /** It is more than one number. */
  | 'several'
  /** Its area code is missing, or the 0 in front of it. */
  | 'area'
  /** It is something else. */
  | 'other';

/** What a text is before anybody asks whose number it is. */
export type Dialled =
  /** Digits with what people write between them, perhaps with a `+` in front. */
  | { readonly kind: 'digits'; readonly typed: string }
  | { readonly kind: 'short'; readonly digits: string }
  | { readonly kind: 'none'; readonly problem: NumberProblem };

/** Tells what can be dialled from what cannot, by its characters alone. */
export function readDialled(text: string): Dialled {
  const typed = withoutBrackets(asTyped(text));
  if (typed.length > LONGEST_NUMBER_TEXT) return none('other');
  if (STAR_CODE.test(typed)) return { kind: 'short', digits: typed };
  if (DECIMAL.test(typed)) return none('decimal');
  if (splitPause(typed).rest !== '') return none('extension');
  if (!DIALLABLE.test(typed) || digitsOf(typed) === '') return none('other');
  return isSeveral(typed) ? none('several') : { kind: 'digits', typed };
}

/** @returns that a text is no number, and why */
export function none(problem: NumberProblem): { readonly kind: 'none'; readonly problem: NumberProblem } {
  return { kind: 'none', problem };
}

/** @returns the ASCII digits of a text, and nothing between them */
export function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}

/** `(+49) 211 …` and `(0049) 211 …` are the country code. */
function withoutBrackets(typed: string): string {
  return typed.replace(/^\( *((?:\+|00) *\d{1,3}) *\)/, '$1 ');
}

/** `0211 9912300 / 0211 9912301`: digits behind a slash that begin another number. */
function isSeveral(typed: string): boolean {
  const [first, ...others] = typed.split('/').map((part) => part.trim()) as [string, ...string[]];
  return (
    digitsOf(first).length >= 6 && others.some((part) => part.startsWith('0') && digitsOf(part).length >= 6)
  );
}
