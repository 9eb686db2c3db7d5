// Builds dist/: TypeScript first, then the assets that Node-RED looks for beside each node's js file
// (its loader reads icons/ and locales/ only there). Stops at the first failure.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

rmSync(join(root, 'dist'), { recursive: true, force: true });
try {
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.json')], { stdio: 'inherit' });
} catch {
  process.exit(1);
}
copyInto('nodes', 'dist/nodes', (name) => name.endsWith('.html'));
copyInto('icons', 'dist/nodes/icons');
copyInto('locales', 'dist/nodes/locales');
copyInto('simulator/page', 'dist/simulator/page');

function copyInto(from, to, wanted = () => true) {
  if (!existsSync(join(root, from))) throw new Error(`build: ${from} is missing`);
  mkdirSync(join(root, to), { recursive: true });
  for (const name of readdirSync(join(root, from)).filter(wanted)) {
    cpSync(join(root, from, name), join(root, to, name), { recursive: true });
  }
}
