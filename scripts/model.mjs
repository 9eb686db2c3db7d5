// npm run test:model: the model-based tests with 10,000 runs instead of the 300 of npm test; MODEL_RUNS sets another number.
// A failure prints seed and path: fast-check plays it again with `{ seed, path }`.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const RUNS = process.env.MODEL_RUNS ?? '10000';
/** For all runs of one test together. */
const LONGEST_TEST_MS = 30 * 60_000;

const specs = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.spec.ts'))
  .map((name) => join('test', name))
  .filter((file) => /MODEL_RUNS|model-runs/.test(readFileSync(file, 'utf8')));
if (specs.length === 0) {
  console.error('There is no spec that reads MODEL_RUNS or imports model-runs.');
  process.exit(1);
}
console.log(`${RUNS} runs of each model in ${specs.length} specs`);
const mocha = [
  '--parallel',
  '--jobs',
  '2',
  '--timeout',
  String(LONGEST_TEST_MS),
  ...specs,
  ...process.argv.slice(2),
];
const { status } = spawnSync('npx', ['--no-install', 'mocha', ...mocha], {
  stdio: 'inherit',
  env: { ...process.env, MODEL_RUNS: RUNS },
});
process.exitCode = status ?? 1;
