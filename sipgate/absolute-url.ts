/**
 * Whether a text is a whole http or https URL that can be handed on as it is: to sipgate in XML, which cannot hold control
 * characters, U+FFFE or half a surrogate pair (XML 1.0, 2.2), or in JSON. Pure, so that the editor can use it as well.
 */
export function isAbsoluteUrl(text: string): boolean {
  const isWritable = !/[\s\p{Cc}\p{Cs}\ufffe\uffff]/u.test(text);
  return isWritable && /^https?:\/\/[^/]/i.test(text) && URL.canParse(text);
}
