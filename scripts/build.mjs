// Builds dist/: TypeScript first, then the assets that Node-RED looks for beside each node's js file
// (its loader reads icons/ and locales/ only there), then bundles. Stops at the first failure.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { BUNDLED, bundledLibrary } from './bundled.mjs';
import { buildPage } from './build-page.mjs';
import { buildEditor } from './build-editor.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** The nodes share what a script gets from dist/sipgate, so that there is one class of errors. */
const oneDoor = {
  name: 'one door',
  setup({ onResolve }) {
    onResolve({ filter: /\/sipgate\/index$/ }, () => ({ path: '../sipgate/index', external: true }));
    // the telephone of the editor loads it when the first call is placed
    onResolve({ filter: /\/simulator\/index$/ }, () => ({ path: '../simulator/index', external: true }));
  },
};

/** Bundled libraries are files of their own, so that Node-RED does not read them when it starts. */
const librariesApart = {
  name: 'libraries apart',
  setup({ onResolve }) {
    onResolve({ filter: /^[^.]/ }, ({ path }) => {
      const library = bundledLibrary(path);
      return library && { path: `../libraries/${library.name}`, external: true };
    });
  },
};

rmSync(join(root, 'dist'), { recursive: true, force: true });
try {
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.json')], { stdio: 'inherit' });
} catch {
  process.exit(1);
}
copyInto('nodes', 'dist/nodes', (name) => name.endsWith('.html'));
copyInto('icons', 'dist/nodes/icons');
copyInto('locales', 'dist/nodes/locales');
await buildPage(join(root, 'dist/simulator/public'));
await buildEditor(root);
await bundle();
await bundleLibraries();

/**
 * Node-RED starts sooner with two files than with eighty: sipgate/ becomes dist/sipgate/index.js, and all nodes become
 * one file of which each node's own file takes its part. The simulator takes less of a disk as two. The price: the modules that tsc wrote beside them do not run,
 * and so are not packed.
 */
async function bundle() {
  const { 'node-red': nodeRed } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const scripts = [...Object.values(nodeRed.plugins), ...Object.values(nodeRed.nodes)];
  const nodes = scripts.filter((path) => path.endsWith('.js')).map((path) => basename(path, '.js'));
  const common = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', packages: 'external' };
  await build({
    ...common,
    entryPoints: [join(root, 'sipgate/index.ts')],
    plugins: [librariesApart],
    outfile: join(root, 'dist/sipgate/index.js'),
    allowOverwrite: true,
  });
  await build({
    ...common,
    stdin: {
      contents: nodes.map((node) => `exports['${node}'] = require('./${node}');`).join('\n'),
      resolveDir: join(root, 'nodes'),
    },
    plugins: [oneDoor, librariesApart],
    outfile: join(root, 'dist/nodes/nodes.js'),
  });
  for (const file of ['index', 'cli']) {
    await build({
      ...common,
      entryPoints: [join(root, `simulator/${file}.ts`)],
      plugins: [librariesApart],
      // the command has all of it once more
      minify: file === 'cli',
      outfile: join(root, `dist/simulator/${file}.js`),
      allowOverwrite: true,
    });
  }
  for (const node of nodes)
    writeFileSync(
      join(root, 'dist/nodes', `${node}.js`),
      `module.exports = require('./nodes')['${node}'];\n`,
    );
}

/** One file for each, and what its licences (of code and data) want to be told. */
async function bundleLibraries() {
  const notices = [];
  for (const { name, entry, define = {} } of BUNDLED) {
    await build({
      entryPoints: [entry],
      define,
      absWorkingDir: root,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      minify: true,
      outfile: join(root, 'dist/libraries', `${name}.js`),
    });
    notices.push(noticeOf(name));
  }
  writeFileSync(join(root, 'dist/NOTICES.txt'), notices.join('\n'));
}

function noticeOf(name) {
  const folder = join(root, 'node_modules', name);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const licences = readdirSync(folder).filter((file) => /^licen[cs]e/i.test(file));
  if (licences.length === 0) throw new Error(`build: ${name} has no licence to pack`);
  const texts = licences.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`This package contains ${name} ${version}:`, ...texts, ''].join('\n\n');
}

function copyInto(from, to, wanted = () => true) {
  if (!existsSync(join(root, from))) throw new Error(`build: ${from} is missing`);
  mkdirSync(join(root, to), { recursive: true });
  for (const name of readdirSync(join(root, from)).filter(wanted)) {
    cpSync(join(root, from, name), join(root, to, name), { recursive: true });
  }
}
