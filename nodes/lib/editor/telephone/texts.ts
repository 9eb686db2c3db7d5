const CATALOGUE = '@sipgate-flows/node-red-sipgate-io/sipgate-telephone:sipgate-telephone.';

/** @returns a text of locales/<language>/sipgate-telephone.json in the language of the editor */
export function text(key: string, values?: TextValues): string {
  return RED._(CATALOGUE + key, values);
}

/** @returns what the actions of an answer do: `ask for digits` for `gather`; one that is not known as it is */
export function actionText(actions: string): string {
  return actions.split(', ').map(oneActionText).join(', ');
}

function oneActionText(action: string): string {
  const key = `action.${action}`;
  const words = text(key);
  return words.endsWith(key) ? action : words;
}
