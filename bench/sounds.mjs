// Sounds: what a fixed text costs a caller (nothing), how long one with a text of its own waits, and what a conversion takes.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTask, PATH } from './contenders.mjs';
import { median, table, verdict } from './figures.mjs';
import { startLoad } from './generator.mjs';
import { freePort, startNodeRed } from './server.mjs';

const { PROJECT } = createRequire(import.meta.url)('../scripts/node-red.cjs');
const { convertSound } = createRequire(import.meta.url)(join(PROJECT, 'dist/sipgate/index.js'));

const CONNECTIONS = 10;
/** A fixed text is to be answered as fast as a URL; a busy machine disturbs processor time little. */
const MOST_RATIO = 1.05;
/** A computed sentence, spoken by espeak-ng. */
const MOST_WAIT_MS = 150;
const SENTENCES = 30;
/** One minute of 48 kHz stereo. */
const MOST_CPU_MS = 300;
/** Nobody else may wait longer, whatever is converted. */
const MOST_HOLD_MS = 20;

/** @param effort rounds, roundMs, warmUpMs */
export async function compareSounds({ rounds, roundMs, warmUpMs }) {
  await compareAnswers({ rounds, roundMs, warmUpMs });
  await compareConversions(rounds);
  await measureHold();
}

async function compareAnswers({ rounds, roundMs, warmUpMs }) {
  const task = createTask();
  const ports = [await freePort(), await freePort(), await freePort()];
  const flows = soundFlows(task, ports);
  const server = await startNodeRed({ port: await freePort(), withPack: true, flows });
  const load = startLoad();
  try {
    const [url, fixed, computed] = ports;
    await untilMade(fixed, task);
    const run = async (port, ms) => {
      const before = await server.ask('cpu');
      const { requests } = await load.run(port, { ...task, expected: '<Play>' }, CONNECTIONS, ms);
      const after = await server.ask('cpu');
      return (after.user + after.system - before.user - before.system) / requests;
    };
    for (const port of [url, fixed]) await run(port, warmUpMs);
    const ratios = [];
    for (let round = 0; round < 2 * rounds; round += 1) {
      const order = round % 2 ? [url, fixed] : [fixed, url];
      const costs = {};
      for (const port of order) costs[port] = await run(port, roundMs);
      ratios.push(costs[fixed] / costs[url]);
    }
    const ratio = median(ratios);
    const text = `a fixed text takes ${ratio.toFixed(3)} times the processor time of a URL`;
    console.log(`\n${text}, at most ${MOST_RATIO}: ${verdict(ratio <= MOST_RATIO, text)}`);
    await printWaits(computed, task);
  } finally {
    load.stop();
    await server.stop();
  }
}

/** Three webhooks of one Node-RED: one plays a URL, one a fixed text, one a text that is different in each call. */
function soundFlows({ publicKey }, ports) {
  const answers = [
    { announcement: 'http://127.0.0.1:1880/announcements/0123456789012345678901234567890123456789.wav' },
    { announcement: 'Guten Tag. Sie haben das Büro erreicht.', announcementSource: 'text', voice: 'voice' },
    {
      announcement: '"Guten Tag. Es sind " & $string($floor($random() * 1000000000)) & " Grad im Keller."',
      announcementType: 'jsonata',
      announcementSource: 'text',
      voice: 'voice',
    },
  ];
  const webhook = { path: PATH, publicKey, replayWindow: 0, server: 'port', host: '127.0.0.1' };
  return [
    { id: 'tab', type: 'tab', label: 'Benchmark' },
    { id: 'voice', type: 'sipgate-voice', engine: 'command', language: 'de' },
    ...ports.flatMap((port, index) => [
      {
        id: `hook${index}`,
        type: 'sipgate-webhook',
        ...webhook,
        port,
        publicUrl: `http://127.0.0.1:${port}${PATH}`,
      },
      {
        id: `in${index}`,
        type: 'sipgate-webhook-in',
        z: 'tab',
        webhook: `hook${index}`,
        wires: [[`r${index}`], [], [], []],
      },
      {
        id: `r${index}`,
        type: 'sipgate-webhook-response',
        z: 'tab',
        action: 'play',
        ...answers[index],
        wires: [[]],
      },
    ]),
  ];
}

async function post(port, { body, signature }) {
  const startedAt = performance.now();
  const headers = {
    'Content-Type': 'application/x-www-form-urlencoded',
    'X-Sipgate-Signature': signature,
  };
  const answer = await fetch(`http://127.0.0.1:${port}${PATH}`, { method: 'POST', headers, body });
  const text = await answer.text();
  return { isPlayed: text.includes('<Play>'), ms: performance.now() - startedAt };
}

