// Builds the simulator's page: its files as they are, and its script as one.
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const page = join(dirname(dirname(fileURLToPath(import.meta.url))), 'simulator/page');

/** @param folder is made where it does not exist; what is in it already stays */
export async function buildPage(folder) {
  cpSync(join(page, 'public'), folder, { recursive: true });
  await build({
    entryPoints: [join(page, 'browser/page.ts')],
    outfile: join(folder, 'page.js'),
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    charset: 'utf8',
  });
}
