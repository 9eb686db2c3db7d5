/** Validators of phone numbers: what the runtime refuses, by the very rules of the runtime. */
import { isExtension, isExtensionFor } from '../../../sipgate/extension';
import {
  DEFAULT_COUNTRY,
  toDialable,
  toDialTarget,
  toE164,
  type Country,
} from '../../../sipgate/phone-number';
import { wrong } from './checks';
import { current } from './fields';
import { list } from './texts';

/** @returns the country of the account that the node uses: it completes national numbers */
export function countryOf(node: EditorNode): Country {
  return countryOfConfig(RED.nodes.node(String(current(node, 'account'))));
}

/** @returns the countries of all webhooks: an answer does not know beforehand to which of them a call will come */
export function webhookCountries(): Country[] {
  const countries = new Set<Country>();
  RED.nodes.eachConfig((config) => {
    if (config.type === 'sipgate-webhook') countries.add(countryOfConfig(config));
  });
  return countries.size > 0 ? [...countries] : [DEFAULT_COUNTRY];
}

/** One that comes from an environment variable is not known here. */
function countryOfConfig(config: EditorNode | null): Country {
  const code = String(config?.['country'] ?? '').toUpperCase();
  return /^[A-Z]{2}$/.test(code) ? code : DEFAULT_COUNTRY;
}

/**
 * One number as people write it, or one of the extensions that make sense there.
 * @param letters the prefixes of these extensions; none: a number it must be
 */
export function phoneNumber(value: unknown, label: string, country: Country, letters = ''): Verdict {
  const written = String(value ?? '').trim();
  if (written === '') return wrong(label, 'missing');
  // who can ring telephones can ring short codes as well
  const read = letters.includes('e') ? toDialable : toE164;
  const isGood =
    letters !== '' && isExtension(written)
      ? isExtensionFor(written, letters)
      : accepts(() => read(written, country, label));
  return isGood ? true : wrong(label, 'number', { value: written });
}

/**
 * Comma-separated numbers, or what sipgate rings by itself: SIP ids, extensions, short numbers.
 * @param countries one of which must make sense of it
 * @param words that count as well, such as `anonymous`
 */
export function dialTargets(
  value: unknown,
  label: string,
  countries: readonly Country[],
  words: readonly string[] = [],
): Verdict {
  const isGood = (entry: string) =>
    words.includes(entry) || countries.some((country) => accepts(() => toDialTarget(entry, country, label)));
  const bad = list(value).find((entry) => !isGood(entry));
  return bad === undefined ? true : wrong(label, 'number', { value: bad });
}

/** @returns whether a rule of the runtime takes a value; it throws what it does not take */
function accepts(rule: () => unknown): boolean {
  try {
    rule();
    return true;
  } catch {
    return false;
  }
}
