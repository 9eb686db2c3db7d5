const CATALOGUE = '@sipgate-flows/node-red-sipgate-io/sipgate-telephone:sipgate-telephone.';

/** @returns a text of locales/<language>/sipgate-telephone.json in the language of the editor */
export function text(key: string, values?: TextValues): string {
  return RED._(CATALOGUE + key, values);
}
