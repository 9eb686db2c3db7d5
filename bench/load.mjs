// Sends one request again and again over keep-alive connections, as fast as the answers come. A process of its own
// with bare sockets, so that it needs less than what it measures: on two cores the server keeps one for itself.
import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

process.on('message', ({ port, request, expected, connections, durationMs }) => {
  run(port, Buffer.from(request, 'base64'), Buffer.from(expected), connections, durationMs).then(
    (result) => process.send({ result }),
    (error) => process.send({ error: error.message }),
  );
});
process.on('disconnect', () => process.exit());

/** @returns requests answered, and how long that took in truth, ms */
async function run(port, request, expected, connections, durationMs) {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const latencies = [];
  const start = performance.now();
  const end = start + durationMs;
  await Promise.all(sockets.map((socket) => drive(socket, request, expected, end, latencies)));
  const elapsedMs = performance.now() - start;
  for (const socket of sockets) socket.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.floor((latencies.length - 1) * share)];
  return { requests: latencies.length, elapsedMs, p50: at(0.5), p99: at(0.99) };
}

function open(port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** One connection: the next request goes out when the answer is there. Any other answer than a good one is an error. */
function drive(socket, request, expected, end, latencies) {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    let sentAt = 0;
    const send = () => {
      sentAt = performance.now();
      socket.write(request);
    };
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed a connection')));
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const length = answerLength(received);
      if (length === undefined || received.length < length) return;
      const isGood = received.indexOf('HTTP/1.1 200') === 0 && received.includes(expected);
      if (!isGood) return reject(new Error(`a wrong answer: ${received.toString().slice(0, 400)}`));
      received = received.subarray(length);
      const now = performance.now();
      latencies.push(now - sentAt);
      if (now < end) send();
      else resolve();
    });
    send();
  });
}

/** @returns how long head and body are together; undefined while that is not known */
function answerLength(received) {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const length = /content-length: *(\d+)/i.exec(received.latin1Slice(0, headEnd));
  return headEnd + HEAD_END.length + Number(length?.[1] ?? NaN);
}
