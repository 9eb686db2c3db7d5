/**
 * A text from outside as it may be written to a terminal or a log: control characters (C0, DEL, C1), line separators and
 * marks that turn the direction of writing become `\u001b` and the like, so that a caller's name or a webhook's answer
 * can neither forge a line nor steer the terminal. Inside of JSON this is the same text.
 */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are the characters that must not come through
  return text.replace(/[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
