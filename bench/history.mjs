// The history: a list of 10,000 entries, and a poll with nothing new, beside a plain script (`fetch`, as most would write
// it) and a bare one (`http.get` over kept connections, the least that it takes), all with the same requests. Part of
// run.mjs; `node bench/history.mjs [ROUNDS]` runs it alone. Needs dist/.
import { fork } from 'node:child_process';
import http from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { median, table, verdict } from './figures.mjs';

const self = fileURLToPath(import.meta.url);
const require = createRequire(import.meta.url);

const ENTRIES = 10_000;
const PAGE_ENTRIES = 1000;
const FIRST_PAGE_ENTRIES = 100;
const MOST_TO_PLAIN = 1.3;
const MOST_POLL_MS = 5;
/** Of each job in a process of its own: first unmeasured ones, until the code is compiled. */
const TIMES = { list: { warmUp: 10, measured: 20 }, poll: { warmUp: 300, measured: 500 } };
const TITLES = {
  list: `a list of ${ENTRIES.toLocaleString('en-US')} entries`,
  poll: 'a poll with nothing new',
};

const CONTENDERS = ['pack', 'plain', 'bare'];
const ROLES = { server, pack, plain, bare };
/** @param rounds every round has each job once by each contender, each in a process of its own */
export async function compareHistory(rounds) {
  const target = fork(self, ['server']);
  target.setMaxListeners(0);
  try {
    const url = await answer(target);
    for (const job of Object.keys(TIMES)) print(job, await measure(target, url, job, rounds));
  } finally {
    target.kill();
  }
}

async function measure(target, url, job, rounds) {
  const results = { pack: [], plain: [], bare: [] };
  for (let round = 0; round < rounds; round += 1) {
    const order = CONTENDERS.map((_, index) => CONTENDERS[(index + round) % CONTENDERS.length]);
    for (const name of order) {
      const result = await answer(fork(self, [name, url, job]));
      target.send('count');
      results[name].push({ ...result, requests: await answer(target) });
    }
    process.stdout.write(`\r${job}: round ${round + 1} of ${rounds}`);
  }
  process.stdout.write('\r                              \r');
  return results;
}

function print(job, results) {
  const of = (name, figure) => median(results[name].map((result) => result[figure]));
  const { warmUp, measured } = TIMES[job];
  const rows = CONTENDERS.map((name) => [
    name === 'pack' ? 'this pack' : name,
    of(name, 'cpuMs').toFixed(2),
    of(name, 'wallMs').toFixed(2),
    (of(name, 'requests') / (warmUp + measured)).toFixed(2),
  ]);
  console.log(`\n${TITLES[job]} (median of ${results.pack.length} rounds, each of ${measured})\n`);
  console.log(table([['', 'CPU ms', 'time ms', 'requests'], ...rows]));
  const ratioTo = (name) =>
    median(results.pack.map(({ cpuMs }, round) => cpuMs / results[name][round].cpuMs));
  const ratio = ratioTo('plain');
  const isSame = results.pack.every(({ sum }, round) =>
    CONTENDERS.every((name) => results[name][round].sum === sum),
  );
  console.log(
    `\n  all give the same: ${isSame ? 'yes' : 'NO'}; CPU ${ratioTo('bare').toFixed(2)} of the bare one`,
  );
  judge(`CPU ${ratio.toFixed(2)} of the plain one, at most ${MOST_TO_PLAIN}`, ratio <= MOST_TO_PLAIN, job);
  if (job !== 'poll') return;
  const cpuMs = of('pack', 'cpuMs');
  judge(`CPU ${cpuMs.toFixed(2)} ms, below ${MOST_POLL_MS} ms`, cpuMs < MOST_POLL_MS, job);
  const requests = Math.round((of('pack', 'requests') / (warmUp + measured)) * 10) / 10;
  judge(`requests ${requests}, one`, requests === 1, job);
}

function judge(words, isReached, job) {
  console.log(`  ${words}  ${verdict(isReached, `${TITLES[job]}: ${words}`)}`);
}

function answer(child) {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`a part of the comparison ended with ${code}`)));
  });
}

// ---- the account ----

