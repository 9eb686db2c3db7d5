// Sends one request again and again over keep-alive connections, as fast as the answers come. A process of its own
// with bare sockets, so that it needs less than what it measures: on two cores the server keeps one for itself.
import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const GOOD = Buffer.from('HTTP/1.1 200');
const LONGEST_ANSWER = 16 * 1024;

process.on('message', ({ port, request, counter, expected, connections, durationMs }) => {
  const next = requests(Buffer.from(request, 'base64'), counter);
  run(port, next, Buffer.from(expected), connections, durationMs).then(
    (result) => process.send({ result }),
    (error) => process.send({ error: error.message }),
  );
});
process.on('disconnect', () => process.exit());

/**
 * @param counter where digits stand that are others in each request: `{ at, digits }`; without it all are the same
 * @returns a function that gives the next request
 */
function requests(request, counter) {
  if (!counter) return () => request;
  return () => {
    count += 1;
    const copy = Buffer.from(request);
    copy.write(String(count).padStart(counter.digits, '0'), counter.at, 'latin1');
    return copy;
  };
}

/** Of all runs: what has been sent once is never sent again. */
let count = 0;

/** @returns requests answered, how long that took in truth, ms, and how long the answers took, ms */
async function run(port, next, expected, connections, durationMs) {
  const lines = await Promise.all(Array.from({ length: connections }, () => openLine(port)));
  const latencies = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  const end = start + durationMs;
  await Promise.all(lines.map((line) => drive(line, next, expected, end, latencies)));
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
function drive(line, next, expected, end, latencies) {
  return new Promise((resolve, reject) => {
    let sentAt = 0;
    let begun;
    const send = () => {
      sentAt = performance.now();
      line.socket.write(next());
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
      const isGood = received.subarray(0, GOOD.length).equals(GOOD) && received.includes(expected);
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
