// Starts Node-RED in a process of its own: for the demo, the benchmark and the tests. On loopback, on a free port, with
// a throw-away user directory; is there when its flows run and it listens; ends surely.
const { spawn } = require('node:child_process');
const { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } = require('node:fs');
const { connect, createServer } = require('node:net');
const { tmpdir } = require('node:os');
const { dirname, join } = require('node:path');

/** The root of this project, for `packRoot`. */
const PROJECT = dirname(__dirname);
const END_WITH_PARENT = join(PROJECT, 'scripts/end-with-parent.cjs');
const START_LIMIT_MS = 90_000;
/** What Node-RED needs to close its nodes, and more: then it is killed. */
const STOP_LIMIT_MS = 20_000;
const POLL_MS = 5;
/** A port of a webhook opens at once, or not at all. */
const PORT_LIMIT_MS = 2000;
/** A port that was free may be taken when Node-RED asks for it. */
const MOST_STARTS = 3;
/**
 * Each process takes ports from a block of its own, so that those that run side by side take none from each other between
 * the look and the use. All are below those that the system gives to outgoing connections, and above 10080, which browsers
 * refuse.
 */
const FIRST_PORT = 10_100;
const PORT_BLOCKS = 110;
const PORTS_IN_BLOCK = 200;
let portsTried = 0;
/** @type {Promise<number> | undefined} */
let block;
/** So much of what was printed is kept, in characters. */
const MOST_LOG = 1_000_000;

/**
 * @typedef {object} NodeRedOptions
 * @property {readonly object[]} [flows] the content of the flow file
 * @property {Readonly<Record<string, unknown>>} [settings] more of settings.js, as JSON
 * @property {string} [settingsSource] more of settings.js, as the source of an object: what JSON cannot say
 * @property {string} [packRoot] where the pack's package.json is: it is linked into the user directory; none: without the pack
 * @property {string} [userDir] one that is there already; it is kept at the end
 * @property {number} [port] instead of a free one
 * @property {number} [wishedPort] if it is free, else another one
 * @property {string} [program] `red.js` of another Node-RED than the dev dependency
 * @property {string} [node] another Node.js than this one
 * @property {readonly string[]} [nodeOptions] of Node.js, e.g. `['--expose-gc', '-r', file]`
 * @property {Readonly<Record<string, string>>} [env] more of the environment
 * @property {(stop: () => Promise<void>) => void} [onSpawn] gets what ends it also while it starts
 */

/**
 * @typedef {object} NodeRedProcess
 * @property {string} url `http://127.0.0.1:PORT`, without a closing slash
 * @property {number} port
 * @property {string} userDir
 * @property {number} startMs from the spawn until flows run and it listens
 * @property {import('node:child_process').ChildProcess} child with an IPC channel, for what `nodeOptions` has preloaded
 * @property {Promise<{ code: number | null, signal: string | null }>} ended when the process is gone
 * @property {() => string} log what it has printed so far
 * @property {() => boolean} isAlive
 * @property {(flows: readonly object[], type?: 'full' | 'nodes' | 'flows') => Promise<void>} deploy through the editor's API
 * @property {() => Promise<void>} stop ends it as systemd does, and removes its user directory
 */

/**
 * Starts Node-RED and resolves when its flows run and it listens.
 * @param {NodeRedOptions} [options]
 * @returns {Promise<NodeRedProcess>}
 * @throws when it ends, or does not start in 90 s, with what it has printed
 */
async function startNodeRed(options = {}) {
  for (let start = 1; ; start += 1) {
    try {
      // what was free a moment ago has gone to somebody else: then it is not wished for again
      return await startOnce(start === 1 ? options : { ...options, wishedPort: undefined });
    } catch (error) {
      const isTaken = /port in use|EADDRINUSE/i.test(String(error)) && options.port === undefined;
      if (!isTaken || start === MOST_STARTS) throw error;
    }
  }
}

/** @param {NodeRedOptions} options @returns {Promise<NodeRedProcess>} */
async function startOnce(options) {
  const port = options.port ?? (await freePort(options.wishedPort));
  const userDir = options.userDir ?? mkdtempSync(join(tmpdir(), 'sipgate-node-red-'));
  const begunAt = performance.now();
  const child = spawnNodeRed(options, userDir, port);
  const log = collectOutput(child);
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const stop = async () => {
    await endProcess(child, ended);
    process.off('exit', killWithUs);
    if (options.userDir === undefined) rmSync(userDir, { recursive: true, force: true });
  };
  options.onSpawn?.(stop);
  try {
    await started(port, log, isAlive);
    await portsListen(options.flows ?? []);
  } catch (error) {
    await stop();
    throw error;
  }
  const url = `http://127.0.0.1:${port}`;
  const startMs = performance.now() - begunAt;
  const adminUrl = url + (options.settings?.httpAdminRoot ?? '');
  const deploy = (flows, type = 'full') => deployTo(adminUrl, flows, type, log);
  return { url, port, userDir, startMs, child, ended, log, isAlive, deploy, stop };
}

