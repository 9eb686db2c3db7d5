/** BCP 47: `de`, `de-DE`, `zh-Hans-CN`. */
const LANGUAGE = /^[a-z]{2,8}(?:-[a-z\d]{1,8})*$/i;
/** Characters; RFC 5646 asks for room for 35. */
const LONGEST_LANGUAGE = 35;

/** @returns whether a text is written as languages are; whether there is such a language, sipgate knows */
export function isLanguage(text: string): boolean {
  return text.length <= LONGEST_LANGUAGE && LANGUAGE.test(text);
}
