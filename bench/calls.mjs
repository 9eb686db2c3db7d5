// Calls: how many requests a second, how long an answer takes, what it costs the processor, and what else it touches.
// The rounds are interleaved and every ratio is taken within a round, so that a busy machine disturbs both sides alike.
import {
  BARE,
  CONTENDERS,
  createTask,
  LOADS,
  MOST_P99,
  ON_NODE_RED,
  ON_PORT,
  TARGETS,
} from './contenders.mjs';
import { median, table, verdict } from './figures.mjs';
import { startLoad } from './generator.mjs';

/** @param effort rounds, roundMs, warmUpMs */
export async function compareCalls({ rounds, roundMs, warmUpMs }) {
  const task = createTask();
  const load = startLoad();
  const servers = {};
  try {
    for (const [name, startServer] of Object.entries(CONTENDERS)) servers[name] = await startServer(task);
    for (const server of Object.values(servers)) await load.run(server.port, task, 10, warmUpMs);
    for (const server of Object.values(servers)) await server.ask('touched');
    const figures = await measure(load, servers, task, { rounds, roundMs });
    printRates(figures.rate);
    printLatencies(figures);
    printCosts(figures.cost);
    printTargets(figures);
    await printTouched(servers);
  } finally {
    load.stop();
    await Promise.all(Object.values(servers).map((server) => server.stop()));
  }
}

/**
 * @returns `{ rate, cost, p50, p99 }`, each `[name][load]` with one value for each round: requests per second, µs of
 *   processor time that the server took for each request on all its threads, and ms until the answer was there
 */
async function measure(load, servers, task, { rounds, roundMs }) {
  const names = Object.keys(servers);
  const empty = () =>
    Object.fromEntries(names.map((name) => [name, Object.fromEntries(LOADS.map((n) => [n, []]))]));
  const figures = { rate: empty(), cost: empty(), p50: empty(), p99: empty() };
  for (let round = 0; round < rounds; round += 1) {
    for (const connections of LOADS) {
      // a turn later each round: nobody always comes after the same neighbour
      const order = names.map((_, index) => names[(index + round) % names.length]);
      for (const name of order) {
        const before = await servers[name].ask('cpu');
        const result = await load.run(servers[name].port, task, connections, roundMs);
        const after = await servers[name].ask('cpu');
        figures.rate[name][connections].push((result.requests / result.elapsedMs) * 1000);
        figures.cost[name][connections].push((total(after) - total(before)) / result.requests);
        figures.p50[name][connections].push(result.p50);
        figures.p99[name][connections].push(result.p99);
      }
    }
    process.stdout.write(`\rround ${round + 1} of ${rounds}`);
  }
  process.stdout.write('\r                    \r');
  return figures;
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

function printLatencies({ p50, p99 }) {
  console.log('\nms until an answer is there: half of them, and 99 of 100 (median of all rounds)\n');
  const heading = ['connections', ...LOADS.flatMap((load) => [load, '99 %'])];
  const ms = (values) => median(values).toFixed(2);
  const rows = Object.keys(p50).map((name) => [
    name,
    ...LOADS.flatMap((load) => [ms(p50[name][load]), ms(p99[name][load])]),
  ]);
  console.log(table([heading, ...rows]));
}

function printCosts(costs) {
  console.log(
    '\nProcessor time of the server for each request, µs, all threads (a busy machine disturbs it little), and its ratio\n',
  );
  const heading = ['connections', ...LOADS.flatMap((load) => [load, 'ratio'])];
  const rows = Object.keys(costs).map((name) => [
    name,
    ...LOADS.flatMap((load) => [
      Math.round(median(costs[name][load])),
      // the other way round than the rates: what the bare server takes, over what this one takes
      median(ratios(costs, BARE, name, load)).toFixed(2),
    ]),
  ]);
  console.log(table([heading, ...rows]));
}

function printTargets({ rate, p99 }) {
  const rows = TARGETS.flatMap(({ of, to, atLeast }) =>
    LOADS.map((load, index) => {
      const all = ratios(rate, of, to, load);
      const [ratio, least] = [median(all), atLeast[index]];
      const spread = `${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)}`;
      const word = verdict(ratio >= least, `${of} / ${to} at ${load}: ${ratio.toFixed(2)}, not ${least}`);
      return [`${of} / ${to}`, load, least.toFixed(2), ratio.toFixed(2), spread, word];
    }),
  );
  console.log(`\n${table([['ratio', 'connections', 'target', 'median', 'rounds', ''], ...rows])}\n`);
  for (const name of [ON_NODE_RED, ON_PORT]) {
    const ms = median(p99[name][MOST_P99.load]);
    const text = `${name}: 99 of 100 answers in ${ms.toFixed(1)} ms at ${MOST_P99.load} connections`;
    console.log(`${text}, at most ${MOST_P99.ms}: ${verdict(ms <= MOST_P99.ms, text)}`);
  }
}

function ratios(rates, of, to, load) {
  return rates[of][load].map((rate, round) => rate / rates[to][load][round]);
}

async function printTouched(servers) {
  console.log('\nDisk accesses, look-ups of names and outgoing connections while these calls were answered');
  for (const name of [ON_NODE_RED, ON_PORT]) {
    const calls = Object.entries(await servers[name].ask('touched'));
    const list = calls.map(([what, count]) => `${what} ${count} times`).join(', ') || 'none';
    console.log(`  ${name}: ${list}  ${verdict(calls.length === 0, `${name} touches nothing else`)}`);
  }
}
