// Calls beside hostile requests: a stranger without a login sends, again and again, what takes long to read if it is read
// in the wrong way. Whatever it is, calls are answered as if he were not there.
import { connect } from 'node:net';
import { CONTENDERS, createTask, MOST_P99, ON_NODE_RED, ON_PORT, PATH } from './contenders.mjs';
import { median, table, verdict } from './figures.mjs';
import { startLoad } from './generator.mjs';

const FORM = 'Content-Type: application/x-www-form-urlencoded';
/** As long as Node.js takes a path and headers together. */
const LONGEST_HEAD = 15_500;
const LONGEST_BODY = 64_000;

/** What is sent, without a signature or with a wrong one. */
const KINDS = {
  nothing: undefined,
  'a path of slashes': () => get(`/${'/'.repeat(LONGEST_HEAD)}x`),
  'a path behind the webhook’s': () => get(`${PATH}${'/'.repeat(LONGEST_HEAD)}x`),
  'a path of escapes': () => get(`/${'%2f'.repeat(LONGEST_HEAD / 3)}x`),
  'addresses of proxies': () => post('event=newCall', `X-Forwarded-For: ${'1.1.1.1, '.repeat(1600)}x`),
  'a content type of blanks': () => post('event=newCall', `X-Sipgate-Signature: ${' x'.repeat(7000)}`),
  'a form of empty fields': () => post('&'.repeat(LONGEST_BODY)),
  'a form of escapes': () => post(`event=newCall&from=${'%2B'.repeat(LONGEST_BODY / 3 - 20)}`),
  'a form of brackets': () => post('user[][]=&'.repeat(LONGEST_BODY / 10)),
};

function get(path) {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
}

function post(body, header = 'X-Sipgate-Signature: AAAA') {
  const head = [`POST ${PATH} HTTP/1.1`, 'Host: x', FORM, header, `Content-Length: ${body.length}`];
  return `${head.join('\r\n')}\r\nConnection: close\r\n\r\n${body}`;
}

/** @param effort hostileMs for each kind, warmUpMs */
export async function disturbCalls({ hostileMs, warmUpMs }) {
  const task = createTask();
  const load = startLoad();
  const results = {};
  try {
    for (const name of [ON_NODE_RED, ON_PORT]) {
      const server = await CONTENDERS[name](task);
      await load.run(server.port, task, 10, warmUpMs);
      results[name] = await disturb(load, server, task, hostileMs);
      await server.stop();
    }
  } finally {
    load.stop();
  }
  print(results);
}

/** @returns for each kind ms until 99 of 100 answers were there, and how many hostile requests were sent meanwhile */
async function disturb(load, server, task, durationMs) {
  const results = {};
  for (const [kind, request] of Object.entries(KINDS)) {
    const stranger = request && bother(server.port, request());
    const { p99 } = await load.run(server.port, task, 1, durationMs);
    results[kind] = { p99, sent: (await stranger?.stop()) ?? 0 };
  }
  return results;
}

/** Sends it again as soon as the connection is closed, on one connection at a time. */
function bother(port, request) {
  let sent = 0;
  let isWanted = true;
  const ended = (async () => {
    while (isWanted) {
      await sendOnce(port, request);
      sent += 1;
    }
  })();
  return {
    stop: async () => {
      isWanted = false;
      await ended;
      return sent;
    },
  };
}

function sendOnce(port, request) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.setTimeout(5000, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('close', resolve);
    socket.resume();
  });
}

function print(results) {
  console.log(
    '\nCalls beside a stranger’s requests: ms until 99 of 100 answers are there, on one connection\n',
  );
  const names = Object.keys(results);
  const rows = Object.keys(KINDS).map((kind) => [
    kind,
    ...names.flatMap((name) => {
      const { p99, sent } = results[name][kind];
      const text = `${name} beside ${kind}: ${p99.toFixed(1)} ms, at most ${MOST_P99.ms}`;
      return [p99.toFixed(1), sent, verdict(p99 <= MOST_P99.ms, text)];
    }),
  ]);
  const heading = ['', ...names.flatMap((name) => [name, 'sent', ''])];
  console.log(table([heading, ...rows]));
  const all = names.map((name) => median(Object.values(results[name]).map(({ p99 }) => p99)));
  console.log(`\nmedian of all kinds: ${all.map((ms) => `${ms.toFixed(1)} ms`).join(', ')}`);
}
