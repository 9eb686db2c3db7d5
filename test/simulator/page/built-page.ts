import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { removeFolder } from '../../remove-folder';

interface PageBuilder {
  buildPage(folder: string): Promise<void>;
}

/** The simulator's page as the build makes it, in a folder of its own: so tests need no build before. */
export async function buildPage(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const script = pathToFileURL(resolve(__dirname, '../../../scripts/build-page.mjs')).href;
  const builder = (await import(script)) as PageBuilder;
  const folder = mkdtempSync(join(tmpdir(), 'sipgate-page-'));
  await builder.buildPage(folder);
  return { folder, remove: () => removeFolder(folder) };
}
