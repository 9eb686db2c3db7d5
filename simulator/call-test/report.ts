import { printable } from '../printable';
import type { TestResult } from './run-test';

/** A test that was run, or could not be. */
export interface ReportedTest {
  /** Of the test, or of its file where it has none. */
  readonly name: string;
  readonly file: string;
  readonly result: TestResult;
  readonly ms: number;
}

/** @returns one line for a test; for one that failed also the step, what was expected and what came */
export function lineOf({ name, result, ms }: ReportedTest): string {
  const time = `(${Math.round(ms)} ms)`;
  if (result.kind === 'passed') return printable(`passed   ${name} ${time}`);
  return printable(`${result.kind === 'failed' ? 'FAILED ' : 'NOT RUN'}  ${name}: ${reasonOf(result)}`);
}

/** @returns the last line of a run */
export function summaryOf(tests: readonly ReportedTest[]): string {
  const count = (kind: TestResult['kind']) => tests.filter(({ result }) => result.kind === kind).length;
  const notRun = count('notRun');
  return `${count('passed')} passed, ${count('failed')} failed${notRun === 0 ? '' : `, ${notRun} not run`}`;
}

/** @returns 0 when all have passed, 1 when one failed, 2 when one could not be run */
export function exitCodeOf(tests: readonly ReportedTest[]): number {
  if (tests.some(({ result }) => result.kind === 'notRun')) return 2;
  return tests.some(({ result }) => result.kind === 'failed') ? 1 : 0;
}

/** @returns the report as programs of continuous integration read it (JUnit's XML) */
export function junitOf(tests: readonly ReportedTest[]): string {
  const failures = tests.filter(({ result }) => result.kind === 'failed').length;
  const errors = tests.filter(({ result }) => result.kind === 'notRun').length;
  const counts = `tests="${tests.length}" failures="${failures}" errors="${errors}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `<testsuite name="sipgate call tests" ${counts}>`,
    ...tests.map(junitCase),
    '</testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function junitCase({ name, file, result, ms }: ReportedTest): string {
  const head = `<testcase name="${escaped(name)}" classname="${escaped(file)}" time="${(ms / 1000).toFixed(3)}"`;
  if (result.kind === 'passed') return `${head}/>`;
  const element = result.kind === 'failed' ? 'failure' : 'error';
  return `${head}><${element} message="${escaped(reasonOf(result))}"/></testcase>`;
}

function reasonOf(result: Exclude<TestResult, { kind: 'passed' }>): string {
  if (result.kind === 'notRun') return result.reason;
  const { failure } = result;
  const what = failure.kind === 'differs' ? `${failure.field} ` : '';
  return `step ${result.step}: expected ${what}${failure.expected}, got ${failure.got}`;
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return printable(text)
    .replace(/[\uFFFE\uFFFF]/g, '\uFFFD') // XML knows no such characters
    .replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
