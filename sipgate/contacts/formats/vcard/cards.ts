import type { FilePieces } from '../text';

/**
 * Everything here is text in Latin-1, one character per byte: a fold may cut a UTF-8 character in two, and cards
 * of one file may differ in encoding, so bytes are decoded only when a value is whole.
 */
export interface RawCard {
  /** Line of `BEGIN:VCARD`; the first line of the text is 1. */
  readonly line: number;
  /** Unfolded property lines between BEGIN and END, a line feed between two of them. */
  readonly text: string;
}

/** A card, or what is wrong with the lines from `line` on. */
export type CardOrFault = RawCard | { readonly line: number; readonly problem: string };

/** A photo of some MB fits; a file without line breaks must not fill the memory. */
const MOST_LINE_MIB = 16;
const MOST_LINE_BYTES = MOST_LINE_MIB * 1024 * 1024;
/** A card with several pictures fits. */
const MOST_CARD_MIB = 64;
const MOST_CARD_BYTES = MOST_CARD_MIB * 1024 * 1024;

/**
 * Splits a file into cards, in batches that follow the pieces. Half a card is reported and does not take the
 * next one with it.
 */
export function* readCards(pieces: FilePieces): Generator<CardOrFault[]> {
  const reader = cardReader();
  const lines = lineReader();
  for (const piece of pieces) {
    for (const text of lines.take(piece.toString('latin1'))) reader.add(text);
    if (lines.isTooLong()) {
      reader.fault(`The line is longer than ${MOST_LINE_MIB} MiB.`);
      lines.discard();
    }
    yield reader.drain();
  }
  for (const text of lines.end()) reader.add(text);
  reader.end();
  yield reader.drain();
}

interface LineReader {
  /** @returns the lines that are whole now */
  take(piece: string): string[];
  end(): string[];
  isTooLong(): boolean;
  /** Forgets the current line, whatever of it is still to come; an empty one takes its place. */
  discard(): void;
}

function lineReader(): LineReader {
  let rest = '';
  let discarding = false;
  let endedInCr = false;
  return {
    take(piece) {
      // a CR LF that the boundary of two pieces cut is one line break
      const text = endedInCr && piece.startsWith('\n') ? piece.slice(1) : piece;
      endedInCr = piece.endsWith('\r');
      const lines = text.split(/\r\n|\n|\r/);
      lines[0] = discarding ? '' : rest + lines[0]!;
      discarding &&= lines.length === 1;
      rest = lines.pop()!;
      return lines;
    },
    end: () => (rest === '' ? [] : [rest]),
    isTooLong: () => rest.length > MOST_LINE_BYTES,
    discard() {
      rest = '';
      discarding = true;
    },
  };
}

interface CardReader {
  add(text: string): void;
  /** The line that comes next, and with it the card it stands in, is of no use. */
  fault(problem: string): void;
  end(): void;
  drain(): CardOrFault[];
}

const BEGIN = /^(?:\xEF\xBB\xBF)?[ \t]*BEGIN[ \t]*:[ \t]*VCARD[ \t]*$/i;
const END = /^[ \t]*END[ \t]*:[ \t]*VCARD[ \t]*$/i;
const AGENT = /^(?:[\w-]+\.)?AGENT[^:]*:[ \t]*$/i;

const HALF_A_CARD = 'The card that begins here has no END:VCARD: part of it is missing. Export it again.';
/** Told apart from other faults: a file that holds nothing else is no vCard file at all. */
export const OUTSIDE = 'Text stands outside of a card. A card begins with BEGIN:VCARD.';

