import {
  exitCodeOf,
  junitOf,
  lineOf,
  summaryOf,
  type ReportedTest,
} from '../../../simulator/call-test/report';

const PASSED: ReportedTest = { name: 'one', file: 'a.json', ms: 12.4, result: { kind: 'passed' } };
const FAILED: ReportedTest = {
  name: 'two\u001b[31m',
  file: 'b<&>".json',
  ms: 1500,
  result: {
    kind: 'failed',
    step: 2,
    failure: { kind: 'differs', field: 'numbers', expected: '+4930123', got: 'nothing' },
  },
};
const NOT_RUN: ReportedTest = {
  name: 'c.json',
  file: 'c.json',
  ms: 0,
  result: { kind: 'notRun', reason: 'it must be JSON' },
};

describe('The report of call tests', () => {
  it('has a line for each, which cannot steer the terminal', () => {
    lineOf(PASSED).should.equal('passed   one (12 ms)');
    lineOf(FAILED).should.equal('FAILED   two\\u001b[31m: step 2: expected numbers +4930123, got nothing');
    lineOf(NOT_RUN).should.equal('NOT RUN  c.json: it must be JSON');
  });

  it('counts, and ends with 0, 1 or 2', () => {
    summaryOf([PASSED, FAILED, NOT_RUN]).should.equal('1 passed, 1 failed, 1 not run');
    summaryOf([PASSED]).should.equal('1 passed, 0 failed');
    exitCodeOf([PASSED]).should.equal(0);
    exitCodeOf([PASSED, FAILED]).should.equal(1);
    exitCodeOf([FAILED, NOT_RUN]).should.equal(2);
  });

  it('is written as JUnit’s XML, with escaped texts', () => {
    junitOf([PASSED, FAILED, NOT_RUN]).should.equal(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites tests="3" failures="1" errors="1">',
        '<testsuite name="sipgate call tests" tests="3" failures="1" errors="1">',
        '<testcase name="one" classname="a.json" time="0.012"/>',
        '<testcase name="two\\u001b[31m" classname="b&lt;&amp;&gt;&quot;.json" time="1.500"><failure message="step 2: expected numbers +4930123, got nothing"/></testcase>',
        '<testcase name="c.json" classname="c.json" time="0.000"><error message="it must be JSON"/></testcase>',
        '</testsuite>',
        '</testsuites>',
        '',
      ].join('\n'),
    );
  });

  it('is XML also where a name holds what XML does not know', () => {
    junitOf([{ ...PASSED, name: 'a\uFFFE\uFFFF\u0000]]>' }]).should.containEql(
      '<testcase name="a\uFFFD\uFFFD\\u0000]]&gt;" ',
    );
  });
});
