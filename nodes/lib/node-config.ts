import { describe, invalidInput } from '../../sipgate/index';

/** What a dialog saved. Numbers and flags may come as texts: from an environment variable, or from old flows. */
export type Saved = Readonly<Record<string, unknown>>;

/**
 * @returns the property as a trimmed text; `fallback` when it is absent
 * @throws SipgateError `INVALID_INPUT` for a list or an object, and for a variable that is not set
 */
export function savedText(config: Saved, name: string, fallback = ''): string {
  const value = config[name];
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    throw invalidInput(name, `must be a text, got ${describe(value)}`, 'Correct it in the node.');
  const text = String(value).trim();
  refuseUnsetVariable(text, name);
  return text;
}

/**
 * @returns the property as a flag; `fallback` when it is absent
 * @throws SipgateError `INVALID_INPUT` for a variable that is not set
 */
export function savedFlag(config: Saved, name: string, fallback: boolean): boolean {
  const value = config[name];
  if (value === undefined || value === null || value === '') return fallback;
  if (typeof value === 'string') refuseUnsetVariable(value, name);
  return value === true || value === 'true';
}

/** Characters of a wrong number that an error repeats. */
const LONGEST_QUOTED_NUMBER = 12;

/**
 * @returns the property as a whole number within its bounds; `fallback` when it is absent or empty
 * @throws SipgateError `INVALID_INPUT`
 */
export function savedCount(
  config: Saved,
  name: string,
  { fallback, least, most }: { fallback: number; least: number; most: number },
): number {
  const value = config[name];
  if (value === undefined || value === null || value === '') return fallback;
  if (typeof value === 'string') refuseUnsetVariable(value, name);
  const count = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
  if (Number.isInteger(count) && count >= least && count <= most) return count;
  // a longer text may be something that was pasted into the wrong field
  const got =
    typeof value === 'string' && value.length > LONGEST_QUOTED_NUMBER ? 'a longer text' : describe(value);
  throw invalidInput(
    name,
    `must be a whole number from ${least} to ${most}, got ${got}`,
    'Correct it in the node.',
  );
}

/**
 * @returns the property if it is one of the choices; the first of them when it is absent
 * @throws SipgateError `INVALID_INPUT`
 */
export function savedChoice<T extends string>(config: Saved, name: string, choices: readonly [T, ...T[]]): T {
  const value = savedText(config, name) || choices[0];
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw invalidInput(
    name,
    `must be one of ${choices.join(', ')}, got ${describe(value)}`,
    'Choose one in the node.',
  );
}

/** Longer is no name of a variable. */
const LONGEST_REFERENCE = 200;

/**
 * @returns the name in a text that is nothing but `${NAME}` or `$(NAME)`. Node-RED puts the variable's value in its place,
 *   so whoever still sees such a text knows that the variable is not set.
 */
export function variableIn(text: string): string | undefined {
  if (text.length > LONGEST_REFERENCE) return undefined;
  const [, inBraces, inParentheses] = /^\s*\$(?:\{([^{}]+)\}|\(([^()]+)\))\s*$/.exec(text) ?? [];
  return inBraces ?? inParentheses;
}

/**
 * @param name names the property in the error
 * @throws SipgateError `INVALID_INPUT` when the text is `${NAME}` or `$(NAME)`
 */
export function refuseUnsetVariable(text: string, name: string): void {
  const variable = variableIn(text);
  if (variable === undefined) return;
  throw invalidInput(
    name,
    `is taken from the environment variable ${describe(variable)}, which is not set`,
    'Set it for Node-RED or the flow, or enter the value itself.',
  );
}

/** Characters of a URL or path that a server surely takes. */
const LONGEST_ADDRESS = 2048;
/** Anywhere in a text: Node-RED does not look for it there. */
const PART_REFERENCE = /\$(?:\{([^{}]+)\}|\(([^()]+)\))/;

/**
 * For addresses: a variable in the middle of them is never replaced, and nobody means it literally.
 * @returns the property as a trimmed text; `fallback` when it is absent or empty
 * @throws SipgateError `INVALID_INPUT` as `savedText`, and for a variable inside the text
 */
export function savedAddress(config: Saved, name: string, fallback = ''): string {
  const text = savedText(config, name) || fallback;
  if (text.length > LONGEST_ADDRESS)
    throw invalidInput(name, `must have at most ${LONGEST_ADDRESS} characters`, 'Correct it in the node.');
  const [, inBraces, inParentheses] = PART_REFERENCE.exec(text) ?? [];
  const variable = inBraces ?? inParentheses;
  if (variable === undefined) return text;
  throw invalidInput(
    name,
    `holds the variable ${describe(variable)} inside a longer text, where Node-RED does not replace it`,
    'Put the whole value into the variable.',
  );
}
