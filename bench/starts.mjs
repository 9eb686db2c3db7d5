// What the pack costs a Node-RED that does nothing: time until it runs, and memory.
import { createTask, packFlow } from './contenders.mjs';
import { lowerQuartile, median, table, verdict } from './figures.mjs';
import { freePort, startNodeRed } from './server.mjs';

const MOST_START_MS = 50;
const MOST_MEMORY_MIB = 10;
const MIB = 1024 * 1024;
/** Until a Node-RED that has just started has done what it puts off. */
const SETTLE_MS = 1000;

/** @param effort starts: how many of each */
export async function compareStarts({ starts }) {
  const task = createTask();
  const times = { with: [], without: [] };
  const cpu = { with: [], without: [] };
  for (let round = 0; round <= starts; round += 1) {
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

/** @param effort starts: half of them */
export async function compareMemory({ starts }) {
  const task = createTask();
  const rss = { with: [], without: [] };
  const heap = { with: [], without: [] };
  for (let round = 0; round < Math.ceil(starts / 2); round += 1) {
    for (const kind of ['without', 'with']) {
      const server = await startNodeRedFor(kind, task);
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      const memory = await server.ask('memory');
      await server.stop();
      rss[kind].push(memory.rss / MIB);
      heap[kind].push(memory.heapUsed / MIB);
    }
  }
  printDifference('Idle memory of the process (RSS), MiB', rss, MOST_MEMORY_MIB);
  printDifference('Idle heap after a collection, MiB', heap, MOST_MEMORY_MIB);
}

/** With the pack a webhook is deployed, too: both count. */
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
  const text = `${title}: ${difference.toFixed(1)} more with the pack, at most ${most}`;
  console.log(`at most ${most} in the median: ${verdict(difference <= most, text)}`);
}
