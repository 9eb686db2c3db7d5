// Voice assistants: an event comes in, an action goes out, beside a bare server that parses and answers JSON and keeps
// nothing. Over each connection come conversations, one after the other: a session starts, the caller says something
// again and again, and the session ends.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, table, verdict } from './figures.mjs';
import { startLoad } from './generator.mjs';
import { freePort, startNodeRed, startPeer } from './server.mjs';

const PATH = '/sipgate-ai/9oT2bWm4Qe7xKc1VzYr5Lh3N';
const TOKEN = '8f4e1c52d7a64b8e9c115d2e8a9000018f4e1c52d7a64b8e';
const TEXT = 'Guten Tag, was kann ich für Sie tun?';
const PEER = join(dirname(fileURLToPath(import.meta.url)), 'peers/two-nodes');
const SENTENCE = 'Ich habe gestern etwas bestellt. Wann kommt es denn an?';
/** How often the caller says something. */
const TURNS = 19;
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

/** Whole conversations, as calls have them. */
export const CONVERSATIONS = {
  title: `Voice assistants, conversations of ${TURNS} turns`,
  stepsTo: (port) => [
    speaks(port, { type: 'session_start' }),
    ...Array(TURNS).fill(speaks(port, { type: 'user_speak', text: SENTENCE, barged_in: false })),
    { ...requestTo(port, { type: 'session_end' }), status: 204, expected: '' },
  ],
};
/** Sessions that start, and of which nothing more is heard. */
const FIRST_EVENTS = {
  title: 'Voice assistants, the first event of a session alone',
  stepsTo: (port) => [speaks(port, { type: 'session_start' })],
};

/** @param effort rounds, roundMs, warmUpMs */
export async function compareAiFlow({ rounds, roundMs, warmUpMs }) {
  const load = startLoad();
  const servers = {};
  try {
    for (const [name, startServer] of Object.entries(CONTENDERS)) servers[name] = await startServer();
    for (const { port } of Object.values(servers)) await load.run(port, CONVERSATIONS, 10, warmUpMs);
    const tasks = [
      { task: CONVERSATIONS, loads: LOADS, figures: {} },
      { task: FIRST_EVENTS, loads: [TARGET.load], figures: {} },
    ];
    for (let round = 0; round < rounds; round += 1)
      for (const task of tasks) await measure(load, servers, task, { round, roundMs });
    for (const task of tasks) print(task);
    printTarget(tasks[0].figures);
  } finally {
    load.stop();
    await Promise.all(Object.values(servers).map((server) => server.stop()));
  }
}

/** Adds to `figures[name][load]` what one round gives: `{ rate, cost, p99 }`, events per second, µs per event, ms. */
async function measure(load, servers, { task, loads, figures }, { round, roundMs }) {
  const names = Object.keys(servers);
  for (const connections of loads) {
    // a turn later each round: nobody always comes after the same neighbour
    for (const name of names.map((_, index) => names[(index + round) % names.length])) {
      const before = await servers[name].ask('cpu');
      const { requests, elapsedMs, p99 } = await load.run(servers[name].port, task, connections, roundMs);
      const after = await servers[name].ask('cpu');
      const cost = (after.user + after.system - before.user - before.system) / requests;
      const rounds = ((figures[name] ??= {})[connections] ??= []);
      rounds.push({ rate: (requests / elapsedMs) * 1000, cost, p99 });
    }
  }
}

function ratiosToBare(figures, name, load) {
  return figures[name][load].map(({ rate }, round) => rate / figures[BARE][load][round].rate);
}

function print({ task: { title }, loads, figures }) {
  const middle = (name, load, what) => median(figures[name][load].map((round) => round[what]));
  console.log(
    `\n${title}: events per second, ratio to the bare server, µs of processor time, ms for 99 of 100\n`,
  );
  const rows = Object.keys(CONTENDERS).map((name) => [
    name,
    ...loads.flatMap((load) => [
      Math.round(middle(name, load, 'rate')),
      median(ratiosToBare(figures, name, load)).toFixed(2),
      Math.round(middle(name, load, 'cost')),
      middle(name, load, 'p99').toFixed(1),
    ]),
  ]);
  console.log(table([['connections', ...loads.flatMap((load) => [load, 'ratio', 'µs', 'ms'])], ...rows]));
}

function printTarget(figures) {
  const ratio = median(ratiosToBare(figures, ON_PORT, TARGET.load));
  const what = `AI flow on its own port / bare at ${TARGET.load}: ${ratio.toFixed(2)}, not ${TARGET.atLeast}`;
  console.log(
    `\nat ${TARGET.load} connections ${ratio.toFixed(2)} of ${TARGET.atLeast}: ${verdict(ratio >= TARGET.atLeast, what)}`,
  );
}

/** Digits of a session id that is another one in each conversation. */
const COUNTER = '000000000000';

/** @returns a step that is answered with something to say */
function speaks(port, event) {
  return { ...requestTo(port, event), expected: '"type":"speak"' };
}

function requestTo(port, event) {
  const session = {
    id: `3f0c1d52-7a64-4b8e-9c11-${COUNTER}`,
    account_id: 'acc-1',
    phone_number: '4915799912300',
    direction: 'inbound',
    from_phone_number: '4915799912345',
    to_phone_number: '4915799912300',
  };
  const body = Buffer.from(JSON.stringify({ ...event, session }));
  const head = [
    `POST ${PATH} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    `X-API-TOKEN: ${TOKEN}`,
    'Connection: keep-alive',
  ];
  const request = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
  return { request, counter: { at: request.indexOf(COUNTER), digits: COUNTER.length } };
}

/** AI flow in -> AI flow response, when a session starts and when the caller speaks. */
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
      wires: [['b000000000000002'], ['b000000000000002'], [], [], [], [], []],
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
  const func = `const { type, session } = msg.payload;
msg.statusCode = type === 'session_end' ? 204 : 200;
msg.payload = type === 'session_end' ? '' : { type: 'speak', session_id: session.id, text: ${JSON.stringify(TEXT)} };
return msg;`;
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
