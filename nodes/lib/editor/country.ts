import { isCountry } from '../../../sipgate/country';

/** Names a country behind its code while somebody types: `DE` Germany. */
export function showCountry(input: JQuery, place: JQuery): void {
  const show = () => place.text(countryName(input.val()));
  input.on('input change', show);
  show();
}

/** @returns the name in the user's language; empty for what is no country with telephones */
function countryName(written: unknown): string {
  const code = String(written).trim();
  if (!isCountry(code)) return '';
  const names = new Intl.DisplayNames([RED.i18n.lang() || 'en'], { type: 'region' });
  return names.of(code.toUpperCase()) ?? '';
}
