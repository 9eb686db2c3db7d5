// npm run bench: compares this pack with its peers in one run and prints ratios; needs dist/, which the script builds.
// The rounds are interleaved and every ratio is taken within a round, so that a busy machine disturbs both sides alike.
import { execFileSync, fork } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  BARE,
  CONTENDERS,
  createTask,
  EXPECTED,
  LOADS,
  ON_NODE_RED,
  ON_PORT,
  packFlow,
  requestTo,
  TARGETS,
} from './contenders.mjs';
import { compareContacts } from './contacts.mjs';
import { lowerQuartile, median, table } from './figures.mjs';
import { costOfFunctions } from './profile.mjs';
import { freePort, hasPeers, startNodeRed } from './server.mjs';

const HELP = `npm run bench -- [options]

  --quick          fewer and shorter rounds: a first impression
  --only PART      calls (throughput), start (start-up time), memory, contacts (files of an address book);
                   may be given several times
  --profile WHOM   a CPU profile of "node-red" or "port" (this pack on that server) or "bare" instead, by function
  --load N         connections for --profile (default 64)
`;
const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: ['calls', 'start', 'memory', 'contacts'] },
    profile: { type: 'string' },
    load: { type: 'string', default: '64' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const EFFORT = options.quick
  ? { rounds: 3, roundMs: 600, warmUpMs: 3000, starts: 3, contactRounds: 2 }
  : { rounds: 9, roundMs: 1500, warmUpMs: 8000, starts: 15, contactRounds: 5 };
const MOST_START_MS = 50;
const MOST_MEMORY_MIB = 10;

if (options.help) console.log(HELP);
else if (options.profile) await profileOne(options.profile, Number(options.load));
else await compare();

async function compare() {
  console.log(`Node.js ${process.versions.node}, ${availableParallelism()} cores, ${cpus()[0]?.model}`);
  if (options.only.includes('calls')) await compareCalls();
  if (options.only.includes('start')) await compareStarts();
  if (options.only.includes('memory')) await compareMemory();
  if (options.only.includes('contacts')) {
    installPeers();
    await compareContacts(EFFORT.contactRounds);
  }
}

// ---- calls ----

async function compareCalls() {
  installPeers();
  const task = createTask();
  const load = startLoad();
  const servers = {};
  try {
    for (const [name, startServer] of Object.entries(CONTENDERS)) servers[name] = await startServer(task);
    for (const server of Object.values(servers)) await load.run(server.port, task, 10, EFFORT.warmUpMs);
    await askAll(servers, 'touched');
    const { rates, costs } = await measure(load, servers, task);
    printRates(rates);
    printCosts(costs);
    printTargets(rates);
    await printTouched(servers);
  } finally {
    load.stop();
    await Promise.all(Object.values(servers).map((server) => server.stop()));
  }
}

function installPeers() {
  if (hasPeers()) return;
  console.log('Installing what the benchmark compares with ...');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  execFileSync('npm', ['install', ...flags], { cwd: here, stdio: 'inherit' });
}

/**
 * @returns `rates[name][load]`, requests per second, and `costs[name][load]`, µs of processor time that the server
 *   took for each request on all its threads; one value for each round
 */
async function measure(load, servers, task) {
  const names = Object.keys(servers);
  const empty = () =>
    Object.fromEntries(names.map((name) => [name, Object.fromEntries(LOADS.map((n) => [n, []]))]));
  const [rates, costs] = [empty(), empty()];
  for (let round = 0; round < EFFORT.rounds; round += 1) {
    for (const connections of LOADS) {
      // a turn later each round: nobody always comes after the same neighbour
      const order = names.map((_, index) => names[(index + round) % names.length]);
      for (const name of order) {
        const before = await servers[name].ask('cpu');
        const result = await load.run(servers[name].port, task, connections, EFFORT.roundMs);
        const after = await servers[name].ask('cpu');
        rates[name][connections].push((result.requests / result.elapsedMs) * 1000);
        costs[name][connections].push((total(after) - total(before)) / result.requests);
      }
    }
    process.stdout.write(`\rround ${round + 1} of ${EFFORT.rounds}`);
  }
  process.stdout.write('\r                    \r');
  return { rates, costs };
}

function total({ user, system }) {
  return user + system;
}

function printRates(rates) {
  console.log('\nRequests per second (median of all rounds), and the ratio to the bare server');
  console.log(
    'One and the same signed body is sent all the time, so the replay window of this pack is switched off.\n',
  );
  const heading = ['connections', ...LOADS.flatMap((load) => [load, 'ratio'])];
  const rows = Object.keys(rates).map((name) => [
    name,
    ...LOADS.flatMap((load) => [
      Math.round(median(rates[name][load])),
      median(ratios(rates, name, BARE, load)).toFixed(2),
    ]),
  ]);
  console.log(table([heading, ...rows]));
}

function printCosts(costs) {
  console.log(
    '\nProcessor time of the server for each request, µs, all threads (a busy machine disturbs it little)\n',
  );
  const rows = Object.keys(costs).map((name) => [
    name,
    ...LOADS.map((load) => Math.round(median(costs[name][load]))),
  ]);
  console.log(table([['connections', ...LOADS], ...rows]));
}

function printTargets(rates) {
  const rows = TARGETS.flatMap(({ of, to, atLeast }) =>
    LOADS.map((load, index) => {
      const all = ratios(rates, of, to, load);
      const ratio = median(all);
      const spread = `${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)}`;
      return [
        `${of} / ${to}`,
        load,
        atLeast[index].toFixed(2),
        ratio.toFixed(2),
        spread,
        verdict(ratio >= atLeast[index]),
      ];
    }),
  );
  console.log(`\n${table([['ratio', 'connections', 'target', 'median', 'rounds', ''], ...rows])}`);
}

function ratios(rates, of, to, load) {
  return rates[of][load].map((rate, round) => rate / rates[to][load][round]);
}

async function printTouched(servers) {
  console.log('\nDisk accesses, look-ups of names and outgoing connections while these calls were answered');
  for (const name of [ON_NODE_RED, ON_PORT]) {
    const calls = Object.entries(await servers[name].ask('touched'));
    const list = calls.map(([what, count]) => `${what} ${count} times`).join(', ') || 'none';
    console.log(`  ${name}: ${list}  ${verdict(calls.length === 0)}`);
  }
}

async function askAll(servers, question) {
  for (const server of Object.values(servers)) await server.ask(question);
}

function startLoad() {
  const child = fork(join(here, 'load.mjs'));
  return {
    run(port, task, connections, durationMs) {
      const request = requestTo(port, task).toString('base64');
      child.send({ port, request, expected: EXPECTED, connections, durationMs });
      return new Promise((resolve, reject) => {
        child.once('message', ({ result, error }) => (error ? reject(new Error(error)) : resolve(result)));
      });
    },
    stop: () => child.disconnect(),
  };
}

// ---- start-up and memory ----

async function compareStarts() {
  const task = createTask();
  const times = { with: [], without: [] };
  const cpu = { with: [], without: [] };
  for (let round = 0; round <= EFFORT.starts; round += 1) {
    for (const kind of round % 2 ? ['with', 'without'] : ['without', 'with']) {
      const server = await startNodeRedFor(kind, task);
      const { user, system } = await server.ask('cpu');
      await server.stop();
      if (round === 0) continue; // fills the file cache
      times[kind].push(server.startMs);
      cpu[kind].push((user + system) / 1000);
    }
  }
  printDifference('Start-up of Node-RED, ms', times, MOST_START_MS);
  printDifference('Processor time until then, on all threads, ms', cpu);
}

async function compareMemory() {
  const task = createTask();
  const rss = { with: [], without: [] };
  const heap = { with: [], without: [] };
  const MIB = 1024 * 1024;
  for (let round = 0; round < Math.ceil(EFFORT.starts / 2); round += 1) {
    for (const kind of ['without', 'with']) {
      const server = await startNodeRedFor(kind, task);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const memory = await server.ask('memory');
      await server.stop();
      rss[kind].push(memory.rss / MIB);
      heap[kind].push(memory.heapUsed / MIB);
    }
  }
  printDifference('Idle memory of the process (RSS), MiB', rss, MOST_MEMORY_MIB);
  printDifference('Idle heap after a collection, MiB', heap, MOST_MEMORY_MIB);
}

/** With the pack a webhook is deployed, too: both shall be paid for. */
async function startNodeRedFor(kind, task) {
  const withPack = kind === 'with';
  const flows = withPack ? packFlow(task, { server: 'node-red', publicUrl: '' }) : [];
  return startNodeRed({ port: await freePort(), withPack, flows });
}

/** The lower quartile stands beside the median: what else runs on the machine only ever adds. */
function printDifference(title, { with: withPack, without }, most) {
  const rows = [
    ['median', median],
    ['lower quartile', lowerQuartile],
  ].map(([name, pick]) => {
    const [bare, loaded] = [pick(without), pick(withPack)];
    return [name, ...[bare, loaded, loaded - bare].map((value) => value.toFixed(1))];
  });
  console.log(`\n${title} (${without.length} starts each, interleaved)`);
  console.log(table([['', 'without the pack', 'with it', 'difference'], ...rows]));
  if (most === undefined) return;
  const difference = median(withPack) - median(without);
  console.log(`at most ${most} in the median: ${verdict(difference <= most)}`);
}

function verdict(isReached) {
  return isReached ? 'reached' : 'NOT REACHED';
}

// ---- profile ----

async function profileOne(whom, connections) {
  const names = { 'node-red': ON_NODE_RED, port: ON_PORT, bare: BARE };
  const name = names[whom];
  if (name === undefined) throw new Error(`--profile takes ${Object.keys(names).join(', ')}`);
  const task = createTask();
  const load = startLoad();
  const server = await CONTENDERS[name](task);
  try {
    await load.run(server.port, task, connections, EFFORT.warmUpMs);
    await server.ask('profileStart');
    const { requests, elapsedMs, p50, p99, ownCost } = await load.run(server.port, task, connections, 5000);
    const profile = await server.ask('profileStop');
    console.log(
      `${name}, ${connections} connections: ${Math.round((requests / elapsedMs) * 1000)} requests per second`,
    );
    console.log(`latency: half of them in ${p50.toFixed(2)} ms, 99 % in ${p99.toFixed(2)} ms`);
    console.log(`the generator needs ${Math.round(ownCost)} µs of processor time for each request\n`);
    const rows = costOfFunctions(profile, requests).map(({ title, own, all }) => [
      title,
      own.toFixed(1),
      all.toFixed(1),
    ]);
    console.log(table([['µs for each request', 'own', 'with callees'], ...rows]));
  } finally {
    load.stop();
    await server.stop();
  }
}
