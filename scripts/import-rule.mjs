// An ESLint rule: which folder may import from which. The reasons stand in CONTRIBUTING.md.
// It sees every way to import: import, export from, import(), require() and import x = require().
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledLibrary } from './bundled.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const libraries = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies);

/** For each folder: why a file of it may not import something; `undefined` when it may. Goes by folder, so a new file is guarded at once. */
const FOLDERS = {
  sipgate(from, target) {
    if (target.folder !== 'sipgate') return 'sipgate/ imports no other folder.';
    if (from.path === 'sipgate/index') return undefined;
    if (target.path === 'sipgate/index') return 'index.ts is for other folders, not for sipgate/ itself.';
    const [own, other] = [groupOf(from.path), groupOf(target.path)];
    if (other === SMALL_THINGS || own === other) return undefined;
    if (other === 'client' && usesClient(own)) return undefined;
    return own === SMALL_THINGS || own === 'client'
      ? 'What all share imports nothing that stands on it.'
      : 'Areas and protocols do not import each other.';
  },
  nodes(from, target) {
    if (target.path === 'sipgate/index' && !isEditorScript(from.path)) return undefined;
    if (target.folder === 'sipgate') {
      return isEditorScript(from.path) && target.path !== 'sipgate/index'
        ? undefined
        : 'Nodes import sipgate/index and nothing else of sipgate/; scripts of the editor import single rules and not all of it.';
    }
    if (from.path.startsWith('nodes/lib/telephone/') && target.path === 'simulator/index') return undefined;
    if (target.folder !== 'nodes') return 'Nodes know only sipgate/index and their own glue.';
    const isGlue = target.path.startsWith('nodes/lib/');
    return isGlue ? undefined : 'A node never imports another node; it asks RED for its config node.';
  },
  simulator(from, target, isType) {
    if (target.folder === 'simulator') return undefined;
    if (target.path === 'sipgate/index' && isType) return undefined;
    return 'The simulator may use types of sipgate/index only: the two sides must not share one mistake.';
  },
};

/** Files that stand directly in sipgate/: errors, numbers, extensions and the like, which all may use. */
const SMALL_THINGS = 'small things';

/** Files that belong together: a folder of sipgate/, or one area. */
function groupOf(path) {
  const [, folder, area] = path.split('/');
  if (path.split('/').length === 2) return SMALL_THINGS;
  return folder === 'areas' ? `areas/${area}` : folder;
}

function usesClient(group) {
  return group === 'contacts' || group.startsWith('areas/');
}

/** It runs in the browser: the build fails where a rule it imports needs Node.js. */
function isEditorScript(path) {
  return path.endsWith('.editor') || path.startsWith('nodes/lib/editor/');
}

/** Types are gone at run time, so any package may give them; `sipgate/` is used where there is no Node-RED at all. */
function refusePackage(folder, name, isType) {
  const isHost = /^(node-red|express|@node-red\/.*)$/.test(name);
  if (isHost && folder !== 'nodes') return `${folder}/ must run without Node-RED and Express.`;
  const packageName = name.split('/', name.startsWith('@') ? 2 : 1).join('/');
  if (isType || isBuiltin(name) || libraries.includes(packageName) || bundledLibrary(name)) return undefined;
  return 'This package is not there where the pack is installed: only what package.json names in dependencies, and scripts/bundled.mjs.';
}

function place(path) {
  const plain = path.replace(/\.[jt]s$/, '');
  const isFolder = Object.keys(FOLDERS).includes(plain);
  return { path: isFolder ? `${plain}/index` : plain, folder: plain.split('/')[0] };
}

function isTypeOnly({ importKind, exportKind, specifiers = [] }) {
  const isAllTypes = specifiers.length > 0 && specifiers.every((each) => each.importKind === 'type');
  return importKind === 'type' || exportKind === 'type' || isAllTypes;
}

const imports = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = relative(root, context.filename).split(sep).join('/');
    const from = place(file);
    if (!Object.hasOwn(FOLDERS, from.folder)) return {};

    function check(node, source, isType) {
      if (typeof source?.value !== 'string') return;
      const name = source.value;
      const message = name.startsWith('.')
        ? FOLDERS[from.folder](from, place(posix.join(posix.dirname(file), name)), isType)
        : refusePackage(from.folder, name, isType);
      if (message) context.report({ node, message });
    }

    const declaration = (node) => check(node, node.source, isTypeOnly(node));
    return {
      ImportDeclaration: declaration,
      ExportNamedDeclaration: declaration,
      ExportAllDeclaration: declaration,
      ImportExpression: (node) => check(node, node.source, false),
      TSImportType: (node) => check(node, node.source ?? node.argument?.literal, true),
      TSExternalModuleReference: (node) => check(node, node.expression, false),
      'CallExpression[callee.name="require"]': (node) => check(node, node.arguments[0], false),
    };
  },
};

export default { rules: { imports } };
