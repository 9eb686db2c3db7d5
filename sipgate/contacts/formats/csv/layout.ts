import {
  COMPANY,
  describableColumn,
  describedColumn,
  FAMILY_OR_WHOLE_NAME,
  FIRST_NAME,
  GIVEN_OR_WHOLE_NAME,
  LAST_NAME,
  nameOfColumn,
  NICKNAME,
  numberColumn,
  WHOLE_NAME,
  wordsOf,
  type NumberColumn,
} from './words';

/** A column that holds numbers. */
export interface NumberSource {
  readonly index: number;
  /** The header says so; otherwise only the number itself does. */
  readonly isSure: boolean;
  /** A fax, a pager or an assistant: asked for only when there is nothing else. */
  readonly isLastResort: boolean;
  /** Column that says in each row what the number is: `Work Fax`. */
  readonly kindIndex?: number;
}

/** Where the header says the values stand; each list in the order in which it is asked. */
export interface Layout {
  readonly delimiter: string;
  /** Line in which the header begins. */
  readonly headerLine: number;
  readonly columns: readonly string[];
  readonly firstname: readonly number[];
  readonly lastname: readonly number[];
  /** Where first and last name stand in one, and after them the nicknames. */
  readonly wholeName: readonly number[];
  readonly company: readonly number[];
  readonly numbers: readonly NumberSource[];
}

/**
 * @param columns the names in the header
 * @returns where the header says that names and numbers stand
 */
export function layoutOf(columns: readonly string[], delimiter: string, headerLine: number): Layout {
  const words = columns.map(wordsOf);
  const names = words.map(nameOfColumn);
  const where = (set: ReadonlySet<string>): number[] =>
    names.flatMap((name, index) => (set.has(name) ? [index] : []));
  const given = where(FIRST_NAME);
  const family = where(LAST_NAME);
  // "Vorname;Name;Telefon", "Nombre;Apellidos;Teléfono": beside one half of the name it is the other half
  const familyToo = given.length > 0 && family.length === 0 ? where(FAMILY_OR_WHOLE_NAME) : [];
  const givenToo = family.length > 0 && given.length === 0 ? where(GIVEN_OR_WHOLE_NAME) : [];
  const halves = new Set([...familyToo, ...givenToo]);
  const whole = [FAMILY_OR_WHOLE_NAME, GIVEN_OR_WHOLE_NAME, WHOLE_NAME, NICKNAME].flatMap(where);
  return {
    delimiter,
    headerLine,
    columns,
    firstname: [...given, ...givenToo],
    lastname: [...family, ...familyToo],
    wholeName: whole.filter((index) => !halves.has(index)),
    company: where(COMPANY),
    numbers: numberSources(words, names),
  };
}

/** sipgate's own column first, then what says that it holds phone numbers, then what only may hold some. */
function numberSources(words: readonly string[][], names: readonly string[]): NumberSource[] {
  const kinds = words.map((each, index) => (COMPANY.has(names[index]!) ? undefined : numberColumn(each)));
  const indexesOf = (...wanted: NumberColumn[]): number[] =>
    kinds.flatMap((kind, index) => (kind !== undefined && wanted.includes(kind) ? [index] : []));
  const exact = names.flatMap((name, index) =>
    name === 'number' && kinds[index] === 'anyNumber' ? [index] : [],
  );
  const sure = [...exact, ...indexesOf('phone')];
  // a running number or that of a customer, where other columns hold the phone numbers
  const any = sure.length > 0 ? [] : indexesOf('anyNumber');
  const described = new Map(words.map((each, index) => [describedColumn(each) || undefined, index]));
  const source =
    (isSure: boolean, isLastResort: boolean) =>
    (index: number): NumberSource => {
      const kindIndex = described.get(describableColumn(words[index]!));
      return { index, isSure, isLastResort, ...(kindIndex === undefined ? {} : { kindIndex }) };
    };
  const asked = [
    ...sure.map(source(true, false)),
    ...indexesOf('place').map(source(false, false)),
    ...any.map(source(true, false)),
  ];
  return asked.length === 0 ? [] : [...asked, ...indexesOf('otherDevice').map(source(true, true))];
}
