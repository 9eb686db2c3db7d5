import type { FilePieces } from '../text';
import { createLineReader } from './lines';

/**
 * A card as it stands in the file. Everything here is text in Latin-1, one character per byte: a fold may cut a UTF-8
 * character in two, and cards of one file may differ in encoding, so bytes are decoded only when a value is whole.
 */
export interface RawCard {
  /** Line of `BEGIN:VCARD`; the first line of the text is 1. */
  readonly line: number;
  /** What stands between BEGIN and END, folded as it is, a line feed between two lines; the first is that of BEGIN. */
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

const HALF_A_CARD = 'The card that begins here has no END:VCARD: part of it is missing. Export it again.';
/** Told apart from other faults: a file that holds nothing else is not a vCard file at all. */
export const OUTSIDE = 'Text stands outside of a card. A card begins with BEGIN:VCARD.';

/** A card whose END has not come yet. */
interface OpenCard {
  readonly line: number;
  /** Blanks before all of its lines, as in a file that somebody has indented. */
  indent: string;
  readonly lines: string[];
  size: number;
  /** Cards in the card that are open: vCard 2.1 lets a card hold that of an agent. */
  nested: number;
  /** Lines before this one belong to agents that are read already. */
  behindAgent: number;
  /** The last line is `AGENT:BEGIN:VCARD`; whether the agent's card follows or is folded in, the next line tells. */
  opensAgent: boolean;
}

/** How far a file is read. */
interface Reading {
  line: number;
  found: CardOrFault[];
  open: OpenCard | undefined;
  /** What stands outside of a card was reported, or is left of a broken one, and needs no second word. */
  strayKnown: boolean;
}

/**
 * Splits a file into cards, in batches that follow the pieces. Half a card is reported and does not take the
 * next one with it.
 */
export function* readCards(pieces: FilePieces): Generator<CardOrFault[]> {
  const reading: Reading = { line: 0, found: [], open: undefined, strayKnown: false };
  const lines = createLineReader();
  for (const piece of pieces) {
    for (const text of lines.take(piece.toString('latin1'))) addLine(reading, text);
    if (lines.pending() > MOST_LINE_BYTES) {
      fault(reading, reading.line + 1, `The line is longer than ${MOST_LINE_MIB} MiB.`);
      lines.discard();
    }
    yield reading.found;
    reading.found = [];
  }
  for (const text of lines.end()) addLine(reading, text);
  if (reading.open) giveUp(reading, reading.open);
  yield reading.found;
}

/** The rest of the line, and with it the card it stands in, is of no use. */
function fault(reading: Reading, line: number, problem: string): void {
  reading.found.push({ line, problem });
  reading.open = undefined;
  reading.strayKnown = true;
}

function addLine(reading: Reading, text: string): void {
  reading.line += 1;
  const { open } = reading;
  const line = open ? withoutIndent(open, text) : text;
  // an indented line belongs to the value before it, whatever it says
  if (open && isIndented(line)) keep(reading, open, line);
  else if (mayMark(line)) addMarkers(reading, line);
  else addText(reading, line);
}

/** The first line behind BEGIN cannot go on with anything, so its blanks are those of the whole card. */
function withoutIndent(open: OpenCard, text: string): string {
  const isFirst = open.lines.length === 1 && open.lines[0] === '';
  if (isFirst && isIndented(text) && text.trim() !== '') open.indent = /^[ \t]*/.exec(text)![0];
  return open.indent !== '' && text.startsWith(open.indent) ? text.slice(open.indent.length) : text;
}

function isIndented(text: string): boolean {
  const first = text.charCodeAt(0);
  return first === 32 || first === 9;
}

/** BEGIN or END, behind a byte order mark or NULs where files were put one behind the other. */
const MARKER = /(?:\xEF\xBB\xBF|[\0 \t])*(BEGIN|END)[ \t]*:[ \t]*VCARD/iy;
/** What stands between two files that were put one behind the other: marks, NULs, the Ctrl-Z of DOS. */
// eslint-disable-next-line no-control-regex
const JUNK = /(?:\xEF\xBB\xBF|[\0\x1A \t,;])*/y;
/** Nearly no line does, and this is faster than the pattern. */
function mayMark(text: string): boolean {
  const first = text.charCodeAt(0);
  return first <= 32 || first === 0xef || first === 66 || first === 69 || first === 98 || first === 101;
}

/** Several can stand in one line: `END:VCARDBEGIN:VCARD`. */
function addMarkers(reading: Reading, text: string): void {
  let at = 0;
  while (at < text.length) {
    MARKER.lastIndex = at;
    const marker = MARKER.exec(text);
    if (!marker) break;
    const { open } = reading;
    if (marker[1]!.toUpperCase() === 'BEGIN') begin(reading, at === 0 ? text : '');
    else if (open) finish(reading, open);
    JUNK.lastIndex = MARKER.lastIndex;
    JUNK.exec(text);
    at = JUNK.lastIndex;
  }
  if (at === 0) addText(reading, text);
  else if (at < text.length) addBehindMarker(reading, text.slice(at));
}

function begin(reading: Reading, text: string): void {
  const { open } = reading;
  if (open && (open.nested > 0 || announcesAgent(open))) {
    open.nested += 1;
    open.lines.push('');
    return;
  }
  if (open) giveUp(reading, open);
  const indent = /^[ \t]*/.exec(text)![0];
  reading.strayKnown = false;
  reading.open = {
    line: reading.line,
    indent,
    lines: [''],
    size: 0,
    nested: 0,
    behindAgent: 0,
    opensAgent: false,
  };
}

function finish(reading: Reading, open: OpenCard): void {
  if (open.nested > 0) {
    open.nested -= 1;
    open.lines.push('');
    open.behindAgent = open.lines.length;
    return;
  }
  // one text, not many: the garbage collector stops the process for as long as it has to count
  reading.found.push({ line: open.line, text: open.lines.join('\n') });
  reading.open = undefined;
}

const AGENT = /^(?:[\w-]+\.)?AGENT[^:]*:[ \t]*$/i;

/** @returns whether the card that begins now is that of an agent, and not one that follows half a card */
function announcesAgent({ lines, behindAgent }: OpenCard): boolean {
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return last >= behindAgent && AGENT.test(lines[last] ?? '');
}

/** A card lacks the line break before its end: `TEL:110END:VCARDBEGIN:VCARD`. */
// eslint-disable-next-line no-control-regex
const GLUED_END = /END[ \t]*:[ \t]*VCARD(?:\xEF\xBB\xBF|[\0\x1A \t,;])*BEGIN[ \t]*:[ \t]*VCARD/i;

function addText(reading: Reading, text: string): void {
  const { open } = reading;
  const gluedAt = mayEndInCard(text) && text.includes('END:VCARD') ? text.search(GLUED_END) : -1;
  if (gluedAt > 0) {
    addText(reading, text.slice(0, gluedAt));
    addMarkers(reading, text.slice(gluedAt));
  } else if (open) keep(reading, open, text);
  else addStray(reading, text);
}

/** `BEGIN:VCARDVERSION:3.0` */
function addBehindMarker(reading: Reading, text: string): void {
  const { open } = reading;
  if (open?.lines.length === 1) open.lines[0] = text;
  else if (!open) addStray(reading, text);
}

function addStray(reading: Reading, text: string): void {
  if (!reading.strayKnown && text.trim() !== '') fault(reading, reading.line, OUTSIDE);
}

/** `AGENT:BEGIN:VCARD` */
const AGENT_BEGIN = /^[^:]*:[ \t]*BEGIN[ \t]*:[ \t]*VCARD[ \t]*$/i;

function keep(reading: Reading, open: OpenCard, text: string): void {
  if (open.opensAgent && text.trim() !== '') {
    if (!isIndented(text)) open.nested += 1;
    open.opensAgent = false;
  }
  // an empty line in place of the agent's: the lines of the card are counted
  open.lines.push(open.nested > 0 ? '' : text);
  if (mayEndInCard(text) && AGENT_BEGIN.test(text)) open.opensAgent = true;
  open.size += text.length;
  if (open.size > MOST_CARD_BYTES) fault(reading, open.line, `The card is larger than ${MOST_CARD_MIB} MiB.`);
}

/** As `mayMark`, for a marker at the end. */
function mayEndInCard(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last === 68 || last === 100 || last === 32 || last === 9;
}

const END_OF_LINE = /END[ \t]*:[ \t]*VCARD[ \t]*$/i;
const BEGIN_INSIDE = /BEGIN[ \t]*:[ \t]*VCARD/i;

/**
 * A card without END. Where its END stands indented or behind a value, without a line break before it, that is taken;
 * otherwise part of the card is missing.
 */
function giveUp(reading: Reading, open: OpenCard): void {
  const { line, lines } = open;
  const last = lines.findIndex((text) => END_OF_LINE.test(text));
  if (last < 0 || lines.some((text) => BEGIN_INSIDE.test(text))) {
    fault(reading, line, HALF_A_CARD);
    return;
  }
  const text = [...lines.slice(0, last), lines[last]!.replace(END_OF_LINE, '')].join('\n');
  reading.found.push({ line, text });
  const stray = lines.findIndex((text, index) => index > last && text.trim() !== '');
  if (stray >= 0) fault(reading, line + stray, OUTSIDE);
}
