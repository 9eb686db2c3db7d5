// Voice assistants: an event comes in, an action goes out, beside a bare server that parses and answers JSON and keeps
// nothing. Each event begins a session of its own, as a call does.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, table, verdict } from './figures.mjs';
import { startLoad } from './generator.mjs';
import { freePort, startNodeRed, startPeer } from './server.mjs';

const PATH = '/sipgate-ai/9oT2bWm4Qe7xKc1VzYr5Lh3N';
const TOKEN = '8f4e1c52d7a64b8e9c115d2e8a9000018f4e1c52d7a64b8e';
const TEXT = 'Guten Tag, was kann ich für Sie tun?';
const PEER = join(dirname(fileURLToPath(import.meta.url)), 'peers/two-nodes');
const LOADS = [1, 10, 64];
export const BARE = 'bare node:http, parses JSON';
export const TWO_NODES = 'the same, two nodes of Node-RED behind it';
export const HTTP_IN = 'Node-RED http in, no check';
export const ON_NODE_RED = 'this pack on Node-RED’s server';
export const ON_PORT = 'this pack on its own port';
/** Of the bare server's requests per second, on a port of its own at 10 connections. */
const TARGET = { load: 10, atLeast: 0.6 };

export const CONTENDERS = {
  [BARE]: async () => startPeer('bare-json.mjs', await freePort(), { TOKEN, TEXT }),
  async [TWO_NODES]() {
    const [editor, port] = [await freePort(), await freePort()];
    const env = { PEER_PORT: String(port), TOKEN, TEXT };
    return {
      ...(await startNodeRed({ port: editor, withPack: true, pack: PEER, flows: twoNodes(), env })),
      port,
    };
  },
  async [HTTP_IN]() {
    return startNodeRed({ port: await freePort(), withPack: false, flows: httpInFlow() });
  },
  async [ON_NODE_RED]() {
    return startPack(await freePort(), { server: 'node-red' });
  },
  async [ON_PORT]() {
    const [editor, port] = [await freePort(), await freePort()];
    return { ...(await startPack(editor, { server: 'port', host: '127.0.0.1', port })), port };
  },
};

/** The secret goes in by a deploy: no flow file holds one. */
async function startPack(port, place) {
  const server = await startNodeRed({ port, withPack: true, flows: [] });
  await server.deploy(flow(place));
  return server;
}

/** What the generator sends, and what an answer must hold. */
export const TASK = { requestTo, expected: '"type":"speak"' };

/** @param effort rounds, roundMs, warmUpMs */
export async function compareAiFlow({ rounds, roundMs, warmUpMs }) {
  const load = startLoad();
  const servers = {};
  try {
    for (const [name, startServer] of Object.entries(CONTENDERS)) servers[name] = await startServer();
    for (const server of Object.values(servers)) await load.run(server.port, TASK, 10, warmUpMs);
    print(await measure(load, servers, { rounds, roundMs }));
  } finally {
    load.stop();
    await Promise.all(Object.values(servers).map((server) => server.stop()));
  }
}

/** @returns `[name][load]` with `{ rate, cost, p99 }` for each round: requests per second, µs per request, ms */
async function measure(load, servers, { rounds, roundMs }) {
  const names = Object.keys(servers);
  const figures = Object.fromEntries(
    names.map((name) => [name, Object.fromEntries(LOADS.map((n) => [n, []]))]),
  );
  for (let round = 0; round < rounds; round += 1) {
    for (const connections of LOADS) {
      // a turn later each round: nobody always comes after the same neighbour
      for (const name of names.map((_, index) => names[(index + round) % names.length])) {
        const before = await servers[name].ask('cpu');
        const { requests, elapsedMs, p99 } = await load.run(servers[name].port, TASK, connections, roundMs);
        const after = await servers[name].ask('cpu');
        const cost = (after.user + after.system - before.user - before.system) / requests;
        figures[name][connections].push({ rate: (requests / elapsedMs) * 1000, cost, p99 });
      }
    }
  }
  return figures;
}

