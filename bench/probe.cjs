// Loaded into every server that is measured: answers the benchmark's questions about the process it is in.
const dns = require('node:dns');
const fs = require('node:fs');
const { Session } = require('node:inspector');
const net = require('node:net');

const touched = new Map();
for (const [owner, object] of Object.entries({
  fs,
  'fs.promises': fs.promises,
  dns,
  net: net.Socket.prototype,
})) {
  for (const name of Object.keys(object)) {
    const isWatched =
      owner === 'net' ? name === 'connect' : typeof object[name] === 'function' && /^[a-z]/.test(name);
    if (isWatched) watch(object, name, `${owner}.${name}`);
  }
}

/** Counts calls: between an event and its answer there shall be none. */
function watch(object, name, title) {
  const original = object[name];
  object[name] = function (...args) {
    touched.set(title, (touched.get(title) ?? 0) + 1);
    return Reflect.apply(original, this, args);
  };
  Object.assign(object[name], original);
}

let session;
const ANSWERS = {
  async memory() {
    for (let round = 0; round < 5; round += 1) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { rss, heapUsed, external } = process.memoryUsage();
    return { rss, heapUsed: heapUsed + external };
  },
  cpu: () => process.cpuUsage(),
  touched() {
    const calls = Object.fromEntries(touched);
    touched.clear();
    return calls;
  },
  async profileStart() {
    session = new Session();
    session.connect();
    await ask('Profiler.enable');
    await ask('Profiler.setSamplingInterval', { interval: 200 });
    await ask('Profiler.start');
  },
  async profileStop() {
    const { profile } = await ask('Profiler.stop');
    session.disconnect();
    return profile;
  },
};

function ask(method, options) {
  return new Promise((resolve, reject) => {
    session.post(method, options, (error, result) => (error ? reject(error) : resolve(result)));
  });
}

process.on('message', async ({ question }) => {
  if (question in ANSWERS) process.send({ question, answer: await ANSWERS[question]() });
});
process.on('disconnect', () => process.exit());
