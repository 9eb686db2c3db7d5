import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import should from 'should';
import { encode, eventually, FORM_TYPE, newCall, newSigner, post, type Answer } from '../nodes/helpers/http';
import { fn, response, TAB, webhook, webhookIn, type FlowNode } from '../nodes/helpers/flow';
import { freePort, startNodeRed, type NodeRedProcess } from '../node-red';
import { complaintsOf, COUNT_SEEN, heapBytesOf, seenBy, WITH_HEAP } from './health';

/** Callers of the story, one after the other or at once. */
const HOSTILE = 5000;
const WARM_UP = 1000;
const AT_ONCE = 50;
/** What a heap may differ by without any leak. A leak of a body per request would be more than 10 MiB. */
const NOISE_BYTES = 6 * 1024 * 1024;

const answering = webhook();
const holding = webhook({ responseTimeout: 8000 });
const onPort = webhook({ server: 'port' });

const flow = (port: number): FlowNode[] => [
  TAB,
  answering,
  holding,
  { ...onPort, port },
  ...[answering, onPort].map((hook) =>
    webhookIn(hook, { newCall: ['count'], answer: ['count'], hangup: ['count'], data: ['count'] }),
  ),
  fn(
    'count',
    COUNT_SEEN +
      'setTimeout(() => node.send({ callId: msg.payload.callId, to: msg.payload.from }), 100 * Math.random());',
    ['r'],
  ),
  response('r', { action: 'redirect', numbers: 'to', numbersType: 'msg' }),
  webhookIn(holding, { newCall: ['hold'], hangup: ['hold'] }),
  fn('hold', `${COUNT_SEEN} return null;`, ['never']),
  response('never', { action: 'hangup' }),
];

/** As Node-RED saves them: what has no place on the canvas is a config node. */
const saved = (port: number) => flow(port).map((node) => ('z' in node ? { x: 10, y: 10, ...node } : node));

/** Writes bytes to a socket, and is content with whatever comes of it. */
function throwAt(url: string, bytes: Buffer, { leave }: { leave: boolean }): Promise<void> {
  const { port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(bytes, () => leave && socket.destroy());
      if (!leave) socket.end();
    });
    socket.setTimeout(5000, () => socket.destroy());
    socket.resume();
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
  });
}

