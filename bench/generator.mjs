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
    /**
     * @param task one request that is sent again and again; or `stepsTo(port)`, the steps of a conversation as load.mjs
     *   takes them
     * @returns `{ requests, elapsedMs, p50, p99, ownCost }`, latencies in ms, the cost of the generator in µs per request
     */
    run(port, task, connections, durationMs) {
      const steps = task.stepsTo?.(port) ?? [
        { request: requestTo(port, task), expected: task.expected ?? EXPECTED },
      ];
      const sendable = steps.map((step) => ({ ...step, request: step.request.toString('base64') }));
      child.send({ port, steps: sendable, connections, durationMs });
      return new Promise((resolve, reject) => {
        child.once('message', ({ result, error }) => (error ? reject(new Error(error)) : resolve(result)));
      });
    },
    stop: () => child.disconnect(),
  };
}
