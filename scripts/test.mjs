// npm test: builds, checks and runs every suite, goes on after a failure so that one run shows all of them, and ends
// with one line that sums up what mocha has counted.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHECKS = ['lint', 'typecheck'];
const SUITES = ['test:fast', 'test:reliability', 'test:package', 'test:browser'];

const folder = mkdtempSync(join(tmpdir(), 'sipgate-counts-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

if (!run('build')) {
  console.log('\nThe build failed, so nothing was tested.');
  process.exit(1);
}
const failedChecks = CHECKS.filter((check) => !run(check));
const suites = SUITES.map((suite) => ({ suite, ...runSuite(suite) }));
const failed = [...failedChecks, ...suites.filter(({ isGood }) => !isGood).map(({ suite }) => suite)];
if (failed.length > 0) console.log(`\nNot good: ${failed.join(', ')}`);
console.log(`\n${sum('passes')} passed, ${sum('failures')} failed, ${sum('pending')} skipped`);
process.exit(failed.length > 0 ? 1 : 0);

function run(script, options = [], env = {}) {
  const seconds = stopwatch();
  const separator = options.length > 0 ? ['--'] : [];
  const { status } = spawnSync('npm', ['run', '--silent', script, ...separator, ...options], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  console.log(`${script}: ${status === 0 ? 'good' : 'FAILED'} (${seconds()} s)\n`);
  return status === 0;
}

/** A suite that dies before its end leaves no counts: that is a failure, too. */
function runSuite(suite) {
  const file = join(folder, `${suite.replace(':', '-')}.json`);
  const options = ['--reporter', 'scripts/count-reporter.cjs', '--forbid-only', '--fail-zero'];
  // on a desk without Chromium the editor is not tested, in CI it must be
  if (suite === 'test:browser' && process.env.CI) options.push('--forbid-pending');
  const isGood = run(suite, options, { TEST_COUNTS: file });
  if (!existsSync(file)) return { isGood: false, passes: 0, failures: 1, pending: 0 };
  return { isGood, ...JSON.parse(readFileSync(file, 'utf8')) };
}

function sum(count) {
  return suites.reduce((total, suite) => total + suite[count], 0);
}

function stopwatch() {
  const start = performance.now();
  return () => Math.round((performance.now() - start) / 1000);
}
