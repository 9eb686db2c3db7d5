// An import of vCards into an account behind TLS: what a whole card costs, from the file to the answer. Compares this
// pack with a plain program that reads the same file all at once and sends it over four kept connections.
//   node bench/contacts-wire.mjs [CARDS]     needs dist/ and openssl
import { execFileSync, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFiles } from './contacts-data.mjs';
import { table } from './figures.mjs';

const self = fileURLToPath(import.meta.url);
const require = createRequire(import.meta.url);
const MOST_CPU_TO_PLAIN = 3;
const PARALLEL = 4;

const ROLES = { server, pack, plain };
const role = ROLES[process.argv[2]];
if (role) await role(...process.argv.slice(3));
else await compare(Number(process.argv[2] ?? 50_000));

async function compare(cards) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-wire-'));
  const { files, remove } = writeFiles(cards);
  const certificate = makeCertificate(folder);
  const target = fork(self, ['server', certificate.key, certificate.cert]);
  try {
    const url = await answer(target);
    const rows = [];
    for (const name of ['plain', 'pack', 'plain', 'pack']) {
      target.send('count');
      await answer(target);
      const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificate.cert };
      const client = fork(self, [name, url, files.vcards], { env });
      const { cpuMs, wallMs } = await answer(client);
      target.send('count');
      rows.push({ name, cpuMs, wallMs, ...(await answer(target)) });
    }
    print(cards, rows);
  } finally {
    target.kill();
    remove();
    rmSync(folder, { recursive: true });
  }
}

function print(cards, rows) {
  const least = (name, figure) =>
    Math.min(...rows.filter((row) => row.name === name).map((row) => row[figure]));
  console.log(`vCard file -> ${cards.toLocaleString('en-US')} contacts over TLS, the better of two runs\n`);
  const body = ['pack', 'plain'].map((name) => [
    name === 'pack' ? 'this pack' : 'plain',
    ...['cpuMs', 'wallMs', 'requests', 'connections'].map((figure) => Math.round(least(name, figure))),
  ]);
  console.log(table([['', 'CPU ms', 'time ms', 'requests', 'connections'], ...body]));
  const ratio = least('pack', 'cpuMs') / least('plain', 'cpuMs');
  const verdict = ratio <= MOST_CPU_TO_PLAIN ? 'reached' : 'NOT REACHED';
  console.log(`\n  CPU ${ratio.toFixed(2)} of the plain one, at most ${MOST_CPU_TO_PLAIN}  ${verdict}`);
}

function answer(child) {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
  });
}

function makeCertificate(folder) {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '1',
      ...subject,
    ].concat(['-keyout', key, '-out', cert]),
    { stdio: 'ignore' },
  );
  return { key, cert };
}

// ---- the account ----

function server(key, cert) {
  let [requests, connections] = [0, 0];
  const account = https.createServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    (request, response) => {
      requests += 1;
      request.resume().on('end', () => response.writeHead(204).end());
    },
  );
  account.on('secureConnection', () => (connections += 1));
  account.listen(0, '127.0.0.1', () => process.send(`https://localhost:${account.address().port}`));
  process.on('message', () => {
    process.send({ requests, connections });
    [requests, connections] = [0, 0];
  });
  process.on('disconnect', () => process.exit());
}

// ---- who sends ----

async function timed(work) {
  const before = process.cpuUsage();
  const start = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  process.send({ cpuMs: (user + system) / 1000, wallMs: performance.now() - start });
  process.disconnect();
}

async function pack(url, file) {
  const { createClient, importVCards } = require('../dist/sipgate/index.js');
  const client = createClient({
    apiUrl: url,
    credentials: { type: 'token', tokenId: 'token-bench', token: 'secret' },
  });
  const content = readFileSync(file);
  await timed(() => importVCards(client, content, 'PRIVATE'));
  await client.close();
}

async function plain(url, file) {
  const { readCards } = await import('./peers/contacts-plain.mjs');
  const { parseE164 } = require('../dist/sipgate/phone-number.js');
  const agent = new https.Agent({ keepAlive: true, maxSockets: PARALLEL });
  const content = readFileSync(file);
  await timed(async () => {
    const { cards } = readCards(content);
    let next = 0;
    const worker = async () => {
      while (next < cards.length) {
        const { line: _line, ...card } = cards[next];
        next += 1;
        const numbers = card.numbers.map(({ number, type }) => ({ number: parseE164(number, 'DE'), type }));
        await post(agent, `${url}/contacts`, JSON.stringify({ ...card, numbers, scope: 'PRIVATE' }));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
  });
  agent.destroy();
}

function post(agent, url, body) {
  return new Promise((resolve, reject) => {
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      Authorization: 'Basic dG9rZW4tYmVuY2g6c2VjcmV0',
    };
    const request = https.request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', resolve);
    });
    request.on('error', reject);
    request.end(body);
  });
}
