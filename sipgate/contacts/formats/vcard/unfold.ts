import { placeOf, type Remarks } from '../../remarks';
import { BASE64 } from './base64';

/** Characters in which a property says what it is; a postal label as a parameter fits. */
export const MOST_HEAD_CHARACTERS = 16 * 1024;

/** Takes a property line without its folds, one character per byte, and the line of the file on which it begins. */
type TakeLine = (text: string, line: number) => void;

/** A property whose end has not come yet. */
interface OpenProperty {
  readonly line: number;
  readonly parts: string[];
  /** Looked up when it is needed, and once, not for each of perhaps a million lines that continue the property. */
  kind: PropertyKind | undefined;
  /** The head so far, where its colon has not come yet. */
  openHead: string | undefined;
  /** An empty line has come behind it, which ends what a soft line break had kept open. */
  hasGap: boolean;
  /** Blanks are written as =20, so one behind a soft line break is a fold. */
  encodesBlanks: boolean | undefined;
}

/** What matters of a head to know what goes on. */
interface PropertyKind {
  readonly isQuotedPrintable: boolean;
  readonly isBase64: boolean;
  /** Its value is one word, to which no second line belongs: a number, an e-mail address. */
  readonly isWord: boolean;
}

/** How a card folds its lines. */
interface Folding {
  /** vCard 2.1 folds at a blank that stays; later versions put a blank before what goes on. */
  readonly keepsBlank: boolean;
  /** Lines in quoted-printable are folded again, with a blank behind the soft line break. */
  readonly foldsTwice: boolean;
}

/**
 * Joins the folded lines of a card. RFC 6350, 3.2: a line break and the blank after it are taken out; RFC 2045, 6.7:
 * quoted-printable goes on after a `=` at the end of a line. A line that is neither a property nor indented is read as
 * the rest of the line before, as programs write it that do not know how to fold.
 * @param text the card, see `RawCard`
 * @param firstLine number of its first line in the file
 * @param remarks hears of lines that are not properties
 */
export function unfold(text: string, firstLine: number, remarks: Remarks, take: TakeLine): void {
  const folding = foldingOf(text);
  const lines = text.split('\n');
  let open: OpenProperty | undefined;
  for (let index = 0; index < lines.length; index += 1) {
    const physical = lines[index]!;
    if (isGap(physical, open !== undefined)) {
      if (open) open.hasGap = true;
      continue;
    }
    const startsProperty = (!open || !isIndented(physical)) && isProperty(physical, lines[index + 1]);
    if (open && goesOn(open, physical, startsProperty, folding)) continue;
    if (startsProperty) {
      if (open) take(textOf(open), open.line);
      open = openProperty(physical, firstLine + index);
      continue;
    }
    const isContinued = open !== undefined && takesStrayLine(open);
    remarks.add(isContinued ? 'continued' : 'notProperty', placeOf(readable(physical), firstLine + index));
    if (open && isContinued) add(open, isFullLine(open) ? physical : ` ${physical}`);
  }
  if (open) take(textOf(open), open.line);
}

/** What a soft line break at the very end keeps open does not come any more. */
function textOf(open: OpenProperty): string {
  const { parts } = open;
  const text = parts.length === 1 ? parts[0]! : parts.join('');
  return text.endsWith('=') && kindOf(open).isQuotedPrintable ? text.slice(0, -1) : text;
}

const OLD_VERSION = /^VERSION[^:\n]*:[ \t]*2\.1[ \t]*$/im;
/** A soft line break and a blank inside of a UTF-8 character, which nobody who means the blank writes. */
const BLANK_IN_CHARACTER = /=\n[ \t]=[89AB][0-9A-F]/i;
/** So many soft line breaks with a blank behind each of them are no coincidence. */
const LEAST_DOUBLE_FOLDS = 3;

function foldingOf(text: string): Folding {
  const keepsBlank = text.includes(':2.1') && OLD_VERSION.test(text);
  if (!text.includes('=\n')) return { keepsBlank, foldsTwice: false };
  const soft = text.match(/=\n/g)!.length;
  const double = text.match(/=\n[ \t]/g)?.length ?? 0;
  const isMeant = keepsBlank && !BLANK_IN_CHARACTER.test(text);
  return { keepsBlank, foldsTwice: !isMeant || (soft === double && double >= LEAST_DOUBLE_FOLDS) };
}

function openProperty(text: string, line: number): OpenProperty {
  const hasHead = text.includes(':');
  return {
    line,
    parts: [text],
    kind: undefined,
    openHead: hasHead ? undefined : text.slice(0, MOST_HEAD_CHARACTERS),
    hasGap: false,
    encodesBlanks: undefined,
  };
}

function add(open: OpenProperty, part: string): void {
  open.parts.push(part);
  if (open.openHead === undefined) return;
  open.openHead += part.slice(0, MOST_HEAD_CHARACTERS);
  if (open.openHead.length < MOST_HEAD_CHARACTERS && !part.includes(':')) return;
  open.kind = kindOfHead(open.openHead);
  open.openHead = undefined;
}