function cardReader(): CardReader {
  let line = 0;
  let found: CardOrFault[] = [];
  let open: { line: number; lines: string[]; size: number } | undefined;
  /** vCard 2.1 lets a card hold the card of an agent: BEGIN inside a card. */
  let nested = 0;
  /** What stands outside of a card was reported, or is left of a broken one, and needs no second word. */
  let strayKnown = false;

  const fault = (at: number, problem: string): void => {
    found.push({ line: at, problem });
    open = undefined;
    nested = 0;
    strayKnown = true;
  };
  const begin = (): void => {
    if (open && AGENT.test(open.lines.at(-1) ?? '')) {
      nested += 1;
      return;
    }
    if (open) fault(open.line, HALF_A_CARD);
    strayKnown = false;
    open = { line, lines: [], size: 0 };
  };
  const finish = (): void => {
    if (nested > 0) nested -= 1;
    else if (open) {
      // one text, not many: the garbage collector stops the process for as long as it has to count
      found.push({ line: open.line, text: unfold(open.lines).join('\n') });
      open = undefined;
    }
  };
  const keep = (text: string): void => {
    if (open === undefined) {
      if (!strayKnown && text.trim() !== '') fault(line, OUTSIDE);
    } else if (nested === 0) {
      open.lines.push(text);
      open.size += text.length;
      if (open.size > MOST_CARD_BYTES) fault(open.line, `The card is larger than ${MOST_CARD_MIB} MiB.`);
    }
  };
  return {
    fault: (problem) => fault(line + 1, problem),
    add(text) {
      line += 1;
      if (BEGIN.test(text)) begin();
      else if (END.test(text)) finish();
      else keep(text);
    },
    end() {
      if (open) fault(open.line, HALF_A_CARD);
    },
    drain() {
      const drained = found;
      found = [];
      return drained;
    },
  };
}

const FOLD = /^[ \t]/;
const OLD_VERSION = /^VERSION[^:]*:[ \t]*2\.1[ \t]*$/i;
const QUOTED_PRINTABLE = /;(?:ENCODING=)?QUOTED-PRINTABLE[;:]/i;
const BASE64 = /;(?:ENCODING=)?(?:B|BASE64)[;:]/i;
/** Characters in which a property says how its value is encoded. */
const MOST_HEAD_CHARACTERS = 16 * 1024;

const BASE64_LINE = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Joins folded lines. RFC 6350, 3.2: a line break and the blank after it are taken out. vCard 2.1 folds at
 * a blank that stays, and lets quoted-printable go on after a `=` at the end of the line.
 */
function unfold(lines: readonly string[]): string[] {
  const keepsBlank = lines.some((text) => OLD_VERSION.test(text));
  const whole: string[] = [];
  let open: OpenProperty | undefined;
  for (const text of lines) {
    const continuation = open && continuationOf(open, text, keepsBlank);
    if (open && continuation !== undefined) open.parts.push(continuation);
    else {
      if (open) whole.push(open.parts.join(''));
      open = text.trim() === '' ? undefined : openProperty(text);
    }
  }
  if (open) whole.push(open.parts.join(''));
  return whole;
}

/** A property whose end has not come yet. */
interface OpenProperty {
  readonly parts: string[];
  readonly isQuotedPrintable: boolean;
  readonly isBase64: boolean;
}

/** What the head says is looked up once, not for each of perhaps a million lines that continue the property. */
function openProperty(text: string): OpenProperty {
  const head = text.slice(0, MOST_HEAD_CHARACTERS);
  const parameters = head.slice(0, head.indexOf(':') + 1);
  return {
    parts: [text],
    isQuotedPrintable: QUOTED_PRINTABLE.test(parameters),
    isBase64: BASE64.test(parameters),
  };
}

/** @returns what the line adds to the property, `undefined` when it begins a new one */
function continuationOf(open: OpenProperty, text: string, keepsBlank: boolean): string | undefined {
  const { parts, isQuotedPrintable, isBase64 } = open;
  const last = parts.at(-1)!;
  if (last.endsWith('=') && isQuotedPrintable) {
    parts[parts.length - 1] = last.slice(0, -1);
    return text;
  }
  if (FOLD.test(text)) return keepsBlank && !isBase64 ? text : text.slice(1);
  // some 2.1 writers do not indent the lines of a picture
  if (keepsBlank && isBase64 && BASE64_LINE.test(text)) return text;
  return undefined;
}