/** As sipgate answers it, with everything that an entry has. */
function entryOf(nth, nowMs) {
  const created = new Date(nowMs - nth * 4000).toISOString();
  return {
    id: `${200_000_000 + nth}`,
    source: `+49157${10_000_000 + nth}`,
    target: '+492214710100',
    sourceAlias: '',
    targetAlias: 'Zentrale',
    type: ['CALL', 'SMS', 'VOICEMAIL', 'FAX'][nth % 4],
    created,
    lastModified: created,
    direction: nth % 3 === 0 ? 'MISSED_INCOMING' : 'INCOMING',
    incoming: true,
    status: 'PICKUP',
    connectionIds: ['p0'],
    read: nth % 2 === 0,
    archived: false,
    note: '',
    endpoints: [{ type: 'ROUTED', endpoint: { extension: 'p0', type: 'PHONELINE' } }],
    starred: false,
    labels: [],
    callId: `call-${nth}`,
    duration: nth % 600,
    recordings: [],
    transcription:
      nth % 4 === 2 ? 'Please call me back when you have time, it is about the order. '.repeat(3) : '',
  };
}

function server() {
  const entries = Array.from({ length: ENTRIES }, (_, nth) => entryOf(nth, Date.now()));
  const pages = new Map();
  let requests = 0;
  const account = http.createServer((request, response) => {
    requests += 1;
    const query = new URL(request.url, 'http://127.0.0.1').searchParams;
    const [offset, limit] = [Number(query.get('offset')), Number(query.get('limit'))];
    const key = `${offset} ${limit} ${query.get('archived')}`;
    const list = query.get('archived') === 'true' ? [] : entries;
    const page = () => JSON.stringify({ items: list.slice(offset, offset + limit), totalCount: list.length });
    const body = pages.get(key) ?? Buffer.from(page());
    pages.set(key, body);
    request
      .resume()
      .on('end', () => response.writeHead(200, { 'Content-Type': 'application/json' }).end(body));
  });
  account.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${account.address().port}`));
  process.on('message', () => {
    process.send(requests);
    requests = 0;
  });
  process.on('disconnect', () => process.exit());
}

// ---- who asks ----

async function timed(job, work) {
  const { warmUp, measured } = TIMES[job];
  let sum = 0;
  for (let time = 0; time < warmUp; time += 1) await work();
  const before = process.cpuUsage();
  const start = performance.now();
  for (let time = 0; time < measured; time += 1) sum += await work();
  const { user, system } = process.cpuUsage(before);
  process.send({
    sum,
    cpuMs: (user + system) / 1000 / measured,
    wallMs: (performance.now() - start) / measured,
  });
  process.disconnect();
}

async function pack(url, job) {
  const { createClient, createHistoryWatch, listHistory } = require('../dist/sipgate/index.js');
  const client = createClient({
    apiUrl: url,
    credentials: { type: 'token', tokenId: 'token-bench', token: 'secret' },
  });
  const watch = createHistoryWatch();
  const jobs = {
    list: async () => (await listHistory(client)).length,
    // the first one reads everything, and is among those that are not measured
    poll: async () => (await watch.look(client, Date.now() - 12 * 3600_000)).length,
  };
  await timed(job, jobs[job]);
  await client.close();
}

async function plain(url, job) {
  const headers = { Accept: 'application/json', Authorization: LOGIN };
  await timed(
    job,
    jobsOf(async (query) => (await fetch(`${url}/history?${query}`, { headers })).json())[job],
  );
}

async function bare(url, job) {
  const agent = new http.Agent({ keepAlive: true });
  const headers = { Accept: 'application/json', Authorization: LOGIN };
  const ask = (query) =>
    new Promise((resolve, reject) => {
      const request = http.get(`${url}/history?${query}`, { agent, headers }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString('utf8'))));
        response.on('error', reject);
      });
      request.on('error', reject);
    });
  await timed(job, jobsOf(ask)[job]);
  agent.destroy();
}

const LOGIN = 'Basic dG9rZW4tYmVuY2g6c2VjcmV0';

/** What this pack does, without its care. */
function jobsOf(ask) {
  const seen = new Set();
  return {
    async list() {
      const to = new Date().toISOString();
      const found = new Map();
      for (const archived of [false, true]) {
        for (let offset = 0; ;) {
          const query = new URLSearchParams({ to, archived, offset, limit: PAGE_ENTRIES });
          const { items, totalCount } = await ask(query);
          for (const item of items) found.set(item.id, item);
          offset += items.length;
          if (items.length === 0 || offset >= totalCount) break;
        }
      }
      return found.size;
    },
    async poll() {
      const [from, to] = [Date.now() - 12 * 3600_000, Date.now()].map((ms) => new Date(ms).toISOString());
      const { items } = await ask(new URLSearchParams({ from, to, offset: 0, limit: FIRST_PAGE_ENTRIES }));
      const fresh = items.filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      return fresh.length;
    },
  };
}

const role = ROLES[process.argv[2]];
if (role) await role(...process.argv.slice(3));
else if (process.argv[1] === self) await compareHistory(Number(process.argv[2] ?? 5));
