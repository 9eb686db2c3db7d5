// An ESLint rule: the doors between the rooms of the house. Who may import whom, and why, stands in CONTRIBUTING.md.
// It sees every way to import: import, export from, import(), require() and import x = require().
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const libraries = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies);

/** Areas of sipgate.io: a file or a folder each. The formats belong to the contacts. */
const AREAS = {
  'contact-formats': 'contacts',
  ...Object.fromEntries(
    [
      'sms',
      'fax',
      'call',
      'call-control',
      'contacts',
      'history',
      'webhook-settings',
      'lookup',
      'webhook',
      'audio',
    ].map((area) => [area, area]),
  ),
};

/** For each room: why a file of it may not import something; `undefined` when it may. */
const ROOMS = {
  sipgate(from, target) {
    if (target.room !== 'sipgate') return 'sipgate/ imports no other room.';
    if (from.path === 'sipgate/index') return undefined;
    if (target.path === 'sipgate/index') return 'index.ts is the door for others, not for sipgate/ itself.';
    const [own, other] = [areaOf(from.path), areaOf(target.path)];
    const isOwnBusiness = other === undefined || own === other;
    return isOwnBusiness ? undefined : 'Areas do not import each other, and what all share imports no area.';
  },
  nodes(from, target) {
    if (target.path === 'sipgate/index') return undefined;
    if (target.room === 'sipgate') return 'Nodes go through the one door: sipgate/index.';
    if (target.room !== 'nodes') return 'Nodes know only sipgate/index and their own glue.';
    const isGlue = target.path.startsWith('nodes/lib/');
    return isGlue ? undefined : 'A node never imports another node; it asks RED for its config node.';
  },
  simulator(from, target, isType) {
    if (target.room === 'simulator') return undefined;
    if (target.path === 'sipgate/index' && isType) return undefined;
    return 'The simulator may use types of sipgate/index only: the two sides must not share one mistake.';
  },
};

function areaOf(path) {
  return AREAS[path.split('/')[1]];
}

/** Types are gone at run time, so any package may give them; `sipgate/` is used where there is no Node-RED at all. */
function refusePackage(room, name, isType) {
  const isHost = /^(node-red|express|@node-red\/.*)$/.test(name);
  if (isHost && room !== 'nodes') return `${room}/ must run without Node-RED and Express.`;
  const packageName = name.split('/', name.startsWith('@') ? 2 : 1).join('/');
  if (isType || isBuiltin(name) || libraries.includes(packageName)) return undefined;
  return 'This package is not there where the pack is installed: only what package.json names in dependencies.';
}

function place(path) {
  const plain = path.replace(/\.[jt]s$/, '');
  const isRoom = Object.keys(ROOMS).includes(plain);
  return { path: isRoom ? `${plain}/index` : plain, room: plain.split('/')[0] };
}

function isTypeOnly({ importKind, exportKind, specifiers = [] }) {
  const isAllTypes = specifiers.length > 0 && specifiers.every((each) => each.importKind === 'type');
  return importKind === 'type' || exportKind === 'type' || isAllTypes;
}

const doors = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = relative(root, context.filename).split(sep).join('/');
    const from = place(file);
    if (!Object.hasOwn(ROOMS, from.room)) return {};

    function check(node, source, isType) {
      if (typeof source?.value !== 'string') return;
      const name = source.value;
      const message = name.startsWith('.')
        ? ROOMS[from.room](from, place(posix.join(posix.dirname(file), name)), isType)
        : refusePackage(from.room, name, isType);
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

export default { rules: { doors } };
