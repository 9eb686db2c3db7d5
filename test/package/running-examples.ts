/** All examples in both languages in one Node-RED, filled in as a user does it, and saved calls that are played to them. */
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Simulator } from '../../simulator';
import { freePort, startNodeRed } from '../node-red';
import { PROJECT, readManifest, temporaryFolder } from './project';

export type Language = 'English' | 'Deutsch';

interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly [property: string]: unknown;
}

export interface Example {
  readonly language: Language;
  readonly file: string;
  readonly nodes: readonly FlowNode[];
}

/** What the command line has printed, and its exit code. */
export interface TestRun {
  readonly code: number;
  readonly printed: string;
}

export interface RunningExamples {
  /** Plays saved calls (files) to the webhook of an example, `name` being its path behind `/sipgate/`. */
  test(name: string, files: readonly string[], options?: readonly string[]): Promise<TestRun>;
  /** Speaks to the voice assistant of an example; the caller hangs up in the end. */
  talk(name: string, sentences: readonly string[]): Promise<TestRun>;
  /** Plays saved conversations to the voice assistant of an example. */
  testAssistant(name: string, files: readonly string[]): Promise<TestRun>;
  /** What Node-RED has printed. */
  log(): string;
  readonly account: Simulator['account'];
  stop(): Promise<void>;
}

/**
 * Starts them.
 * @param change what a test does to the examples before they are deployed
 */
export async function runExamples(
  change: (examples: readonly Example[]) => readonly Example[],
): Promise<RunningExamples> {
  const keyPair = createKeys();
  const keyFile = join(temporaryFolder(), 'key.pem');
  writeFileSync(keyFile, keyPair.privateKey, { mode: 0o600 });
  const simulator = await Simulator.start({ keyPair });
  const port = await freePort();
  const nodeRed = await startNodeRed({ port });
  const examples = change([
    ...(await readExamples('English', nodeRed.url, simulator)),
    ...(await readExamples('Deutsch', nodeRed.url, simulator)),
  ]);
  await nodeRed.deploy(examples.flatMap(({ nodes }) => nodes));
  return {
    account: simulator.account,
    log: nodeRed.log,
    test: (name, files, options = []) => {
      const webhook = `${nodeRed.url}/sipgate/${name}`;
      return runCommand(['test', ...files, '--webhook', webhook, '--key-file', keyFile, ...options]);
    },
    talk: async (name, sentences) => {
      const { AI_FLOW_SECRET: secret } = await loadDemo();
      const url = `${nodeRed.url}/sipgate-ai/${name}`;
      return await runCommand(['talk', '--url', url, '--secret', secret, ...sentences]);
    },
    testAssistant: async (name, files) => {
      const { AI_FLOW_SECRET: secret } = await loadDemo();
      const url = `${nodeRed.url}/sipgate-ai/${name}`;
      return await runCommand(['test', ...files, '--ai-flow', url, '--secret', secret]);
    },
    stop: async () => {
      await nodeRed.stop();
      await simulator.stop();
    },
  };
}

/** Another copy of an example beside it, at `<its path>-<name>`. */
export function copyOf({ nodes, ...example }: Example, name: string): Example {
  const prefix = Buffer.from(name).toString('hex').slice(0, 4);
  const ids = nodes.map(({ id }) => id).join('|');
  const text = JSON.stringify(nodes).replace(
    new RegExp(ids, 'g'),
    (id) => id.slice(0, 2) + prefix + id.slice(6),
  );
  const webhooks = (node: FlowNode) =>
    node.type === 'sipgate-webhook' ? { ...node, path: `${String(node['path'])}-${name}` } : node;
  return { ...example, nodes: (JSON.parse(text) as FlowNode[]).map(webhooks).map(withOwnUrl) };
}

/** The URL of a webhook ends in its path. */
function withOwnUrl(node: FlowNode): FlowNode {
  if (node.type !== 'sipgate-webhook') return node;
  return { ...node, publicUrl: new URL(String(node['path']), String(node['publicUrl'])).href };
}

interface Demo {
  readonly AI_FLOW_SECRET: string;
  readExamples(
    root: string,
    language: Language,
    editor: string,
    simulator: Simulator,
  ): Omit<Example, 'language'>[];
}

async function loadDemo(): Promise<Demo> {
  return (await import('../../scripts/demo/examples.mjs')) as Demo;
}

/** As `npm start` does it. */
async function readExamples(language: Language, editor: string, simulator: Simulator): Promise<Example[]> {
  const demo = await loadDemo();
  return demo.readExamples(PROJECT, language, editor, simulator).map((example) => ({ ...example, language }));
}

function runCommand(args: readonly string[]): Promise<TestRun> {
  const cli = join(PROJECT, String(readManifest().bin['sipgate-simulator']));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [cli, ...args], { timeout: 60_000 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, printed: stdout + stderr }),
    );
  });
}

function createKeys(): { publicKey: string; privateKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}