/** The first answer may have to wait for what the deploy has begun. */
async function untilMade(port, task) {
  const { isPlayed } = await post(port, task);
  if (!isPlayed) throw new Error('nothing is played: is espeak-ng installed?');
}

async function printWaits(port, task) {
  const waits = [];
  for (let count = 0; count < SENTENCES; count += 1) {
    const { isPlayed, ms } = await post(port, task);
    if (!isPlayed) throw new Error('a computed sentence was not played');
    waits.push(ms);
  }
  const ms = median(waits.slice(3)); // the first ones load what is needed
  const text = `a computed sentence of espeak-ng is answered in ${ms.toFixed(0)} ms`;
  console.log(`${text}, at most ${MOST_WAIT_MS}: ${verdict(ms <= MOST_WAIT_MS, text)}`);
}

/** One minute of 48 kHz stereo: this pack beside ffmpeg and sox. */
async function compareConversions(rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'sipgate-bench-'));
  try {
    const file = join(folder, 'minute.wav');
    writeFileSync(file, stereo(48_000, 60));
    const bytes = readFileSync(file);
    const out = join(folder, 'out.wav');
    const contenders = {
      'this pack': () => ownCost(bytes),
      ffmpeg: () => costOf(`ffmpeg -v error -y -i ${file} -ac 1 -ar 8000 -c:a pcm_s16le ${out}`),
      sox: () => costOf(`sox ${file} -r 8000 -c 1 -b 16 ${out}`),
    };
    const costs = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
    for (let round = 0; round < rounds + 1; round += 1)
      for (const [name, measure] of Object.entries(contenders)) costs[name].push(await measure());
    printConversions(costs);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns ms of processor time */
async function ownCost(bytes) {
  const before = process.cpuUsage();
  await convertSound(bytes, { rate: 8000 });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** @returns ms of processor time; `undefined` where the program is not there */
function costOf(command) {
  const script = `TIMEFORMAT='%U %S'; time ${command}`;
  const { status, stderr } = spawnSync('bash', ['-c', script], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (status !== 0) return undefined;
  const [user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return (user + system) * 1000;
}

function printConversions(costs) {
  const own = median(costs['this pack'].slice(1));
  const rows = Object.entries(costs).map(([name, all]) => {
    const known = all.slice(1).filter((cost) => cost !== undefined);
    if (known.length === 0) return [name, 'not installed', ''];
    const cost = median(known);
    return [name, cost.toFixed(0), (cost / own).toFixed(2)];
  });
  console.log('\nProcessor time for one minute of 48 kHz stereo, ms, and its ratio to this pack\n');
  console.log(table([['', 'ms', 'ratio'], ...rows]));
  const text = `a minute is converted in ${own.toFixed(0)} ms of processor time`;
  console.log(`\n${text}, at most ${MOST_CPU_MS}: ${verdict(own <= MOST_CPU_MS, text)}`);
}

/** How much work is done without a turn for others while three minutes of eight channels are converted. */
async function measureHold() {
  const bytes = Buffer.concat([header(8, 16_000, 190), Buffer.alloc(8 * 2 * 16_000 * 190, 'sound')]);
  let longest = 0;
  let last = process.cpuUsage();
  let isDone = false;
  const tick = () => {
    const { user, system } = process.cpuUsage(last);
    longest = Math.max(longest, (user + system) / 1000);
    last = process.cpuUsage();
    if (!isDone) setImmediate(tick);
  };
  setImmediate(tick);
  await convertSound(bytes, { rate: 8000 });
  isDone = true;
  const megabytes = (bytes.length / 1e6).toFixed(0);
  const text = `others wait for ${longest.toFixed(1)} ms of work at the most while ${megabytes} MB are converted`;
  console.log(`${text}, at most ${MOST_HOLD_MS}: ${verdict(longest <= MOST_HOLD_MS, text)}`);
}

function stereo(rate, seconds) {
  const data = Buffer.alloc(4 * rate * seconds);
  for (let index = 0; index < rate * seconds; index += 1) {
    const sample = Math.round(12_000 * Math.sin((2 * Math.PI * 700 * index) / rate));
    data.writeInt16LE(sample, 4 * index);
    data.writeInt16LE(sample, 4 * index + 2);
  }
  return Buffer.concat([header(2, rate, seconds), data]);
}

function header(channels, rate, seconds) {
  const head = Buffer.alloc(44);
  const bytes = channels * 2 * rate * seconds;
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + bytes, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * channels * 2, 28);
  head.writeUInt16LE(channels * 2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(bytes, 40);
  return head;
}
