// Loaded into Stryker: its runner for mocha looks for parts of mocha 12 under the names that they had in 11.
const Module = require('node:module');

const resolve = Module._resolveFilename;
const RENAMED = /[\\/]mocha[\\/]lib[\\/]cli[\\/](options|run-helpers|collect-files)$/;

Module._resolveFilename = function (name, ...rest) {
  return resolve.call(this, RENAMED.test(name) ? `${name}.cjs` : name, ...rest);
};
