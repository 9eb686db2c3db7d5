/**
 * Validators of the dialogs: `true`, or the reason why not, which begins with what the user calls the field. They find
 * what surely is wrong; the runtime judges every value again, and exactly.
 */
import { isAbsoluteUrl } from '../../../sipgate/absolute-url';
import { isLanguage } from '../../../sipgate/ai-flow/language';
import { toSequence } from '../../../sipgate/areas/call-control/inputs';
import { parsePrefixes } from '../../../sipgate/client/spending/limits';
import { isCountry } from '../../../sipgate/country';
import { isExtensionFor } from '../../../sipgate/extension';
import { toMilliseconds } from '../../../sipgate/moment';
import { current, saved } from './fields';
import { list, text } from './texts';

export type Check = (value: unknown, label: string) => Verdict;

/** @param key of the reason, below `error` in the shared catalogue */
export function wrong(label: string, key: string, values?: TextValues): string {
  return `${label}: ${text(`error.${key}`, values)}`;
}

export function filled(value: unknown, label: string): Verdict {
  return isBlank(value) ? wrong(label, 'missing') : true;
}

/** A whole number; left out, the default counts. */
export function wholeNumber(value: unknown, label: string, least: number, most = Infinity): Verdict {
  const written = String(value ?? '').trim();
  if (written === '') return true;
  if (!/^-?\d+$/.test(written)) return wrong(label, 'whole', { value: written });
  if (Number(written) >= least && Number(written) <= most) return true;
  return wrong(label, most === Infinity ? 'at-least' : 'between', { least, most });
}

export function httpUrl(value: unknown, label: string): Verdict {
  if (isAbsoluteUrl(String(value ?? '').trim())) return true;
  return wrong(label, isBlank(value) ? 'missing' : 'url');
}

/** Keys of a telephone that can be sent as tones. */
export function telephoneKeys(value: unknown, label: string): Verdict {
  if (isBlank(value)) return wrong(label, 'missing');
  try {
    toSequence(value);
    return true;
  } catch {
    return wrong(label, 'keys');
  }
}

/** A country by its code of two letters; left out, the default counts. */
export function country(value: unknown, label: string): Verdict {
  return isBlank(value) || isCountry(String(value)) ? true : wrong(label, 'country');
}

/** Comma-separated beginnings of international numbers; left out, any will do. */
export function prefixes(value: unknown, label: string): Verdict {
  try {
    parsePrefixes(String(value ?? ''), label);
    return true;
  } catch {
    return wrong(label, 'prefixes');
  }
}

/** Comma-separated languages, at most so many; left out, any will do. */
export function languages(value: unknown, label: string, most: number): Verdict {
  const entries = list(value);
  if (entries.length > most) return wrong(label, 'too-many-entries', { most, count: entries.length });
  const bad = entries.find((entry) => !isLanguage(entry));
  return bad === undefined ? true : wrong(label, 'language', { value: bad });
}

/** A moment; whether it lies ahead, and not too far, is seen when the message comes. */
export function time(value: unknown, label: string): Verdict {
  return toMilliseconds(String(value ?? '')) === undefined ? wrong(label, 'time') : true;
}

/** Comma-separated addresses or CIDR ranges. */
export function addresses(value: unknown, label: string): Verdict {
  const bad = list(value).find((entry) => !looksLikeAddress(entry));
  return bad === undefined ? true : wrong(label, 'address', { value: bad });
}

/** The runtime knows exactly, with what only Node.js has; this finds what was mistyped. */
function looksLikeAddress(entry: string): boolean {
  const [address = '', range, ...rest] = entry.split('/');
  if (rest.length > 0) return false;
  const isFour =
    /^\d{1,3}(\.\d{1,3}){3}$/.test(address) && address.split('.').every((part) => Number(part) <= 255);
  const isSix = address.includes(':') && URL.canParse(`http://[${address}]/`);
  const bits = isFour ? 32 : 128;
  return (isFour || isSix) && (range === undefined || (/^\d{1,3}$/.test(range) && Number(range) <= bits));
}

/**
 * @param letters the prefixes of the extensions that make sense there
 * @param key of the reason
 */
export function extension(value: unknown, label: string, letters: string, key: string): Verdict {
  return isExtensionFor(String(value).trim(), letters) ? true : wrong(label, key);
}

/** A value that may be left out, and otherwise is as `typedValue` wants it. */
export function optional(
  node: EditorNode,
  property: string,
  value: unknown,
  label: string,
  checkText: Check = () => true,
): Verdict {
  const isText = typeOf(node, property) === 'str';
  return isText && isBlank(value ?? saved(node, property))
    ? true
    : typedValue(node, property, value, label, checkText);
}

/** A value that the flow may compute: checked by `checkText` when it is written in the dialog, by Node-RED otherwise. */
export function typedValue(
  node: EditorNode,
  property: string,
  value: unknown,
  label: string,
  checkText: Check,
): Verdict {
  const type = typeOf(node, property);
  const held = value ?? saved(node, property);
  if (type === 'str') return checkText(held, label);
  if (type === 'date') return true;
  if (isBlank(held)) return wrong(label, 'missing');
  return RED.utils.validateTypedProperty(held, type, { label });
}

function typeOf(node: EditorNode, property: string): string {
  return String(current(node, `${property}Type`) || 'str');
}

function isBlank(value: unknown): boolean {
  return String(value ?? '').trim() === '';
}
