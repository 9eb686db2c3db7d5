import { decodeBytes } from '../charset';
import { trimBytes } from './bytes';

/** Types that programs write; only lists of nothing else are parted where no comma stands. */
const KNOWN = new Set(
  (
    'home work cell mobile voice fax pref pager msg car isdn video bbs modem pcs text textphone main other ' +
    'internet x400 dom intl postal parcel iphone business private personal'
  ).split(' '),
);

/**
 * The types of a TYPE parameter. They come as `home,voice`, `"home,voice"`, `HOME\,VOICE`, `HOME,TYPE=VOICE`,
 * `HOME VOICE`, `'home'`, in RFC 6868's way to write a quotation mark, or as a label in any language.
 * @param value one character per byte
 * @returns each in small letters
 */
export function splitTypes(value: string): string[] {
  return value
    .replaceAll('"', '')
    .split(',')
    .map((each, index, { length }) => cleanType(each, index < length - 1))
    .filter((each) => each !== '')
    .flatMap(splitKnown);
}

/** @param isFollowed whether a comma stands behind it */
function cleanType(bytes: string, isFollowed: boolean): string {
  const bare = trimBytes(bytes).replace(/^(?:type=)+/i, '');
  // a backslash was meant for the separator behind it
  const escaped = bare.endsWith('\\') ? bare.slice(0, -1) : bare;
  const quoted = /^'.*'$/.test(bare) ? bare.slice(1, -1) : bare;
  const known = [escaped, quoted].find((each) => KNOWN.has(each.toLowerCase()));
  const text = uncaret(known ?? (isFollowed ? escaped : bare));
  return decodeBytes(Buffer.from(text, 'latin1')).text.toLowerCase().trim();
}

/** `work voice`, `work/voice`, `work;voice` */
function splitKnown(type: string): string[] {
  if (KNOWN.has(type) || !/[ ;/|+&\\]/.test(type)) return [type];
  const parts = type
    .split(/[ ;/|+&\\]/)
    .map((part) => part.replace(/^type=/, ''))
    .filter((part) => part !== '');
  return parts.length > 0 && parts.every((part) => KNOWN.has(part)) ? parts : [type];
}

/** RFC 6868: what a parameter cannot hold is written with `^`. */
function uncaret(text: string): string {
  return text.replace(/\^([n^'])/g, (_, code: string) => ({ n: '\n', '^': '^', "'": '"' })[code] ?? code);
}
