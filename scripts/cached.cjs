// Programs that are too heavy for a dev dependency, or that only some machines need: installed once below .cache/.
const { execFileSync } = require('node:child_process');
const { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const CACHE = join(dirname(__dirname), '.cache');
const LONGEST_MS = 300_000;
// no install script is needed by any of them, and a Node.js for another program is no reason to refuse
const OPTIONS = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--engine-strict=false'];

/**
 * Two runs may do it at the same time: each works in a folder of its own, and the first to end gives it its name.
 * @param {string} name of the folder
 * @param {readonly string[]} packages as npm takes them
 * @returns {string} the folder that holds their node_modules
 */
function cached(name, packages) {
  const home = join(CACHE, name);
  if (existsSync(home)) return home;
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(`${home}-`);
  try {
    writeFileSync(join(work, 'package.json'), '{ "private": true }');
    execFileSync('npm', ['install', ...packages, ...OPTIONS], {
      cwd: work,
      env: withoutNpm(process.env),
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: LONGEST_MS,
    });
    renameSync(work, home);
  } catch (error) {
    if (!existsSync(home)) throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return home;
}

/**
 * Some programs refuse to start with less than Node.js 22.9.
 * @returns {string} this Node.js if it is new enough, else a Node.js 22
 */
function node22() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 9)) return process.execPath;
  // the package `node` fetches the one for this machine in an install script; this takes it by its own name
  const name = `node-${process.platform}-${process.arch}`;
  return join(cached('node-22', [`${name}@22`]), 'node_modules', name, 'bin/node');
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv} without what npm sets for its scripts: that would turn a nested npm to this project
 */
function withoutNpm(env) {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(npm_|INIT_CWD|NODE_OPTIONS)/.test(name)),
  );
}

module.exports = { cached, node22, withoutNpm };
