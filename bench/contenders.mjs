// Who is compared, what each of them gets to do, and what this pack has to reach.
import { generateKeyPairSync, sign } from 'node:crypto';
import { freePort, startNodeRed, startPeer } from './server.mjs';

export const LOADS = [1, 10, 64];
export const BARE = 'bare node:http, verifies';
export const OFFICIAL = 'sipgateio, verifies';
export const HTTP_IN = 'Node-RED http in, no check';
export const ON_NODE_RED = 'this pack on Node-RED’s server';
export const ON_PORT = 'this pack on its own port';

export const PATH = '/sipgate/9oT2bWm4Qe7xKc1VzYr5Lh3N';
/** A number that the call is sent to: of a range that is kept free for examples. */
const TARGET = '4930231250000';

/** What this pack has to reach at 1, 10 and 64 connections, as ratios of requests per second. */
export const TARGETS = [
  // it parses, decides and renders beside what the bare server does
  { of: ON_PORT, to: BARE, atLeast: [0.7, 0.7, 0.7] },
  { of: ON_PORT, to: OFFICIAL, atLeast: [1.4, 2, 2] },
  // http in -> function -> http response checks nothing
  { of: ON_NODE_RED, to: HTTP_IN, atLeast: [1, 1, 1] },
];
/** 99 of 100 answers are there in this time: a caller hears nothing meanwhile. */
export const MOST_P99 = { load: 10, ms: 25 };

/** One body for all, signed with a key of sipgate's kind and length. */
export function createTask() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 4096,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const body = Buffer.from(
    'event=newCall&from=492111234567&to=4915791997000&direction=in&callId=1A2B3C4D5E6F708192A3B4C5D6E7F809' +
      '&origCallId=1A2B3C4D5E6F708192A3B4C5D6E7F809&xcid=abcdef0123456789&user%5B%5D=Ann+Example&userId%5B%5D=w0' +
      '&fullUserId%5B%5D=1234567w0&user%5B%5D=Bob+Example&userId%5B%5D=w1&fullUserId%5B%5D=1234567w1',
  );
  const answer = `<?xml version="1.0" encoding="UTF-8"?><Response><Dial><Number>${TARGET}</Number></Dial></Response>`;
  return { publicKey, body, signature: sign('RSA-SHA256', body, privateKey).toString('base64'), answer };
}

/** The bytes that go to a server again and again. */
export function requestTo(port, { body, signature }) {
  const head = [
    `POST ${PATH} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
    'User-Agent: sipgate-io',
    // one of sipgate's addresses: its library wants to see one
    'X-Forwarded-For: 217.116.118.254',
    `X-Sipgate-Signature: ${signature}`,
    'Connection: keep-alive',
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

/** What an answer must hold. */
export const EXPECTED = `<Number>${TARGET}</Number>`;

/** How to start each of them. */
export const CONTENDERS = {
  async [BARE]({ publicKey, answer }) {
    return startPeer('bare.mjs', await freePort(), { PUBLIC_KEY: publicKey, ANSWER: answer });
  },
  async [OFFICIAL]({ publicKey }) {
    const port = await freePort();
    const PUBLIC_URL = `http://127.0.0.1:${port}${PATH}`;
    return startPeer('official.cjs', port, { PUBLIC_KEY: publicKey, PUBLIC_URL, TARGET });
  },
  async [HTTP_IN]({ answer }) {
    return startNodeRed({ port: await freePort(), withPack: false, flows: httpInFlow(answer) });
  },
  async [ON_NODE_RED](task) {
    const port = await freePort();
    const place = { server: 'node-red', publicUrl: `http://127.0.0.1:${port}${PATH}` };
    return startNodeRed({ port, withPack: true, flows: packFlow(task, place) });
  },
  async [ON_PORT](task) {
    const [editor, port] = [await freePort(), await freePort()];
    const place = { server: 'port', host: '127.0.0.1', port, publicUrl: `http://127.0.0.1:${port}${PATH}` };
    const server = await startNodeRed({ port: editor, withPack: true, flows: packFlow(task, place) });
    return { ...server, port };
  },
};

const TAB = { id: 'b0000000000000f0', type: 'tab', label: 'Benchmark' };

/** webhook in -> webhook response; the same body comes again and again, so replays must not be recognised. */
export function packFlow({ publicKey }, place) {
  const webhook = { path: PATH, publicKey, verifySignature: true, replayWindow: 0, country: 'DE', ...place };
  return [
    TAB,
    { id: 'b0000000000000c0', type: 'sipgate-webhook', name: '', responseTimeout: 3000, ...webhook },
    {
      id: 'b000000000000001',
      type: 'sipgate-webhook-in',
      z: TAB.id,
      webhook: 'b0000000000000c0',
      direction: 'both',
      numbers: '',
      wires: [['b000000000000002'], [], [], []],
    },
    {
      id: 'b000000000000002',
      type: 'sipgate-webhook-response',
      z: TAB.id,
      action: 'redirect',
      numbers: `+${TARGET}`,
      numbersType: 'str',
      wires: [[]],
    },
  ];
}

function httpInFlow(answer) {
  const func = `msg.payload = ${JSON.stringify(answer)};\nmsg.headers = { 'content-type': 'application/xml' };\nreturn msg;`;
  return [
    TAB,
    {
      id: 'b000000000000001',
      type: 'http in',
      z: TAB.id,
      url: PATH,
      method: 'post',
      wires: [['b000000000000002']],
    },
    {
      id: 'b000000000000002',
      type: 'function',
      z: TAB.id,
      func,
      outputs: 1,
      libs: [],
      wires: [['b000000000000003']],
    },
    { id: 'b000000000000003', type: 'http response', z: TAB.id, statusCode: '', headers: {}, wires: [] },
  ];
}