function requestBytes(url: string, body: Buffer | string, headers: Record<string, string | number>): Buffer {
  const { pathname } = new URL(url);
  const lines = Object.entries({ Host: 'x', 'Content-Type': FORM_TYPE, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return Buffer.concat([
    Buffer.from(`POST ${pathname} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`),
    Buffer.from(body),
  ]);
}

const stranger = newSigner();
const xml = '"/><Response><Hangup/></Response><!--';

/** All kinds of trouble; none of it is an event that sipgate has signed. */
const TROUBLE: ((url: string, nth: number) => Promise<unknown>)[] = [
  (url) => throwAt(url, randomBytes(300), { leave: false }),
  (url) => post(url, randomBytes(500), { signature: randomBytes(256).toString('base64') }),
  (url) => post(url, randomBytes(500)),
  (url) => throwAt(url, requestBytes(url, 'event=newCall', { 'Content-Length': 500 }), { leave: true }),
  (url) => throwAt(url, requestBytes(url, 'event=newCall', { 'Content-Length': 500 }), { leave: false }),
  (url) =>
    throwAt(url, requestBytes(url, 'event=newCall&callId=1', { 'Content-Length': 5 }), { leave: false }),
  (url) => throwAt(url, requestBytes(url, 'x', { 'Content-Length': -1 }), { leave: false }),
  (url) => throwAt(url, requestBytes(url, 'zz\r\nx', { 'Transfer-Encoding': 'chunked' }), { leave: false }),
  (url) =>
    throwAt(url, requestBytes(url, 'x'.repeat(70_000), { 'Content-Length': 70_000 }), { leave: false }),
  (url) =>
    throwAt(
      url,
      requestBytes(url, `11170\r\n${'x'.repeat(70_000)}\r\n`, { 'Transfer-Encoding': 'chunked' }),
      { leave: false },
    ),
  (url) => throwAt(url, requestBytes(url, '', { 'X-Junk': 'x'.repeat(20_000) }), { leave: false }),
  (url) => throwAt(url, requestBytes(url, 'x', { 'Content-Length': 1 }).subarray(0, 40), { leave: true }),
  (url) => post(url, `__proto__[x]=1&constructor[prototype][x]=1&__proto__=2&event=${xml}`),
  (url) => post(url, '__proto__=1&event[__proto__]=newCall&toString=1&hasOwnProperty=2&event=constructor'),
  (url, nth) => post(url, encode(newCall({ 'user[]': xml, from: `${nth}` })), { signature: xml }),
  (url, nth) => post(url, encode(newCall({ from: `${nth}` })), { signature: null }),
  (url, nth) => post(url, encode(newCall({ from: `${nth}` })), { signature: stranger.sign(`${nth}`) }),
  (url, nth) =>
    post(url, encode(newCall({ from: `${nth}` })), { headers: { 'Content-Type': 'application/json' } }),
  (url) => post(url, '', { method: 'OPTIONS', signature: null }),
  (url) => post(`${url}/../..//%00%ff?${xml.replace(/[<>" ]/g, '')}`, 'event=newCall', { signature: null }),
];

describe('the call path', function () {
  this.timeout(90_000);
  let nodeRed: NodeRedProcess;
  let urls: [string, string];
  let port: number;

  before(async () => {
    port = await freePort();
    nodeRed = await startNodeRed({ flows: saved(port), nodeOptions: WITH_HEAP });
    urls = [nodeRed.url + answering.path, `http://127.0.0.1:${port}${onPort.path}`];
  });
  after(() => nodeRed.stop());

  /** Runs jobs, `AT_ONCE` at a time. */
  async function run(from: number, to: number, job: (nth: number) => Promise<unknown>): Promise<void> {
    let next = from;
    const worker = async () => {
      while (next < to) await job(next++);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  const works = async (url: string) => {
    const answer = await post(url, encode(newCall({ from: '4915790001234' })));
    answer.status.should.equal(200);
    answer.body.should.containEql('<Number>4915790001234</Number>');
  };

  it(`stays what it was through ${HOSTILE} hostile requests, and takes the next call`, async () => {
    for (const url of urls) await works(url);
    const bother = (nth: number) =>
      Promise.resolve(
        TROUBLE[nth % TROUBLE.length]?.(urls[Math.floor(nth / TROUBLE.length) % 2] as string, nth),
      ).catch(() => undefined);
    await run(0, WARM_UP, bother);
    const before = await heapBytesOf(nodeRed);
    await run(WARM_UP, HOSTILE, bother);
    const after = await heapBytesOf(nodeRed);

    nodeRed.isAlive().should.be.true();
    (await seenBy(nodeRed)).should.equal(2);
    (after - before).should.be.below(NOISE_BYTES);
    for (const url of urls) await works(url);
    const complaints = complaintsOf(nodeRed);
    complaints.length.should.be.below(30);
    for (const line of complaints) should(line).not.match(/sipgate-webhook\.|Hangup|unhandled/i);
    complaints.join().should.containEql('A request was refused with HTTP 401');
  });

  it('gives each of 300 parallel callers an answer of its own', async () => {
    const callers = Array.from({ length: 300 }, (_, index) => ({
      from: `49157900${10_000 + index}`,
      url: urls[index % 2] as string,
    }));
    const answers = await Promise.all(callers.map(({ from, url }) => post(url, encode(newCall({ from })))));
    for (const [index, answer] of answers.entries()) {
      answer.body.should.endWith(`<Dial><Number>${callers[index]?.from}</Number></Dial></Response>`);
    }
  });

  /** Calls that a flow has got and does not answer. */
  async function openCalls(count: number) {
    const seen = await seenBy(nodeRed);
    const answers = Array.from({ length: count }, () => post(nodeRed.url + holding.path, encode(newCall())));
    await eventually(async () => (await seenBy(nodeRed)) === seen + count, `${count} calls in the flow`);
    return answers;
  }

  const goOn = async (answers: Promise<Answer>[]) => {
    for (const answer of await Promise.all(answers)) {
      answer.status.should.equal(200);
      answer.body.should.match(/<Response onHangup="[^"]+"\/>$/);
    }
  };

  it('answers all of 100 calls that are open when a deploy comes', async () => {
    const answers = await openCalls(100);
    await nodeRed.deploy(saved(port));
    await goOn(answers);
    for (const url of urls) await works(url);
  });

  it('answers all calls that are open when Node-RED stops', async () => {
    const answers = await openCalls(20);
    nodeRed.child.kill('SIGTERM');
    await goOn(answers);
    (await nodeRed.ended).should.eql({ code: 0, signal: null });
  });
});
