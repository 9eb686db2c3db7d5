// The other end of load.mjs: a process that sends requests and measures how they are answered.
import { fork } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXPECTED, requestTo } from './contenders.mjs';

const LOAD = join(dirname(fileURLToPath(import.meta.url)), 'load.mjs');

/** @returns a generator; one run at a time */
export function startLoad() {
  const child = fork(LOAD);
  return {
    /** @returns `{ requests, elapsedMs, p50, p99, ownCost }`, latencies in ms, the cost of the generator in µs per request */
    run(port, task, connections, durationMs) {
      const bytes = (task.requestTo ?? requestTo)(port, task);
      const [request, expected] = [bytes.toString('base64'), task.expected ?? EXPECTED];
      child.send({ port, request, counter: bytes.counter, expected, connections, durationMs });
      return new Promise((resolve, reject) => {
        child.once('message', ({ result, error }) => (error ? reject(new Error(error)) : resolve(result)));
      });
    },
    stop: () => child.disconnect(),
  };
}
