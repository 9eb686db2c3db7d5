/**
 * A text from outside as it may stand in a log line, a status or an error: control characters (C0, DEL, C1), line and
 * paragraph separators and marks that turn the direction of writing are written as `\u001b`, so that a caller's name can
 * neither forge a line nor move a terminal's cursor. The drawback: tabs and line breaks of honest texts are escaped, too.
 */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
