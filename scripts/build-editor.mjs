// Puts the scripts of the editor in place: nodes/<name>.editor.ts becomes a <script> at the end of
// dist/nodes/<name>.html. Within the page and not as files in resources/, because
// - Node-RED waits for a file that a page names, and for ever when it does not come: no editor at all;
// - after an installation from the palette, pages come in any order, and such a file later still;
// - the official scorecard reads registerType() only there.
// The drawback: the browser does not keep them, so each load of the editor brings them again.
import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const ENDING = '.editor.ts';
/** The page that brings what all dialogs share; the others reach it as the global `sipgateEditor`. */
const SHARED = 'sipgate-editor';

/** An import of what is shared would put a copy of it, with the number library, into each page. */
const noCopies = {
  name: 'no copies of what is shared',
  setup({ onResolve }) {
    onResolve({ filter: /lib\/editor\// }, ({ path, importer }) => {
      // the telephone is in one page only
      if (path.includes('lib/editor/telephone/')) return undefined;
      const text = `${importer}: use the global sipgateEditor, and import only types of lib/editor`;
      return { errors: [{ text }] };
    });
  },
};

/** Appends each script to its page below dist/nodes, where the pages are already. */
export async function buildEditor(root) {
  const scripts = readdirSync(join(root, 'nodes')).filter((name) => name.endsWith(ENDING));
  for (const script of scripts) {
    const name = script.slice(0, -ENDING.length);
    // what is shared holds the number library, which nobody reads; the dialogs stay readable in the browser's tools
    const options = name === SHARED ? { minify: true } : { plugins: [noCopies] };
    const code = await bundle(join(root, 'nodes', script), options);
    const page = join(root, 'dist/nodes', `${name}.html`);
    appendFileSync(page, `\n<script type="text/javascript">\n${code}</script>\n`);
  }
}

async function bundle(entry, options) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    ...options,
  });
  return outputFiles[0].text;
}
