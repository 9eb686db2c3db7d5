import { describe } from '../errors';

/**
 * What an import says about a file beside the lines that it skipped.
 * - `continued`: a line that is not a property, read as the rest of the line before
 * - `notProperty`: a line that is not a property and was left out
 * - `number`: not a phone number, left out
 * - `rest`: a pause or extension behind a number, left out
 * - `broken`: characters that nobody can read, replaced by �
 * - `link`: a picture that the card only links to, or that is no picture
 * - `extra`: a second name or picture, or a part of an address that sipgate has no field for
 * - `noPlace`: a property that contacts of sipgate do not have
 * - `further`: a row with more numbers than the one that sipgate's CSV import takes
 * - `unused`: a value of a row that is not a phone number although its column says so, beside a good one
 * - `lastResort`: a contact whose only number is that of a fax, a pager or an assistant
 */
export type RemarkKind =
  | 'continued'
  | 'notProperty'
  | 'number'
  | 'rest'
  | 'broken'
  | 'link'
  | 'extra'
  | 'noPlace'
  | 'further'
  | 'unused'
  | 'lastResort';

/** Takes `what was found`, `how often` and gives a whole sentence. */
type Sentence = (places: string, count: number) => string;

const SENTENCES: Readonly<Record<RemarkKind, Sentence>> = {
  continued: (places) => `Not properties, so read as the rest of the line before: ${places}.`,
  notProperty: (places) => `Left out, because they are not properties: ${places}.`,
  number: (places) => `sipgate takes phone numbers only. Left out: ${places}.`,
  rest: (places) => `A number is kept without the pause or extension behind it. Left out: ${places}.`,
  broken: (places) => `Some characters cannot be read and are written as \uFFFD: ${places}.`,
  link: (places) => `Only pictures that the file itself holds are kept. Left out: ${places}.`,
  extra: (places) => `More than a contact of sipgate can hold, so left out: ${places}.`,
  noPlace: (places) => `Left out, because sipgate's contacts have no place for them: ${places}.`,
  further: (places, count) =>
    `${count} ${count === 1 ? 'contact has' : 'contacts have'} more than one number. sipgate's CSV import takes one: ` +
    `the first was used. Import vCards to keep them all. Left out: ${places}.`,
  unused: (places) => `Not phone numbers, so another number of the row was used: ${places}.`,
  lastResort: (places) => `Only a fax, a pager or an assistant can be reached there: ${places}.`,
};

/** Places that a sentence names; more of them are counted. Bounds the memory, too. */
const MOST_PLACES = 50;

interface Found {
  readonly places: string[];
  count: number;
}

/** Collects what an import has to say and makes few sentences of it, however large the file is. */
export interface Remarks {
  /** @param place where and what, e.g. `"110" in line 5` */
  add(kind: Exclude<RemarkKind, 'noPlace'>, place: string): void;
  /** A property that contacts of sipgate do not have; `NOTE` in a thousand cards is one place of the sentence. */
  addProperty(name: string, line: number): void;
  /** @returns one sentence for each kind that was found */
  sentences(): string[];
}

/** @returns a collection with nothing in it */
export function createRemarks(): Remarks {
  const found = new Map<RemarkKind, Found>();
  const properties = new Map<string, { readonly line: number; count: number }>();
  let otherProperties = 0;
  return {
    add(kind, place) {
      const each = found.get(kind) ?? { places: [], count: 0 };
      if (each.places.length < MOST_PLACES) each.places.push(place);
      each.count += 1;
      found.set(kind, each);
    },
    addProperty(name, line) {
      const known = properties.get(name);
      if (known) known.count += 1;
      else if (properties.size < MOST_PLACES) properties.set(name, { line, count: 1 });
      else otherProperties += 1;
    },
    sentences() {
      const places = [...properties].map(([name, { line, count }]) =>
        count === 1
          ? `${name} (line ${line})`
          : `${name} (${count.toLocaleString('en-US')} times, first in line ${line})`,
      );
      const all = new Map(found);
      if (places.length > 0) all.set('noPlace', { places, count: places.length + otherProperties });
      return [...all].map(([kind, each]) => SENTENCES[kind](listOf(each), each.count));
    },
  };
}

function listOf({ places, count }: Found): string {
  const others = count - places.length;
  return `${places.join(', ')}${others > 0 ? ` and ${others.toLocaleString('en-US')} others` : ''}`;
}

/** @returns `"19;Deutschland" in line 6`, shortened and without control characters */
export function placeOf(text: string, line: number): string {
  return `${describe(text)} in line ${line}`;
}
