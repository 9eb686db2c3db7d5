/** What a Node-RED in a process of its own says of itself. */
import path from 'node:path';
import { type NodeRedProcess } from '../node-red';

/** For `startNodeRed({ nodeOptions })`, where the heap is asked for. */
export const WITH_HEAP = ['--expose-gc', '-r', path.join(__dirname, 'probe.cjs')];

let asked = 0;

/** @returns bytes in use after a garbage collection; @throws when Node-RED ends before it has answered */
export function heapBytesOf({ child }: NodeRedProcess): Promise<number> {
  asked += 1;
  const id = asked;
  return new Promise((resolve, reject) => {
    const died = () => reject(new Error('Node-RED ended while it was asked for its heap'));
    const listen = (answer: { heapFor: number; bytes: number }) => {
      if (answer.heapFor !== id) return;
      child.off('message', listen).off('exit', died);
      resolve(answer.bytes);
    };
    child.on('message', listen).on('exit', died);
    child.send({ wantsHeap: id });
  });
}

/** The source of a Function node's line that counts messages in the global variable `seen`. */
export const COUNT_SEEN = 'global.set("seen", (global.get("seen") ?? 0) + 1);';

/** @returns how many messages the flows have counted with `COUNT_SEEN` */
export async function seenBy({ url }: NodeRedProcess): Promise<number> {
  const response = await fetch(`${url}/context/global/seen`);
  const { msg } = (await response.json()) as { msg: string };
  return Number(msg === '(undefined)' ? 0 : msg);
}

/** @returns the warnings and errors in its log */
export function complaintsOf(nodeRed: NodeRedProcess): string[] {
  return nodeRed
    .log()
    .split('\n')
    .filter((line) => /\[(warn|error)\]/.test(line) && !line.endsWith(OF_EVERY_FIRST_START));
}

/** Node-RED itself says this at the first start of every user directory. */
const OF_EVERY_FIRST_START = 'Encrypted credentials not found';
