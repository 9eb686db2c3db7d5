// What the telephone of the editor costs a real call while nobody uses it: processor time for each request, on a Node-RED
// without its plugin, with it, and after somebody has called with it. The rounds are interleaved.
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTask, packFlow, PATH } from './contenders.mjs';
import { median, table, verdict } from './figures.mjs';
import { startLoad } from './generator.mjs';
import { PROJECT } from '../scripts/node-red.cjs';
import { freePort, startNodeRed } from './server.mjs';

const WITHOUT = 'without its plugin';
const UNUSED = 'never used';
const USED = 'used before';
const CONNECTIONS = 10;
/** Messages of a call are followed so long after its end, and more. */
const LOOKED_AFTER_MS = 6000;
const MOST_MORE = 1.02;

/** @param effort rounds, roundMs, warmUpMs */
export async function compareTelephone({ rounds, roundMs, warmUpMs }) {
  const [task, load, bare] = [createTask(), startLoad(), packWithoutTelephone()];
  const servers = {};
  try {
    for (const [name, pack] of [
      [WITHOUT, bare],
      [UNUSED, PROJECT],
      [USED, PROJECT],
    ])
      servers[name] = await start(task, pack);
    await callOnce(servers[USED].port);
    for (const { port } of Object.values(servers)) await load.run(port, task, CONNECTIONS, warmUpMs);
    print(await measure(load, servers, task, rounds, roundMs));
  } finally {
    load.stop();
    await Promise.all(Object.values(servers).map((server) => server.stop()));
    rmSync(bare, { recursive: true });
  }
}

async function start(task, pack) {
  const port = await freePort();
  const place = { server: 'node-red', publicUrl: `http://127.0.0.1:${port}${PATH}` };
  return await startNodeRed({ port, withPack: true, flows: packFlow(task, place), pack });
}

/** @returns a folder with the pack as it is, but for what its manifest says of the telephone */
function packWithoutTelephone() {
  const folder = mkdtempSync(join(tmpdir(), 'sipgate-bench-'));
  for (const name of readdirSync(PROJECT))
    if (name !== 'package.json' && !name.startsWith('.'))
      symlinkSync(join(PROJECT, name), join(folder, name), 'junction');
  const manifest = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  delete manifest['node-red'].plugins['sipgate-telephone'];
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}

async function callOnce(port) {
  const url = `http://127.0.0.1:${port}/sipgate/telephone`;
  const { lines } = await (await fetch(`${url}/lines`)).json();
  const order = { webhook: lines[0].id, from: '+4917139200001', to: '+493023125000' };
  const { id } = await post(`${url}/calls`, order);
  await post(`${url}/calls/${id}`, { hangUp: true });
  await new Promise((resolve) => setTimeout(resolve, LOOKED_AFTER_MS));
}

async function post(url, body) {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return await answer.json();
}

/** @returns µs of processor time for each request, by server, one value for each round */
async function measure(load, servers, task, rounds, roundMs) {
  const names = Object.keys(servers);
  const costs = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names.map((_, index) => names[(index + round) % names.length])) {
      const before = await servers[name].ask('cpu');
      const { requests } = await load.run(servers[name].port, task, CONNECTIONS, roundMs);
      const after = await servers[name].ask('cpu');
      costs[name].push((after.user + after.system - before.user - before.system) / requests);
    }
  }
  return costs;
}

function print(costs) {
  const ratio = (name) => median(costs[name].map((cost, round) => cost / costs[WITHOUT][round]));
  console.log('\nThe telephone of the editor: processor time for each event, µs, and the ratio to none\n');
  const judge = (name) =>
    name === WITHOUT
      ? ''
      : verdict(ratio(name) <= MOST_MORE, `an event costs at most 2 % more, telephone ${name}`);
  const rows = Object.keys(costs).map((name) => [
    name,
    median(costs[name]).toFixed(0),
    ratio(name).toFixed(3),
    judge(name),
  ]);
  console.log(table([['telephone', 'µs', 'ratio', 'at most 2 % more'], ...rows]));
}
