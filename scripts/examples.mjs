// npm run examples: writes the German examples. What has no German text yet gets an empty place in the catalogue.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import german from './examples/german.cjs';

const { CATALOGUE, EXAMPLES, makeGerman } = german;

const { files, catalogue } = makeGerman();
writeFileSync(CATALOGUE, `${JSON.stringify(catalogue.completed(), undefined, 2)}\n`);
const { missing, unused, misfits } = catalogue.problems();
tell(missing, 'need a German text: write it behind them, or put them into `code` if nobody reads them');
tell(unused, 'stand in no example any more: take them out');
tell(misfits, 'are filled with other values in German');
if (missing.length > 0 || misfits.length > 0) process.exit(1);

const folder = join(EXAMPLES, 'Deutsch');
mkdirSync(folder, { recursive: true });
const wanted = new Set(files.map(({ name }) => name));
for (const name of readdirSync(folder)) if (!wanted.has(name)) rmSync(join(folder, name));
for (const { name, text } of files) writeFileSync(join(folder, name), text);
console.log(`${files.length} examples are written to ${relative(process.cwd(), folder)}.`);

function tell(texts, what) {
  if (texts.length === 0) return;
  console.log(`${texts.length} texts in ${relative(process.cwd(), CATALOGUE)} ${what}:`);
  for (const text of texts) console.log(`  ${text}`);
}
