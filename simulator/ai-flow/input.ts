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