const QUOTED_PRINTABLE = /;(?:ENCODING=)?"?QUOTED-PRINTABLE"?[;:]/i;
const BASE64_ENCODING = /;(?:ENCODING=)?"?(?:B|BASE64)"?[;:]/i;
const WORD = /^(?:[\w-]+\.)?(?:TEL|EMAIL|PHOTO)[;:]/i;

function kindOf(open: OpenProperty): PropertyKind {
  // a head that goes on in the next line has said nothing yet
  if (open.openHead !== undefined) return kindOfHead('');
  return (open.kind ??= kindOfHead(open.parts[0]!));
}

function kindOfHead(text: string): PropertyKind {
  const start = text.slice(0, MOST_HEAD_CHARACTERS);
  const head = start.slice(0, start.indexOf(':') + 1);
  return {
    isQuotedPrintable: QUOTED_PRINTABLE.test(head),
    isBase64: BASE64_ENCODING.test(head),
    isWord: WORD.test(head),
  };
}

/** Adds the line to the property where it belongs to it by the rules. @returns whether it does */
function goesOn(open: OpenProperty, text: string, startsProperty: boolean, folding: Folding): boolean {
  const { parts } = open;
  const last = parts.at(-1)!;
  const isFold = isIndented(text);
  if (
    !open.hasGap &&
    last.endsWith('=') &&
    kindOf(open).isQuotedPrintable &&
    (isFold || !isKnownProperty(text))
  ) {
    parts[parts.length - 1] = last.slice(0, -1);
    open.encodesBlanks ??= parts.some((part) => part.includes('=20'));
    open.encodesBlanks ||= text.includes('=20');
    add(open, isFold && (folding.foldsTwice || open.encodesBlanks) ? text.slice(1) : text);
    return true;
  }
  if (isFold) {
    add(open, folding.keepsBlank && isBlankMeant(open, last, text) ? text : text.slice(1));
    return true;
  }
  // some programs do not indent the lines of a picture
  if (startsProperty || !BASE64.test(text.trimEnd()) || !kindOf(open).isBase64) return false;
  add(open, text);
  return true;
}

/** What can stand behind a soft line break by mistake, and is not the rest of a text. */
const KNOWN_PROPERTY =
  /^(?:[\w-]+\.)?(?:FN|N|NICKNAME|ORG|TITLE|ROLE|TEL|EMAIL|ADR|LABEL|URL|NOTE|PHOTO|BDAY|UID|REV|VERSION|X-[\w-]+)[;:]/;

function isKnownProperty(text: string): boolean {
  return KNOWN_PROPERTY.test(text);
}

function isIndented(text: string): boolean {
  return isBlank(text.charCodeAt(0));
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** A line of blanks can be the end of a value that was folded there. */
function isGap(text: string, isOpen: boolean): boolean {
  if (text === '') return true;
  return text.charCodeAt(0) <= 32 && !(isOpen && isIndented(text)) && text.trim() === '';
}

/** @returns whether the blank of a fold belongs to the text: not in Base64, a character or its quoted form */
function isBlankMeant(open: OpenProperty, before: string, after: string): boolean {
  const next = after.charCodeAt(1);
  const { isBase64, isQuotedPrintable } = kindOf(open);
  if (isBase64 || (before.charCodeAt(before.length - 1) >= 0x80 && next >= 0x80 && next < 0xc0)) return false;
  if (!isQuotedPrintable) return true;
  const end = before.slice(-3);
  const isCut =
    /=[0-9A-F]?$/i.test(end) || (/^=[89A-F][0-9A-F]$/i.test(end) && /^.=[89AB][0-9A-F]/i.test(after));
  return !isCut;
}

/** `item1.TEL;TYPE=home:…`: a name, and a colon where the parameters end, be it in the next line. */
function isProperty(text: string, next: string | undefined): boolean {
  let at = 0;
  while (isBlank(text.charCodeAt(at))) at += 1;
  const start = at;
  while (isNameCharacter(text.charCodeAt(at))) at += 1;
  if (at === start) return false;
  while (isBlank(text.charCodeAt(at))) at += 1;
  if (text.charCodeAt(at) === 58) return at <= MOST_HEAD_CHARACTERS;
  if (text.charCodeAt(at) !== 59) return false;
  const colon = text.indexOf(':', at);
  return colon < 0 ? isIndented(next ?? '') : colon <= MOST_HEAD_CHARACTERS;
}

/** Letters, digits, `-`, `_`, and the dot behind a group. */
function isNameCharacter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 45 ||
    code === 46 ||
    code === 95
  );
}

/** A number does not go on in the next line, a text may. */
function takesStrayLine(open: OpenProperty): boolean {
  const { isBase64, isWord } = kindOf(open);
  return !isBase64 && (!isWord || isFullLine(open));
}

/** Octets from which on a line is taken for folded; RFC 6350 folds at 75. */
const FULL_LINE_OCTETS = 70;

function isFullLine({ parts }: OpenProperty): boolean {
  const last = parts.at(-1)!;
  return last.length >= FULL_LINE_OCTETS || last.endsWith(' ');
}

/** Bytes as text for a message; nobody knows their encoding here, and it is UTF-8 mostly. */
function readable(bytes: string): string {
  return Buffer.from(bytes.slice(0, 200), 'latin1').toString('utf8');
}
