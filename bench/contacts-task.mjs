// One job of one contender in a process of its own: what it cost goes to the parent. Started by contacts.mjs.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

const { module, job, file, isJson } = JSON.parse(process.argv[2]);
const run = (await import(module))[job];
const input = isJson ? JSON.parse(readFileSync(file)) : readFileSync(file);
await settle();

const loop = watchLoop();
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const rssBefore = resetPeak();
const cpuBefore = process.cpuUsage();
const start = performance.now();
const result = await run(input);
const wallMs = performance.now() - start;
const cpu = process.cpuUsage(cpuBefore);
const rss = (peakRss() - rssBefore) / 1024;
// the last block is seen when the loop turns
await sleep(5);
delay.disable();
process.send({
  wallMs,
  cpuMs: (cpu.user + cpu.system) / 1000,
  rssMib: rss,
  ...loop.stop(),
  delayMs: delay.max / 1e6,
  ...summary(result),
});
process.disconnect();

/** What making the input has left behind is none of the job's memory. */
async function settle() {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc();
    await sleep(30);
  }
}

/**
 * Every turn of the event loop is timed, so no block is missed. A turn also takes long when the machine has no core
 * free: `ownBlockMs` is without the time in the queue for one, where the kernel tells it (Linux).
 */
function watchLoop() {
  let [blockMs, ownBlockMs] = [0, 0];
  let [since, waited] = [performance.now(), waitedMs()];
  let stopped = false;
  const turn = () => {
    const now = performance.now();
    const queue = waitedMs();
    blockMs = Math.max(blockMs, now - since);
    ownBlockMs = Math.max(ownBlockMs, now - since - (queue - waited));
    [since, waited] = [now, queue];
    if (!stopped) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    stop() {
      stopped = true;
      return { blockMs, ownBlockMs };
    },
  };
}

/** ms that the main thread has spent ready to run while others ran; 0 where nobody knows */
function waitedMs() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** @returns KiB that are resident now; from here on Linux counts the peak anew */
function resetPeak() {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return process.memoryUsage.rss() / 1024;
  } catch {
    return process.resourceUsage().maxRSS;
  }
}

function peakRss() {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}

/** A fingerprint, to see that two contenders have done the same. */
function summary({ output, refused = 0 }) {
  const text = typeof output === 'string' ? output : JSON.stringify(output);
  return {
    refused,
    length: text.length,
    hash: createHash('sha256').update(text).digest('hex').slice(0, 12),
  };
}
