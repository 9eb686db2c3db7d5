/** @returns the keys of `digits`; throws TypeError for what is not on a telephone */
export function keysOf(digits: string): string[] {
  if (!/^[\d*#]{1,100}$/.test(digits))
    throw new TypeError(`press takes 0 to 9, * and #, not "${digits.slice(0, 100)}"`);
  return [...digits];
}

/** @returns a number without spaces, with its `+`; throws TypeError for what is none, `field` names it */
export function phoneNumberOf(text: string, field: string): string {
  const number = text.replace(/[\s/()-]/g, '');
  if (!/^\+?\d{3,15}$/.test(number))
    throw new TypeError(`${field} takes a phone number such as +4915799912345, not "${text.slice(0, 100)}"`);
  return number.startsWith('+') ? number : `+${number.replace(/^0(?=[1-9])/, '49')}`;
}

/** What sipgate writes instead of the number of somebody who hides it: in events of a webhook; of AI flows it is not known. */
const HIDDEN = 'anonymous';

/**
 * @param direction somebody who is called from here has a number
 * @returns who calls: a number with its `+`, or `anonymous`; throws TypeError for what is neither, `field` names it
 */
export function callerOf(text: string, direction: 'in' | 'out', field: string): string {
  const isHidden = direction === 'in' && text.trim().toLowerCase() === HIDDEN;
  return isHidden ? HIDDEN : phoneNumberOf(text, field);
}
