/** Validators of phone numbers: what the runtime refuses, by the very rules of the runtime. */
import { DEFAULT_COUNTRY, isCountry, type Country } from '../../../sipgate/country';
import { isExtension, isExtensionFor, isSipId } from '../../../sipgate/extension';
import { readNumber } from '../../../sipgate/number-reading';
import { parseReply } from '../../../sipgate/webhook/reply';
import { wrong } from './checks';
import { current } from './fields';
import { list } from './texts';

/** Countries that may complete a national number; none where that is only known when the flow runs. */
export type Countries = readonly Country[];

/** @returns the country of the account that the node uses */
export function countryOf(node: EditorNode): Countries {
  const account = RED.nodes.node(String(current(node, 'account')));
  return account ? countryOfConfig(account) : [];
}

/** @returns the countries of all webhooks: an answer does not know beforehand to which of them a call will come */
export function webhookCountries(): Countries {
  return countriesOf('sipgate-webhook');
}

/** @returns the countries of all AI flows */
export function aiFlowCountries(): Countries {
  return countriesOf('sipgate-ai-flow');
}

function countriesOf(type: string): Countries {
  const found: Countries[] = [];
  RED.nodes.eachConfig((config) => {
    if (config.type === type) found.push(countryOfConfig(config));
  });
  return found.some((each) => each.length === 0) ? [] : found.flat();
}

/** An environment variable may stand there. */
function countryOfConfig(config: EditorNode): Countries {
  const code = String(config['country'] ?? '') || DEFAULT_COUNTRY;
  return isCountry(code) ? [code] : [];
}

export interface NumberRule {
  readonly countries: Countries;
  /** Prefixes of the extensions that count as well, such as `epxy`. */
  readonly extensions?: string;
  /** Whether short codes (`116117`) and internal numbers (`11`) count. */
  readonly isShortFine?: boolean;
}

/** One number as people write it, or one of the extensions that make sense there. */
export function phoneNumber(value: unknown, label: string, rule: NumberRule): Verdict {
  const written = String(value ?? '').trim();
  if (written === '') return wrong(label, 'missing');
  const { extensions = '' } = rule;
  if (extensions !== '' && isExtension(written)) {
    return isExtensionFor(written, extensions) ? true : wrong(label, 'number-other', { value: written });
  }
  return numberVerdict(written, label, rule);
}

/** Comma-separated numbers, or what sipgate rings by itself: SIP ids, extensions, short numbers. */
export function dialTargets(value: unknown, label: string, countries: Countries): Verdict {
  const rule = { countries, isShortFine: true };
  const numbers = list(value).filter((entry) => !isExtension(entry) && !isSipId(entry));
  const verdicts = numbers.map((entry) => numberVerdict(entry, label, rule));
  return verdicts.find((verdict) => verdict !== true) ?? true;
}

/** What a redirect rings: `0211 9912300,,12` is no list but a number with a pause. */
export function redirectTargets(value: unknown, label: string, countries: Countries): Verdict {
  const verdict = dialTargets(value, label, countries);
  if (verdict !== true || countries.length === 0) return verdict;
  const isGood = countries.some((country) => isRedirect(value, country));
  return isGood ? true : wrong(label, 'number-extension', { value });
}

function isRedirect(numbers: unknown, country: Country): boolean {
  try {
    parseReply({ action: 'redirect', numbers }, country);
    return true;
  } catch {
    return false;
  }
}

/** Comma-separated numbers as messages show them: words such as `anonymous` as well. */
export function messageNumbers(value: unknown, label: string, countries: Countries): Verdict {
  const others = list(value).filter((entry) => !/^[a-z]+$/i.test(entry));
  return dialTargets(others.join(','), label, countries);
}

/** Right as soon as one country makes sense of it. */
function numberVerdict(written: string, label: string, { countries, isShortFine }: NumberRule): Verdict {
  if (countries.length === 0 && /\d/.test(written)) return true;
  const [problem, ...others] = countries.map((country) => problemOf(written, country, isShortFine === true));
  if (problem === undefined && countries.length > 0) return true;
  if (others.includes(undefined)) return true;
  return wrong(label, `number-${problem ?? 'other'}`, { value: written });
}

/** @returns what `error.number-<problem>` in the catalogue says of it; `undefined` when it can be dialled */
function problemOf(text: string, country: Country, isShortFine: boolean): string | undefined {
  const reading = readNumber(text, country);
  if (reading.kind === 'number') return undefined;
  if (reading.kind === 'none') return reading.problem;
  return isShortFine ? undefined : 'short';
}
