import { placeOf, type Remarks } from '../../remarks';
import { BASE64 } from './base64';

/** A property line without its folds. */
export interface LogicalLine {
  /** Line of the file on which it begins. */
  readonly line: number;
  /** One character per byte. */
  readonly text: string;
}

/** Characters in which a property says what it is; a postal label as a parameter fits. */
export const MOST_HEAD_CHARACTERS = 16 * 1024;

/** A property whose end has not come yet. */
interface OpenProperty {
  readonly line: number;
  readonly parts: string[];
  /** What the head says is looked up once, not for each of perhaps a million lines that continue the property. */
  kind: PropertyKind;
  /** The head so far, where its colon has not come yet. */
  openHead: string | undefined;
  /** An empty line has come behind it, which ends what a soft line break had kept open. */
  hasGap: boolean;
  /** Blanks are written as =20, so one behind a soft line break is a fold. */
  encodesBlanks: boolean;
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
export function unfold(text: string, firstLine: number, remarks: Remarks): LogicalLine[] {
  const folding = foldingOf(text);
  const whole: LogicalLine[] = [];
  let open: OpenProperty | undefined;
  const seal = (): void => {
    if (open) whole.push({ line: open.line, text: textOf(open) });
  };
  const lines = text.split('\n');
  lines.forEach((physical, index) => {
    if (isBlankLine(physical)) {
      if (open) open.hasGap = true;
      return;
    }
    if (open && goesOn(open, physical, folding)) return;
    const line = firstLine + index;
    const property = open ? physical : physical.trimStart();
    if (isProperty(property, lines[index + 1])) {
      seal();
      open = openProperty(property, line);
    } else if (open && takesStrayLine(open)) {
      remarks.add('continued', placeOf(readable(physical), line));
      add(open, isFullLine(open) ? physical : ` ${physical}`);
    } else remarks.add('notProperty', placeOf(readable(physical), line));
  });
  seal();
  return whole;
}

/** What a soft line break at the very end keeps open does not come any more. */
function textOf({ parts, kind }: OpenProperty): string {
  const text = parts.length === 1 ? parts[0]! : parts.join('');
  return kind.isQuotedPrintable && text.endsWith('=') ? text.slice(0, -1) : text;
}

const OLD_VERSION = /^VERSION[^:\n]*:[ \t]*2\.1[ \t]*$/im;
/** A soft line break and a blank inside of a UTF-8 character, which nobody who means the blank writes. */
const BLANK_IN_CHARACTER = /=\n[ \t]=[89AB][0-9A-F]/i;
/** So many soft line breaks with a blank behind each of them are no coincidence. */
const LEAST_DOUBLE_FOLDS = 3;

function foldingOf(text: string): Folding {
  const keepsBlank = OLD_VERSION.test(text);
  if (!text.includes('=\n ') && !text.includes('=\n\t')) return { keepsBlank, foldsTwice: false };
  const soft = text.match(/=\n/g)!.length;
  const double = text.match(/=\n[ \t]/g)!.length;
  const isMeant = keepsBlank && !BLANK_IN_CHARACTER.test(text);
  return { keepsBlank, foldsTwice: !isMeant || (soft === double && double >= LEAST_DOUBLE_FOLDS) };
}

const QUOTED_PRINTABLE = /;(?:ENCODING=)?"?QUOTED-PRINTABLE"?[;:]/i;
const BASE64_ENCODING = /;(?:ENCODING=)?"?(?:B|BASE64)"?[;:]/i;
const WORD = /^(?:[\w-]+\.)?(?:TEL|EMAIL|PHOTO)[;:]/i;

function openProperty(text: string, line: number): OpenProperty {
  const open = {
    line,
    parts: [],
    kind: kindOf(''),
    openHead: '',
    hasGap: false,
    encodesBlanks: false,
  };
  add(open, text);
  return open;
}

function add(open: OpenProperty, part: string): void {
  open.parts.push(part);
  open.encodesBlanks ||= part.includes('=20');
  if (open.openHead === undefined) return;
  open.openHead += part.slice(0, MOST_HEAD_CHARACTERS);
  const colon = part.slice(0, MOST_HEAD_CHARACTERS).includes(':');
  if (!colon && open.openHead.length < MOST_HEAD_CHARACTERS) return;
  open.kind = kindOf(open.openHead.slice(0, open.openHead.indexOf(':') + 1));
  open.openHead = undefined;
}

function kindOf(head: string): PropertyKind {
  const hasParameters = head.includes(';');
  return {
    isQuotedPrintable: hasParameters && QUOTED_PRINTABLE.test(head),
    isBase64: hasParameters && BASE64_ENCODING.test(head),
    isWord: WORD.test(head),
  };
}

/** Adds the line to the property where it belongs to it by the rules. @returns whether it does */
function goesOn(open: OpenProperty, text: string, { keepsBlank, foldsTwice }: Folding): boolean {
  const { parts, hasGap } = open;
  const { isQuotedPrintable, isBase64 } = open.kind;
  const last = parts.at(-1)!;
  const isFold = isIndented(text);
  if (isQuotedPrintable && !hasGap && last.endsWith('=') && (isFold || !isKnownProperty(text))) {
    parts[parts.length - 1] = last.slice(0, -1);
    add(open, isFold && (foldsTwice || open.encodesBlanks) ? text.slice(1) : text);
    return true;
  }
  if (isFold) {
    const isMeant = keepsBlank && !isBase64 && !cutsCharacter(last, text, isQuotedPrintable);
    add(open, isMeant ? text : text.slice(1));
    return true;
  }
  // some programs do not indent the lines of a picture
  if (!isBase64 || !BASE64.test(text.trimEnd())) return false;
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
  const first = text.charCodeAt(0);
  return first === 32 || first === 9;
}

function isBlankLine(text: string): boolean {
  return text === '' || (text.charCodeAt(0) <= 32 && text.trim() === '');
}

/** @returns whether a fold stands inside of a UTF-8 character or of its quoted form: then its blank is not meant */
function cutsCharacter(before: string, after: string, isQuotedPrintable: boolean): boolean {
  const next = after.charCodeAt(1);
  if (before.charCodeAt(before.length - 1) >= 0x80 && next >= 0x80 && next < 0xc0) return true;
  if (!isQuotedPrintable) return false;
  const end = before.slice(-3);
  return /=[0-9A-F]?$/i.test(end) || (/^=[89A-F][0-9A-F]$/i.test(end) && /^.=[89AB][0-9A-F]/i.test(after));
}

/** `item1.TEL;TYPE=home:…`: a name, and a colon where the parameters end, be it in the next line. */
function isProperty(text: string, next: string | undefined): boolean {
  let end = 0;
  while (isNameCharacter(text.charCodeAt(end))) end += 1;
  const behind = text.slice(end, MOST_HEAD_CHARACTERS).trimStart();
  if (end === 0 || (behind[0] !== ':' && behind[0] !== ';')) return false;
  return behind.includes(':') || isIndented(next ?? '');
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
  return !open.kind.isBase64 && (!open.kind.isWord || isFullLine(open));
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
