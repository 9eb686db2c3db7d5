// npm run test:mutation [-- NAME..]: changes the code in thousands of small ways, one at a time, and counts how many
// changes no test notices. Prints a table by part, and every change that went unnoticed; fails below 95 %.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import cache from './cached.cjs';
import { table } from '../bench/figures.mjs';

const LEAST_SCORE = 95;
/** Model-based tests are run for each change, so each time a little. */
const MODEL_RUNS = '50';
/** A change may make a loop that never ends: the test run is given up when it takes longer than it should. */
const TIMEOUT_MS = 3000;

/** What is changed, and the specs that have to notice. Only what is there is looked at. */
const PARTS = [
  {
    name: 'ai-flow',
    files: 'sipgate/ai-flow/!(admission|endpoint|ports).ts',
    specs: ['answer', 'connections', 'event', 'limits', 'session', 'sound', 'words'].map(
      (name) => `test/sipgate/ai-flow/${name}.spec.ts`,
    ),
  },
  { name: 'webhook', files: 'sipgate/webhook/**/*.ts', specs: ['test/sipgate/webhook/**/*.spec.ts'] },
  { name: 'exchanges', files: 'sipgate/exchanges.ts', specs: ['test/sipgate/exchanges*.spec.ts'] },
  { name: 'calls', files: 'nodes/lib/calls/**/*.ts', specs: ['test/nodes/lib/calls/**/*.spec.ts'] },
  { name: 'phone-number', files: 'sipgate/*number*.ts', specs: ['test/sipgate/*number*.spec.ts'] },
  { name: 'turns', files: 'sipgate/turns.ts', specs: ['test/sipgate/turns*.spec.ts'] },
  { name: 'retry', files: 'sipgate/client/retry.ts', specs: ['test/sipgate/client/*.spec.ts'] },
  {
    name: 'spending',
    files: 'sipgate/client/spending/**/*.ts',
    specs: ['test/sipgate/client/spending/**/*.spec.ts'],
  },
  {
    name: 'cursor',
    files: 'sipgate/areas/history/cursor.ts',
    specs: ['test/sipgate/areas/history/cursor*.spec.ts'],
  },
];
const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

// Stryker wants a newer Node.js than this pack, and the shim in each of its processes
const SHIM = `--require=${join(root, 'scripts/mocha-for-stryker.cjs')}`;
if (process.env.NODE_OPTIONS === SHIM) await main();
else startAgain();

function startAgain() {
  const env = { ...process.env, NODE_OPTIONS: SHIM };
  process.exitCode = spawnSync(cache.node22(), process.argv.slice(1), { stdio: 'inherit', env }).status ?? 1;
}

async function main() {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !PARTS.some((part) => part.name === name));
  if (unknown.length > 0) {
    console.error(
      `There is no ${unknown.join(', ')}: choose of ${PARTS.map(({ name }) => name).join(', ')}.`,
    );
    process.exitCode = 2;
    return;
  }
  const parts = PARTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const rows = [];
  for (const part of parts.filter(({ files }) => existsSync(files.split(/[*{!]/)[0])))
    rows.push(await mutate(part));
  print(rows);
  if (rows.some(({ score }) => score < LEAST_SCORE)) process.exitCode = 1;
}

/** @returns counts of one part and what went unnoticed there */
async function mutate({ name, files, specs }) {
  const { Stryker } = await import('@stryker-mutator/core');
  const begunAt = performance.now();
  process.env.MODEL_RUNS = MODEL_RUNS;
  const results = await new Stryker({
    mutate: [files],
    testRunner: 'mocha',
    plugins: ['@stryker-mutator/mocha-runner'],
    mochaOptions: { config: '.mocharc.json', spec: specs },
    coverageAnalysis: 'perTest',
    concurrency: Math.min(2, availableParallelism()),
    timeoutMS: TIMEOUT_MS,
    reporters: ['progress-append-only'],
    disableTypeChecks: false,
    ignorePatterns: ['dist', 'docs', 'bench', '.cache', 'coverage'],
    tempDirName: '.stryker-tmp',
    allowConsoleColors: false,
    logLevel: 'warn',
  }).runMutationTest();
  const count = (...statuses) => results.filter(({ status }) => statuses.includes(status)).length;
  const noticed = count('Killed', 'Timeout');
  const unnoticed = results.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
  const score = (100 * noticed) / Math.max(1, noticed + unnoticed.length);
  return { name, noticed, unnoticed, score, seconds: Math.round((performance.now() - begunAt) / 1000) };
}

function print(rows) {
  for (const { unnoticed } of rows) {
    for (const { fileName, location, mutatorName, replacement, status } of unnoticed) {
      const place = `${fileName.replace(`${root}/`, '')}:${location.start.line}:${location.start.column}`;
      const how = status === 'NoCoverage' ? ' (no test comes there)' : '';
      console.log(`${place} ${mutatorName}${how}: ${replacement?.split('\n').join(' ').slice(0, 120)}`);
    }
  }
  const heading = ['part', 'changes', 'noticed', 'unnoticed', 'score', 'seconds'];
  const lines = rows.map(({ name, noticed, unnoticed, score, seconds }) => [
    name,
    noticed + unnoticed.length,
    noticed,
    unnoticed.length,
    `${score.toFixed(2)} %`,
    seconds,
  ]);
  console.log(`\n${table([heading, ...lines])}\n\nAt least ${LEAST_SCORE} % are asked for in each.`);
}
