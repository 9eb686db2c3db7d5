/**
 * A sipgate extension such as `e0` (phone), `p3` (phone line) or `f1` (fax line).
 * Letters that sipgate may add later count as well: an unknown prefix is passed on, never refused.
 * Source: sipgate API, "extension" ids.
 */
const EXTENSION = /^[a-z](?:0|[1-9]\d*)$/i;

/** An extension with its account in front, such as `1234567w0`; sipgate calls it full user id or SIP id. */
const SIP_ID = /^\d+[a-z](?:0|[1-9]\d*)$/i;

/** @returns whether the text is an extension such as `p0` */
export function isExtension(text: string): boolean {
  return EXTENSION.test(text);
}

/** @returns whether the text is an extension with its account, such as `1234567p0` */
export function isSipId(text: string): boolean {
  return SIP_ID.test(text);
}

/**
 * @returns the account (master SIP id) of `1234567w0`, i.e. `1234567`, whatever follows the digits: sipgate may add
 *   kinds of ids; `undefined` if the text does not begin with one
 */
export function accountOfSipId(text: string): string | undefined {
  return /^\d+/.exec(text)?.[0];
}

/** Letters of extensions whose use is known; others may come to be anything (sipgate API, extension prefixes). */
const KNOWN = 'efgpsvwxy';

/**
 * @param letters the prefixes that make sense here, e.g. `pgw`
 * @returns whether the text is an extension that may be used here: one of these, or of a kind that is not known
 */
export function isExtensionFor(text: string, letters: string): boolean {
  const letter = text.charAt(0).toLowerCase();
  return isExtension(text) && (letters.includes(letter) || !KNOWN.includes(letter));
}
