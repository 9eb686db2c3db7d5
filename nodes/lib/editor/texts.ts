const CATALOGUE = '@sipgate-flows/node-red-sipgate-io/sipgate-editor:sipgate-editor.';

/**
 * @param key in the catalogue that all dialogs share, locales/<language>/sipgate-editor.json
 * @returns the text in the language of the editor
 */
export function text(key: string, values?: TextValues): string {
  return RED._(CATALOGUE + key, values);
}

/** @returns the entries of a comma-separated field, without the blanks around them; an empty field has none */
export function list(value: unknown): string[] {
  return String(value ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
