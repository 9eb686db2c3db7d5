// The address book: what its files cost this pack, a plain correct implementation and sipgate's library. Part of run.mjs;
// `node bench/contacts.mjs [ROUNDS]` runs it alone.
import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createContacts, writeFiles } from './contacts-data.mjs';
import { median, table } from './figures.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

const PACK = 'this pack';
const PLAIN = 'plain, all at once';
const OFFICIAL = 'sipgateio';
const CONTENDERS = {
  [PACK]: 'contacts-pack.mjs',
  [PLAIN]: 'contacts-plain.mjs',
  [OFFICIAL]: 'contacts-official.cjs',
};
/** What the file is for each job; sipgate's library gets a simpler one where it cannot read the other. */
const JOBS = [
  { job: 'csvImport', title: 'CSV file -> requests', file: 'csv', officialFile: 'simpleCsv' },
  { job: 'csvExport', title: 'contacts -> CSV', file: 'contacts' },
  { job: 'vcardImport', title: 'vCard file -> requests', file: 'vcards', officialFile: 'simpleVCards' },
  { job: 'vcardExport', title: 'contacts -> vCards', file: 'contacts' },
];
const JSON_FILES = new Set(['contacts', 'simpleVCards']);

const CONTACTS = 100_000;
const MOST_TO_PLAIN = 1.3;
const MOST_BLOCK_MS = 50;
const NUMBERS = 50_000;
const MOST_LOOKUP_MS = 1;

/** @param rounds every round has each job once by each contender, each in a process of its own */
export async function compareContacts(rounds) {
  const { files, remove } = writeFiles(CONTACTS);
  try {
    for (const job of JOBS) await compareJob(job, files, rounds);
  } finally {
    remove();
  }
  await measureLookups();
}

async function compareJob({ job, title, file, officialFile }, files, rounds) {
  const names = Object.keys(CONTENDERS);
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // a turn later each round: nobody always comes after the same neighbour
    const order = names.map((_, index) => names[(index + round) % names.length]);
    for (const name of order) {
      const shape = (name === OFFICIAL && officialFile) || file;
      results[name].push(await measure(CONTENDERS[name], job, files[shape], JSON_FILES.has(shape)));
    }
    process.stdout.write(`\r${job}: round ${round + 1} of ${rounds}`);
  }
  process.stdout.write('\r                              \r');
  printJob(title, results, officialFile !== undefined);
}

