// npm test: builds, checks and runs every suite, goes on after a failure so that one run shows all of them, and ends
// with one line that sums up what mocha has counted. A test that is skipped is a failure.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/**
 * The stages run one after the other; within a stage, the lanes run beside each other. The fast tests need the whole
 * machine. The lanes of the second stage take about as long as each other; the checks have so low a priority that they take
 * only what is left.
 */
const STAGES = [
  [['test:fast']],
  [
    ['test:browser', 'typecheck:others', 'lint'],
    ['test:reliability', 'test:package'],
  ],
];
/** They may take longer than what runs beside them. The build has checked the types of what is shipped. */
const UNHURRIED = ['typecheck:others', 'lint'];
/** A script that takes longer hangs: it is ended, what it has printed is shown, and it has failed. */
const LONGEST_MS = 900_000;
/** Characters of a failure's reason that are shown once more at the end. */
const LONGEST_REASON = 1500;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const folder = mkdtempSync(join(tmpdir(), 'sipgate-counts-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
/** What runs now; each is `{ script, child, printed }`. */
const running = new Set();
for (const signal of SIGNALS) process.on(signal, () => breakOff(signal));
const startedAt = performance.now();

if (!(await run('build')).isGood) {
  console.log('\nThe build failed, so nothing was tested.');
  process.exit(1);
}
const results = [];
for (const lanes of STAGES) await Promise.all(lanes.map(runLane));
const failed = results.filter(({ isGood }) => !isGood).map(({ script }) => script);
for (const { file, title, reason } of results.flatMap((result) => result.failed ?? [])) {
  console.log(
    `\nFailed: ${title}\n  in ${file ? relative('.', file) : 'a file that is not known'}\n  ${reason.slice(0, LONGEST_REASON)}`,
  );
}
if (failed.length > 0) console.log(`\nNot good: ${failed.join(', ')}`);
console.log(`\nAll of it took ${secondsSince(startedAt)} s.`);
console.log(`${sum('passes')} passed, ${sum('failures')} failed, ${sum('pending')} skipped`);
process.exit(failed.length > 0 ? 1 : 0);

async function runLane(scripts) {
  for (const script of scripts) results.push(await (script.startsWith('test:') ? runSuite : run)(script));
}

/** A suite that dies before its end leaves no counts: that is a failure, too. */
async function runSuite(suite) {
  const file = join(folder, `${suite.replace(':', '-')}.json`);
  const options = ['--reporter', 'scripts/count-reporter.cjs', '--forbid-only'];
  const { isGood } = await run(suite, options, { TEST_COUNTS: file, RELIABILITY: 'short' });
  if (!existsSync(file)) return { script: suite, isGood: false, passes: 0, failures: 1, pending: 0 };
  return { script: suite, isGood, ...JSON.parse(readFileSync(file, 'utf8')) };
}

/** Runs an npm script, and shows as one piece what it has printed when it has ended: others may run beside it. */
async function run(script, options = [], env = {}) {
  const begunAt = performance.now();
  const separator = options.length > 0 ? ['--'] : [];
  const child = spawn('npm', ['run', '--silent', script, ...separator, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    detached: true, // a group of its own, so that all of it can be ended
  });
  if (UNHURRIED.includes(script) && child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const job = { script, child, printed: '' };
  running.add(job);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (job.printed += text));
  }
  const limit = setTimeout(() => endGroup(job, 'SIGKILL'), LONGEST_MS);
  const isGood = await new Promise((resolve) => {
    child.on('error', (error) => {
      job.printed += `${error.message}\n`;
      resolve(false);
    });
    child.on('close', (code) => resolve(code === 0));
  });
  clearTimeout(limit);
  running.delete(job);
  process.stdout.write(job.printed);
  console.log(`${script}: ${isGood ? 'good' : 'FAILED'} (${secondsSince(begunAt)} s)\n`);
  return { script, isGood };
}

/** Ends all that runs, and shows what it has printed so far. */
function breakOff(signal) {
  for (const job of running) {
    endGroup(job, signal);
    process.stdout.write(`${job.printed}${job.script}: broken off\n\n`);
  }
  process.exit(1);
}

function endGroup({ child }, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // it has ended by itself
  }
}

function sum(count) {
  return results.reduce((total, result) => total + (result[count] ?? 0), 0);
}

function secondsSince(begunAt) {
  return Math.round((performance.now() - begunAt) / 1000);
}
