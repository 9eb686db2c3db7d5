// Mocha's usual report, and at its end the counts, and what failed, in the file that TEST_COUNTS names: scripts/test.mjs
// adds them up, and names each failure once more at its end, where it is found even in a log that was cut.
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failed = [];
    runner.on(Runner.constants.EVENT_TEST_FAIL, (test, error) => {
      failed.push({ file: test.file, title: test.fullTitle(), reason: error.stack ?? String(error.message) });
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      writeFileSync(process.env.TEST_COUNTS, JSON.stringify({ passes, failures, pending, failed }));
    });
  }
};
