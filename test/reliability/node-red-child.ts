/** Runs in a process of its own; see node-red-process.ts. */
import express from 'express';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface NodeRed {
  init(server: unknown, settings: object): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  httpNode: express.Express;
  runtime: {
    events: { once(event: string, listener: () => void): void };
    flows: { setFlows(options: object): Promise<unknown> };
  };
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- its types say less than the interface above
const RED = require('node-red') as NodeRed;
const userDir = process.argv[2] ?? '';
const stats = { seen: 0 };
const log: string[] = [];

async function start(): Promise<unknown> {
  const app = express();
  const server = createServer(app);
  RED.init(server, {
    userDir,
    flowFile: 'flows.json',
    credentialSecret: 'test',
    httpAdminRoot: false,
    httpNodeRoot: '/',
    disableEditor: true,
    functionGlobalContext: { stats },
    telemetry: { enabled: false },
    logging: {
      test: { level: 'warn', handler: () => (entry: { msg: unknown }) => void log.push(String(entry.msg)) },
    },
  });
  app.use('/', RED.httpNode);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const started = new Promise<void>((resolve) => RED.runtime.events.once('flows:started', resolve));
  await RED.start();
  await started;
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function deploy(flows: unknown): Promise<void> {
  const started = new Promise<void>((resolve) => RED.runtime.events.once('flows:started', resolve));
  await RED.runtime.flows.setFlows({ flows: { flows }, deploymentType: 'full', req: {} });
  await started;
}

async function health(): Promise<unknown> {
  for (let round = 0; round < 3; round += 1) {
    (globalThis as unknown as { gc(): void }).gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { heap: process.memoryUsage().heapUsed, seen: stats.seen, log };
}

const jobs: Record<string, (value: unknown) => Promise<unknown>> = {
  start,
  deploy,
  health,
  halt: () => RED.stop(),
};

process.on('message', ({ id, what, value }: { id: number; what: string; value: unknown }) => {
  void jobs[what]?.(value).then((answer) => process.send?.({ id, value: answer }));
});
