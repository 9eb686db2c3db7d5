// npm test: builds, checks and runs every suite, goes on after a failure so that one run shows all of them, and ends
// with one line that sums up what mocha has counted. A test that is skipped is a failure.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHECKS = ['lint', 'typecheck:others'];
const SUITES = ['test:fast', 'test:package', 'test:reliability', 'test:browser'];

const folder = mkdtempSync(join(tmpdir(), 'sipgate-counts-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const startedAt = performance.now();

if (!(await run('build'))) {
  console.log('\nThe build failed, so nothing was tested.');
  process.exit(1);
}
// each of them keeps one core busy
const checks = await Promise.all(
  CHECKS.map(async (check) => ({ name: check, isGood: await runQuietly(check) })),
);
const suites = [];
for (const suite of SUITES) suites.push({ name: suite, ...(await runSuite(suite)) });
const failed = [...checks, ...suites].filter(({ isGood }) => !isGood).map(({ name }) => name);
if (failed.length > 0) console.log(`\nNot good: ${failed.join(', ')}`);
console.log(`\nAll of it took ${secondsSince(startedAt)} s.`);
console.log(`${sum('passes')} passed, ${sum('failures')} failed, ${sum('pending')} skipped`);
process.exit(failed.length > 0 ? 1 : 0);

/** Shows what the script prints while it runs. @returns whether it went well */
async function run(script, options = [], env = {}) {
  const begunAt = performance.now();
  const { isGood } = await npmRun(script, options, env, 'inherit');
  report(script, isGood, begunAt);
  return isGood;
}

/** Shows what the script has printed when it has ended: for two at a time. */
async function runQuietly(script) {
  const begunAt = performance.now();
  const { isGood, printed } = await npmRun(script, [], {}, 'pipe');
  process.stdout.write(printed);
  report(script, isGood, begunAt);
  return isGood;
}

/** A suite that dies before its end leaves no counts: that is a failure, too. */
async function runSuite(suite) {
  const file = join(folder, `${suite.replace(':', '-')}.json`);
  const options = ['--reporter', 'scripts/count-reporter.cjs', '--forbid-only'];
  const isGood = await run(suite, options, { TEST_COUNTS: file, RELIABILITY: 'short' });
  if (!existsSync(file)) return { isGood: false, passes: 0, failures: 1, pending: 0 };
  return { isGood, ...JSON.parse(readFileSync(file, 'utf8')) };
}

/** @returns whether the script ended with 0, and what it has printed where that is not shown at once */
function npmRun(script, options, env, output) {
  const separator = options.length > 0 ? ['--'] : [];
  const child = spawn('npm', ['run', '--silent', script, ...separator, ...options], {
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (printed += chunk));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ isGood: false, printed: error.message }));
    child.on('close', (code) => resolve({ isGood: code === 0, printed }));
  });
}

function report(script, isGood, begunAt) {
  console.log(`${script}: ${isGood ? 'good' : 'FAILED'} (${secondsSince(begunAt)} s)\n`);
}

function sum(count) {
  return suites.reduce((total, suite) => total + suite[count], 0);
}

function secondsSince(begunAt) {
  return Math.round((performance.now() - begunAt) / 1000);
}
