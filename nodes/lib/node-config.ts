import { describe, invalidInput } from '../../sipgate/index';

/** What a dialog saved. Numbers and flags may come as texts: from an environment variable, or from old flows. */
export type Saved = Readonly<Record<string, unknown>>;

/** @returns the property as a trimmed text; `fallback` when it is absent */
export function savedText(config: Saved, name: string, fallback = ''): string {
  const value = config[name];
  return value === undefined || value === null ? fallback : String(value).trim();
}

/** @returns the property as a flag; `fallback` when it is absent */
export function savedFlag(config: Saved, name: string, fallback: boolean): boolean {
  const value = config[name];
  if (value === undefined || value === null || value === '') return fallback;
  return value === true || value === 'true';
}

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
  const count = Number(value);
  if (Number.isInteger(count) && count >= least && count <= most) return count;
  throw invalidInput(
    name,
    `must be a whole number from ${least} to ${most}, got ${describe(value)}`,
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
  if (choice === undefined)
    throw invalidInput(
      name,
      `must be one of ${choices.join(', ')}, got ${describe(value)}`,
      'Choose one in the node.',
    );
  return choice;
}