function measure(module, job, file, isJson) {
  const task = { module: pathToFileURL(join(here, 'peers', module)).href, job, file, isJson };
  const child = fork(join(here, 'contacts-task.mjs'), [JSON.stringify(task)], { execArgv: ['--expose-gc'] });
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${module} ended with ${code} in ${job}`)));
  });
}

function printJob(title, results, isSimpler) {
  const of = (name, figure) => results[name].map((result) => result[figure]);
  console.log(`\n${title}, ${CONTACTS.toLocaleString('en-US')} contacts (median of ${results[PACK].length})`);
  if (isSimpler)
    console.log(`${OFFICIAL} gets the same contacts in a simpler file, for it cannot read this one.`);
  console.log();
  const figures = ['CPU ms', 'ratio', 'time ms', 'ratio', 'memory MiB', 'ratio'];
  const heading = ['', ...figures, 'longest block ms', 'left out'];
  const rows = Object.keys(results).map((name) => [
    name,
    ...['cpuMs', 'wallMs', 'rssMib'].flatMap((figure) => [
      Math.round(median(of(name, figure))),
      ratio(results, name, figure).toFixed(2),
    ]),
    Math.round(median(of(name, 'blockMs'))),
    results[name][0].refused,
  ]);
  console.log(table([heading, ...rows]));
  console.log();
  printVerdicts(results, of, title.startsWith('contacts'));
}

/** To the plain one, within each round. */
function ratio(results, name, figure, to = PLAIN) {
  return median(results[name].map((result, round) => result[figure] / results[to][round][figure]));
}

function printVerdicts(results, of, isExport) {
  const [cpu, memory] = ['cpuMs', 'rssMib'].map((figure) => ratio(results, PACK, figure));
  const isSame = new Set([...of(PACK, 'hash'), ...of(PLAIN, 'hash')]).size === 1;
  console.log(`  ${PACK} and the plain one give the same: ${isSame ? 'yes' : 'NO'}`);
  const limit = `at most ${MOST_TO_PLAIN.toFixed(2)} of the plain one`;
  console.log(`  CPU ${cpu.toFixed(2)}, ${limit}  ${verdict(cpu <= MOST_TO_PLAIN)}`);
  console.log(`  memory ${memory.toFixed(2)}, ${limit}  ${verdict(memory <= MOST_TO_PLAIN)}`);
  printBlocks(of(PACK, 'ownBlockMs'));
  if (!isExport) return;
  const ahead = ratio(results, PACK, 'cpuMs', OFFICIAL);
  console.log(`  CPU ${ahead.toFixed(2)} of ${OFFICIAL}’s, below 1.00  ${verdict(ahead < 1)}`);
}

/** The median of the rounds: where the machine has no core free for V8's helpers, single collections take longer. */
function printBlocks(longest) {
  const [least, middle, most] = [Math.min(...longest), median(longest), Math.max(...longest)].map(Math.round);
  const spread = `${least} to ${most} in the rounds, time in the queue for a core not counted`;
  console.log(
    `  longest block ${middle} ms (${spread}), at most ${MOST_BLOCK_MS}  ${verdict(middle <= MOST_BLOCK_MS)}`,
  );
}

// ---- who is calling ----

async function measureLookups() {
  const { nameCaller } = require('../dist/sipgate/contacts/find.js');
  const client = clientWith(bookOf(NUMBERS));
  const name = (number) => nameCaller(client, number);
  while (name('+4915100000000') === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  const before = client.requests;
  const times = [];
  let named = 0;
  for (let call = 0; call < CALLS; call += 1) {
    const number = callerNumber(call);
    const start = performance.now();
    const caller = name(number);
    times.push(performance.now() - start);
    if (caller) named += 1;
  }
  printLookups(times, named, client.requests - before);
}

const CALLS = 200_000;

/** Two thirds are in the book or near it, one third are strangers. */
function callerNumber(call) {
  const digits = 10_000_000 + ((call * 7919) % 30_000);
  return [`+49211${digits}`, `+4915${digits}1`, `+331${digits}0`][call % 3];
}

function bookOf(numbers) {
  let count = 0;
  return createContacts(numbers).filter((contact) => {
    count += contact.numbers.length;
    return count <= numbers;
  });
}

/** An account whose requests are answered at once, page by page. */
function clientWith(contacts) {
  const client = {
    requests: 0,
    country: 'DE',
    timing: { now: () => performance.now() },
    async get({ encoded }, { query: { offset = 0, limit = 0 } = {} }) {
      client.requests += 1;
      if (encoded.endsWith('internal')) return { items: [] };
      return { items: contacts.slice(offset, offset + limit), totalCount: contacts.length };
    },
  };
  return client;
}

function printLookups(times, named, requests) {
  times.sort((a, b) => a - b);
  const grouped = (count) => count.toLocaleString('en-US');
  const [half, most, slowest] = [0.5, 0.999, 1].map((share) => times[Math.ceil(times.length * share) - 1]);
  console.log(
    `\nWho is calling, in a book of ${grouped(NUMBERS)} numbers: ${grouped(CALLS)} calls, ${grouped(named)} named`,
  );
  console.log(
    `  half of them in ${(half * 1000).toFixed(1)} µs, 99.9 % in ${(most * 1000).toFixed(1)} µs, the slowest in ${slowest.toFixed(2)} ms, requests ${requests}`,
  );
  console.log(
    `  99.9 % below ${MOST_LOOKUP_MS} ms and without a request  ${verdict(most < MOST_LOOKUP_MS && requests === 0)}`,
  );
}

function verdict(isReached) {
  return isReached ? 'reached' : 'NOT REACHED';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compareContacts(Number(process.argv[2] ?? 3));
