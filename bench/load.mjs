// Sends requests over keep-alive connections, as fast as the answers come. A process of its own with bare sockets, so that
// it needs less than what it measures: on two cores the server keeps one for itself.
import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const LONGEST_ANSWER = 16 * 1024;

process.on('message', ({ port, steps, connections, durationMs }) => {
  run(port, steps.map(readStep), connections, durationMs).then(
    (result) => process.send({ result }),
    (error) => process.send({ error: error.message }),
  );
});
process.on('disconnect', () => process.exit());

/**
 * One request of a conversation.
 * @param counter where digits stand that are others in each conversation: `{ at, digits }`; without it all are the same
 * @param status of a good answer
 * @param expected what a good answer holds
 */
function readStep({ request, counter, status = 200, expected }) {
  return {
    request: Buffer.from(request, 'base64'),
    counter,
    begin: Buffer.from(`HTTP/1.1 ${status}`),
    expected: Buffer.from(expected),
  };
}

/** Conversations of all runs: what has been sent once is never sent again. */
let count = 0;

/** @returns a function that gives one step after the other, and after the last those of the next conversation */
function conversations(steps) {
  let next = 0;
  let number;
  return () => {
    if (next === 0) {
      count += 1;
      number = count;
    }
    const step = steps[next];
    next = (next + 1) % steps.length;
    return step.counter ? { ...step, request: numbered(step, number) } : step;
  };
}

function numbered({ request, counter }, number) {
  const copy = Buffer.from(request);
  copy.write(String(number).padStart(counter.digits, '0'), counter.at, 'latin1');
  return copy;
}

/** @returns requests answered, how long that took in truth, ms, and how long the answers took, ms */
async function run(port, steps, connections, durationMs) {
  const lines = await Promise.all(Array.from({ length: connections }, () => openLine(port)));
  const latencies = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  const end = start + durationMs;
  await Promise.all(lines.map((line) => drive(line, conversations(steps), end, latencies)));
  const elapsedMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  for (const { socket } of lines) socket.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.floor((latencies.length - 1) * share)];
  const requests = latencies.length;
  return { requests, elapsedMs, p50: at(0.5), p99: at(0.99), ownCost: (user + system) / requests };
}

/** A connection that reads everything into the same memory. */
function openLine(port) {
  return new Promise((resolve, reject) => {
    const line = { onBytes: () => undefined };
    const callback = (size, buffer) => line.onBytes(buffer.subarray(0, size));
    const onread = { buffer: Buffer.alloc(LONGEST_ANSWER), callback };
    line.socket = connect({ port, host: '127.0.0.1', noDelay: true, onread }, () => resolve(line));
    line.socket.once('error', reject);
  });
}

/** The next request goes out when the answer is there. Any other answer than a good one is an error. */
function drive(line, next, end, latencies) {
  return new Promise((resolve, reject) => {
    let sentAt = 0;
    let begun;
    let step;
    const send = () => {
      step = next();
      sentAt = performance.now();
      line.socket.write(step.request);
    };
    line.socket.on('error', reject);
    line.socket.on('close', () => reject(new Error('the server closed a connection')));
    line.onBytes = (bytes) => {
      const received = begun ? Buffer.concat([begun, bytes]) : bytes;
      if (!isWhole(received)) {
        begun = Buffer.from(received);
        return;
      }
      begun = undefined;
      const { begin, expected } = step;
      const isGood = received.subarray(0, begin.length).equals(begin) && received.includes(expected);
      if (!isGood) return reject(new Error(`a wrong answer: ${received.toString().slice(0, 400)}`));
      const now = performance.now();
      latencies.push(now - sentAt);
      if (now < end) send();
      else resolve();
    };
    send();
  });
}

/** Whether head and body are there. */
function isWhole(received) {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd < 0) return false;
  const length = /content-length: *(\d+)/i.exec(received.latin1Slice(0, headEnd));
  return received.length >= headEnd + HEAD_END.length + Number(length?.[1] ?? 0);
}