function print(figures) {
  const ratios = (name, load) =>
    figures[name][load].map(({ rate }, round) => rate / figures[BARE][load][round].rate);
  const middle = (name, load, what) => median(figures[name][load].map((round) => round[what]));
  console.log(
    '\nVoice assistants: events per second, ratio to the bare server, µs of processor time, ms for 99 of 100\n',
  );
  const rows = Object.keys(figures).map((name) => [
    name,
    ...LOADS.flatMap((load) => [
      Math.round(middle(name, load, 'rate')),
      median(ratios(name, load)).toFixed(2),
      Math.round(middle(name, load, 'cost')),
      middle(name, load, 'p99').toFixed(1),
    ]),
  ]);
  console.log(table([['connections', ...LOADS.flatMap((load) => [load, 'ratio', 'µs', 'ms'])], ...rows]));
  const ratio = median(ratios(ON_PORT, TARGET.load));
  const what = `AI flow on its own port / bare at ${TARGET.load}: ${ratio.toFixed(2)}, not ${TARGET.atLeast}`;
  console.log(
    `\nat ${TARGET.load} connections ${ratio.toFixed(2)} of ${TARGET.atLeast}: ${verdict(ratio >= TARGET.atLeast, what)}`,
  );
}

/** Digits of a session id that is another one for each request. */
const COUNTER = '000000000000';

function requestTo(port) {
  const session = {
    id: `3f0c1d52-7a64-4b8e-9c11-${COUNTER}`,
    account_id: 'acc-1',
    phone_number: '4915799912300',
    direction: 'inbound',
    from_phone_number: '4915799912345',
    to_phone_number: '4915799912300',
  };
  const body = Buffer.from(JSON.stringify({ type: 'session_start', session }));
  const head = [
    `POST ${PATH} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    `X-API-TOKEN: ${TOKEN}`,
    'Connection: keep-alive',
  ];
  const bytes = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
  return Object.assign(bytes, { counter: { at: bytes.indexOf(COUNTER), digits: COUNTER.length } });
}

/** AI flow in -> AI flow response. */
function flow(place) {
  const tab = { id: 'b0000000000000f0', type: 'tab', label: 'Benchmark' };
  return [
    tab,
    {
      id: 'b0000000000000c0',
      type: 'sipgate-ai-flow',
      path: PATH,
      country: 'DE',
      responseTimeout: 4000,
      ...place,
      credentials: { token: TOKEN },
    },
    {
      id: 'b000000000000001',
      type: 'sipgate-ai-flow-in',
      z: tab.id,
      aiFlow: 'b0000000000000c0',
      wires: [['b000000000000002'], [], [], [], [], [], []],
    },
    {
      id: 'b000000000000002',
      type: 'sipgate-ai-flow-response',
      z: tab.id,
      action: 'speak',
      text: TEXT,
      textType: 'str',
      wires: [[]],
    },
  ];
}

function twoNodes() {
  const z = 'b0000000000000f0';
  return [
    { id: z, type: 'tab', label: 'Benchmark' },
    { id: 'b000000000000001', type: 'bench-in', z, wires: [['b000000000000002']] },
    { id: 'b000000000000002', type: 'bench-response', z, wires: [] },
  ];
}

/** What a user would build of core nodes; it checks no secret, waits for ever and remembers nothing. */
function httpInFlow() {
  const func = `msg.payload = { type: 'speak', session_id: msg.payload.session.id, text: ${JSON.stringify(TEXT)} };\nreturn msg;`;
  const z = 'b0000000000000f0';
  return [
    { id: z, type: 'tab', label: 'Benchmark' },
    { id: 'b000000000000001', type: 'http in', z, url: PATH, method: 'post', wires: [['b000000000000002']] },
    {
      id: 'b000000000000002',
      type: 'function',
      z,
      func,
      outputs: 1,
      libs: [],
      wires: [['b000000000000003']],
    },
    { id: 'b000000000000003', type: 'http response', z, statusCode: '', headers: {}, wires: [] },
  ];
}