/** @param {NodeRedOptions} options */
function spawnNodeRed(options, userDir, port) {
  const { node = process.execPath, program = require.resolve('node-red/red.js'), nodeOptions = [] } = options;
  writeUserDir(options, userDir, port);
  return spawn(node, ['-r', END_WITH_PARENT, ...nodeOptions, program, '-u', userDir], {
    cwd: userDir,
    // English, for what is looked for in the log
    env: { ...process.env, LANG: 'en_US.UTF-8', NODE_OPTIONS: '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

/** @param {NodeRedOptions} options */
function writeUserDir({ flows = [], settings = {}, settingsSource = '{}', packRoot }, userDir, port) {
  const all = {
    uiHost: '127.0.0.1',
    uiPort: port,
    flowFile: 'flows.json',
    credentialSecret: 'only for a throw-away Node-RED',
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, palette: { catalogues: [] }, projects: {} }, // `enabled: false` would be a warning
    externalModules: { palette: { allowInstall: false }, modules: { allowInstall: false } },
    ...settings,
  };
  writeFileSync(
    join(userDir, 'settings.js'),
    `module.exports = { ...${JSON.stringify(all)}, ...${settingsSource} };\n`,
  );
  writeFileSync(join(userDir, 'flows.json'), JSON.stringify(flows));
  if (packRoot !== undefined) linkPack(userDir, packRoot);
}

/** As `npm install FOLDER` does it. */
function linkPack(userDir, packRoot) {
  const { name } = require(join(packRoot, 'package.json'));
  const manifest = { name: 'node-red-project', private: true, dependencies: { [name]: '*' } };
  writeFileSync(join(userDir, 'package.json'), JSON.stringify(manifest));
  mkdirSync(dirname(join(userDir, 'node_modules', name)), { recursive: true });
  const link = join(userDir, 'node_modules', name);
  // there from an earlier start with this user directory
  if (!existsSync(link)) symlinkSync(packRoot, link, 'junction');
}

/**
 * Node-RED cannot tell which port it got when asked for 0, so a free one is looked up first.
 * @param {number} [wished] this one if it is free
 * @returns {Promise<number>} a port on 127.0.0.1 that was free a moment ago
 */
async function freePort(wished) {
  if (wished !== undefined && (await isFree(wished))) return wished;
  block ??= claimBlock();
  const own = await block;
  for (let count = 1; count < PORTS_IN_BLOCK; count += 1) {
    portsTried += 1;
    const port = own + 1 + (portsTried % (PORTS_IN_BLOCK - 1));
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${own} to ${own + PORTS_IN_BLOCK - 1} is free`);
}

/**
 * Two processes whose ids lie a multiple of the blocks apart would share one: who has it holds its first port to the end.
 * @returns {Promise<number>} the first port of a block that is this process's alone
 */
async function claimBlock() {
  for (let count = 0; count < PORT_BLOCKS; count += 1) {
    const first = FIRST_PORT + ((process.pid + count) % PORT_BLOCKS) * PORTS_IN_BLOCK;
    const server = createServer().unref();
    const isMine = await new Promise((resolve) => {
      server.once('error', () => resolve(false)).listen(first, '127.0.0.1', () => resolve(true));
    });
    if (isMine) return first;
  }
  throw new Error('all blocks of ports are taken');
}

/** @param {number} port @returns {Promise<boolean>} */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** @param {import('node:child_process').ChildProcess} child @returns {() => string} */
function collectOutput(child) {
  let text = '';
  const add = (/** @type {Buffer} */ chunk) => (text = (text + chunk.toString()).slice(-MOST_LOG));
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  child.on('error', (error) => (text += `\n${error.message}`));
  return () => text;
}

/** Node-RED may start the flows a moment before it listens. */
async function started(port, log, isAlive) {
  const until = performance.now() + START_LIMIT_MS;
  while (!log().includes('Started flows') || !(await isListening(port))) {
    if (!isAlive() || performance.now() > until) throw new Error(`Node-RED did not start:\n${log()}`);
    await pause(POLL_MS);
  }
}

/** @param {number} port @returns {Promise<boolean>} whether something listens there */
function isListening(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}

/**
 * Node-RED says that its flows have started a moment before the ports that they opened listen: on a busy machine a first
 * caller would be refused. One that does not listen in 2 s may be meant so.
 */
async function portsListen(flows) {
  const isOpened = ({ type, server, port, d }) =>
    /^sipgate-(webhook|ai-flow)$/.test(type) && server === 'port' && port > 0 && port < 65_536 && !d;
  for (const { host, port } of flows.filter(isOpened)) {
    const until = performance.now() + PORT_LIMIT_MS;
    while (!(await isListening(port, host || '127.0.0.1')) && performance.now() < until) await pause(POLL_MS);
  }
}

/** Node-RED answers before the flows run again, so its log is asked. */
async function deployTo(adminUrl, flows, type, log) {
  const starts = () => log().match(/Started (modified )?(flows|nodes)/g)?.length ?? 0;
  const before = starts();
  const response = await fetch(`${adminUrl}/flows`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Node-RED-Deployment-Type': type },
    body: JSON.stringify(flows),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`Node-RED refused the flows: HTTP ${response.status} ${answer}`);
  const until = performance.now() + START_LIMIT_MS;
  while (starts() === before) {
    if (performance.now() > until) throw new Error(`The flows do not run again:\n${log()}`);
    await pause(POLL_MS);
  }
  await portsListen(flows);
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function endProcess(child, ended) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(force);
}

module.exports = { PROJECT, freePort, startNodeRed };
