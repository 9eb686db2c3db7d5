import { lazy } from '../../../lazy';
import { byteOf, trimBytes, unquotePrintable } from './bytes';
import { splitTypes } from './types';

const NAMES = ['FN', 'N', 'NICKNAME', 'ORG', 'TEL', 'EMAIL', 'ADR', 'PHOTO', 'X-ABLABEL'] as const;

/** A property that a contact can hold. */
export type PropertyName = (typeof NAMES)[number];

/** Others never reach the library, which trips over names like `__proto__`. */
const PROPERTIES: ReadonlySet<string> = new Set(NAMES);

/** What stands before the colon of a property. */
export interface Head {
  readonly name: PropertyName;
  /** `item1` of `item1.TEL`, in small letters, or empty. */
  readonly group: string;
  /** In small letters; PREF=1 stands as the type `pref` that older cards have. */
  readonly types: readonly string[];
  readonly charset: string | undefined;
  readonly encoding: 'none' | 'quoted-printable' | 'base64';
}

/** The head of a property that a contact does not hold. */
export interface ForeignHead {
  /** In capital letters. */
  readonly foreignName: string;
  /** `technical`: says how the card came about, so nobody misses it. `group`: may say that the card is a group. */
  readonly role: 'technical' | 'group' | 'content';
}

const TECHNICAL = new Set(
  (
    'VERSION PRODID REV UID CLASS PROFILE SOURCE NAME MAILER SORT-STRING CLIENTPIDMAP XML X-CLASS ' +
    'X-ABADR X-ABUID X-ABSHOWAS X-ACCOUNT X-MOZILLA-HTML'
  ).split(' '),
);
const OF_GROUPS = new Set(
  'KIND X-KIND X-ADDRESSBOOKSERVER-KIND MEMBER X-MEMBER X-ADDRESSBOOKSERVER-MEMBER X-EVOLUTION-LIST'.split(
    ' ',
  ),
);

function foreignHead(foreignName: string): ForeignHead {
  if (OF_GROUPS.has(foreignName)) return { foreignName, role: 'group' };
  const isTechnical =
    TECHNICAL.has(foreignName) || /^X-(?:ADDRESSBOOKSERVER|EVOLUTION|MS-OL|ABCROP)-/.test(foreignName);
  return { foreignName, role: isTechnical ? 'technical' : 'content' };
}

/**
 * The cards of a program have few different heads, so each is read once: the library takes longer for one than all
 * else for a line. Bounded, for a file may be made of nothing but different ones.
 */
const heads = new Map<string, Head | ForeignHead>();
const MOST_CACHED_HEADS = 200;
const LONGEST_CACHED_HEAD = 200;

/** @param text what stands before the colon, one character per byte */
export function readHead(text: string): Head | ForeignHead {
  if (text.length > LONGEST_CACHED_HEAD) return parseHead(text);
  const known = heads.get(text);
  if (known !== undefined) return known;
  if (heads.size >= MOST_CACHED_HEADS) heads.clear();
  // a part of a string keeps the whole file in memory, a copy does not
  const copy = Buffer.from(text, 'latin1').toString('latin1');
  const head = parseHead(copy);
  heads.set(copy, head);
  return head;
}

type Library = typeof import('vcard-parser');

/** Only a flow that imports cards pays for the library. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const vcardParser = lazy(() => require('vcard-parser') as Library);

/**
 * The library knows no quotes, and no list of types in one parameter; it gets a head rewritten without them. Values
 * are kept from it: it undoes escapes in the wrong order, and takes every comma for a separator.
 */
function parseHead(text: string): Head | ForeignHead {
  const [path, ...rest] = splitOutsideQuotes(text, ';');
  const dot = path!.lastIndexOf('.');
  const name = trimBytes(path!.slice(dot + 1)).toUpperCase();
  if (!isHeld(name)) return foreignHead(name);
  const group = path!.slice(0, Math.max(dot, 0)).replace(/[^\w-]/g, '');
  const parameters = rest.flatMap(readParameter).map(([key, value]) => `;${key}=${shield(value)}`);
  const parsed = vcardParser().parse(`${group}.${name}${parameters.join('')}:`);
  const found = Object.values(parsed)[0]?.[0];
  const values = (key: string): string[] => (found?.meta?.[key] ?? []).map((value) => unshield(value ?? ''));
  return {
    name,
    group: (found?.namespace ?? '').toLowerCase(),
    types: [...new Set(values('type').flatMap(splitTypes))],
    charset: values('charset')[0],
    encoding: encodingOf(values('encoding')),
  };
}

function encodingOf(names: readonly string[]): Head['encoding'] {
  if (names.some((name) => /^(?:quoted-printable|q)$/i.test(name))) return 'quoted-printable';
  return names.some((name) => /^(?:base64|b)$/i.test(name)) ? 'base64' : 'none';
}

function isHeld(name: string): name is PropertyName {
  return PROPERTIES.has(name);
}

/** @returns where the character stands outside of quotation marks; one that is never closed quotes nothing */
export function indexOutsideQuotes(text: string, character: string): number {
  let found = text.indexOf(character);
  let quote = text.indexOf('"');
  // each search goes on where the last one ended: behind it may follow megabytes
  while (found >= 0 && quote >= 0 && quote < found) {
    const closing = text.indexOf('"', quote + 1);
    if (closing < 0) return found;
    if (closing > found) found = text.indexOf(character, closing + 1);
    quote = text.indexOf('"', closing + 1);
  }
  return found;
}

/** In one pass: to search for each separator anew would take the square of the time for many of them. */
function splitOutsideQuotes(text: string, character: string): string[] {
  const parts: string[] = [];
  const lastQuote = text.lastIndexOf('"');
  let start = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    // the last one closes nothing: it opens a quotation that never ends
    if (text[index] === '"') quoted = !quoted && index < lastQuote;
    else if (text[index] === character && !quoted) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** What vCard 2.1 writes without a name: `TEL;HOME;VOICE`, `N;QUOTED-PRINTABLE`. */
const BARE_ENCODING = /^(?:quoted-printable|base64|7bit|8bit)$/i;
/** Android's name for a number that its owner labelled: `X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=42=C3=BC)`. */
const ANDROID_LABEL = /^X-CUSTOM\(.*,([^,]*)\)$/i;
const PARAMETERS = new Set(['TYPE', 'ENCODING', 'CHARSET']);

/** @returns names and values of a parameter; of PREF=1 the type `pref` that older cards have */
function readParameter(parameter: string): [string, string][] {
  const text = trimBytes(parameter);
  const custom = ANDROID_LABEL.exec(text);
  if (custom) return [['TYPE', unquotePrintable(custom[1]!)]];
  const equals = text.indexOf('=');
  if (equals < 0) return [[BARE_ENCODING.test(text) ? 'ENCODING' : 'TYPE', text]];
  const name = trimBytes(text.slice(0, equals)).toUpperCase();
  const value = trimBytes(text.slice(equals + 1));
  if (name === 'PREF') return value === '1' ? [['TYPE', 'pref']] : [];
  if (!PARAMETERS.has(name)) return [];
  return [[name, name === 'TYPE' ? value : value.replaceAll('"', '')]];
}

/** Hides from the library what it would take for a separator or an escape. */
function shield(text: string): string {
  return text.replace(
    /[^\w.+-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
  );
}

function unshield(text: string): string {
  return text.replace(/%([0-9A-F]{2})/g, byteOf);
}
