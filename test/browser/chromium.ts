/** Where Chromium is. Mocha loads this before the specs of the editor and ends at once where there is none. */
import { existsSync } from 'node:fs';

/** The first is Chromium without its own windows, which takes a third less of the processor. */
const PLACES = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** @returns the program; @throws where there is none, with what to do */
export function chromiumPath(): string {
  const named = process.env.CHROMIUM;
  const found = (named ? [named] : PLACES).find((path) => existsSync(path));
  if (found !== undefined) return found;
  const missing = named ? `There is no ${named}.` : 'No Chromium found.';
  throw new Error(
    `${missing} The tests of the editor need one: install it, or name it in the environment variable CHROMIUM.`,
  );
}

/** Mocha calls this once, before all specs. */
export function mochaGlobalSetup(): void {
  chromiumPath();
}
