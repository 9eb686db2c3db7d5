// npm start: Node-RED with this pack and its examples, and beside it a stand-in for sipgate's telephone network.
// Places one call by itself and prints the dialogue. `--once` ends after it: 0 if all was as it should be.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AI_FLOW_SECRET, languageOf, readExamples } from './demo/examples.mjs';
import { placeFirstCall } from './demo/first-call.mjs';
import { startLanguageModel } from './demo/language-model.mjs';
import { placeTransferredCall } from './demo/transferred-call.mjs';
import { PROJECT, startNodeRed } from './node-red.cjs';

const require = createRequire(import.meta.url);
const { Simulator, formatEntry, printable } = require(join(PROJECT, 'dist/simulator/index.js'));

const NODE_RED_PORT = 1880;
const SIMULATOR_PORT = 8780;
/** All examples start at once, some of which read the address book: a moment later the first answer is a typical one. */
const SETTLE_MS = 1500;
const SHELL_INTERVAL_MS = 500;
/** The example that the first call goes to: a menu with digits. */
const MENU = '02 - ';
/** The example that the second call goes to: it is transferred by call control. */
const TRANSFER = '31 - ';

const once = process.argv.includes('--once');
const cleanUps = [];
let leaving;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => leave(0));
if (process.env.npm_lifecycle_event === 'start') endWithShell();

try {
  const isGood = await demo();
  if (once || !isGood) await leave(isGood ? 0 : 1);
} catch (error) {
  await fail(error);
}

async function demo() {
  const simulator = await Simulator.start({ port: SIMULATOR_PORT });
  cleanUps.push(() => simulator.stop());
  tellIfMoved('simulator', SIMULATOR_PORT, simulator.port);

  const model = await startLanguageModel();
  cleanUps.push(() => model.stop());
  // who has a language model hears it instead of the stand-in
  const env = process.env.LLM_URL ? {} : { LLM_URL: model.url };
  const { url: editor, port, deploy } = await startThrowAwayNodeRed(env);
  tellIfMoved('Node-RED', NODE_RED_PORT, port);
  const examples = readExamples(PROJECT, languageOf(process.env), editor, simulator);
  await deploy(examples.flatMap(({ nodes }) => nodes));
  const webhooks = examples.flatMap(({ file, nodes }) =>
    nodes.filter(({ type }) => type === 'sipgate-webhook').map((node) => ({ ...node, file })),
  );
  const aiFlows = examples.flatMap(({ nodes }) => nodes.filter(({ type }) => type === 'sipgate-ai-flow'));
  simulator.setAiFlow({ url: aiFlows[0].publicUrl, secret: AI_FLOW_SECRET });

  await pause(SETTLE_MS);
  // only now: example 10 sets what a WEBHOOK_URL in the environment says
  const use = (example) =>
    simulator.setWebhook(webhooks.find(({ file }) => file.startsWith(example)).publicUrl);
  use(MENU);
  let isGood = await placeFirstCall(simulator, formatEntry, printable);
  use(TRANSFER);
  const latestCall = () =>
    readContext(
      editor,
      examples.find(({ file }) => file.startsWith(TRANSFER)),
      'latestCall',
    );
  isGood = (await placeTransferredCall(simulator, formatEntry, printable, latestCall)) && isGood;
  use(MENU);
  if (!once && isGood) printAddresses(editor, simulator, webhooks, aiFlows);
  return isGood;
}

function tellIfMoved(what, wished, actual) {
  if (actual !== wished) console.log(`Port ${wished} is taken; the ${what} uses ${actual} instead.`);
}

/** Its user directory goes with the demo; should it end before, then so does the demo. */
async function startThrowAwayNodeRed(env) {
  const userDir = mkdtempSync(join(tmpdir(), 'sipgate-demo-'));
  cleanUps.push(() => rmSync(userDir, { recursive: true, force: true }));
  const onSpawn = (stop) => cleanUps.push(stop);
  const wishedPort = NODE_RED_PORT;
  const nodeRed = await startNodeRed({ wishedPort, userDir, packRoot: PROJECT, onSpawn, env });
  nodeRed.ended.then(({ code, signal }) =>
    fail(new Error(`Node-RED ended with ${signal ?? `code ${code}`}. It said:\n${nodeRed.log()}`)),
  );
  return nodeRed;
}

/** @returns what the flow of an example has kept under that name; undefined when it has not */
async function readContext(editor, { nodes }, name) {
  const { id } = nodes.find(({ type }) => type === 'tab');
  const { msg, format } = await (await fetch(`${editor}/context/flow/${id}/${name}`)).json();
  return format === 'Object' ? JSON.parse(msg) : undefined;
}

function printAddresses(editor, simulator, webhooks, aiFlows) {
  console.log(`
Now it is your turn:
  ${editor}   Node-RED with the examples; press the inject buttons
  ${simulator.url}   a telephone: place calls, press keys, read along; and the account's SMS, faxes and contacts

The telephone calls the webhook that is set in the simulated account, at first that of example 02.
Choose another one on its page:
${list(webhooks)}

The conversation on its page is with the voice assistant of example 27. Choose another one there:
${list(aiFlows)}

${howToHear()}

Ctrl+C stops the demo; nothing is kept.`);
}

/** The demo installs nothing. */
function howToHear() {
  return spawnSync('espeak-ng', ['--version']).error
    ? 'Announcements stay silent, as eSpeak NG is not installed: apt install espeak-ng, and start the demo again.'
    : 'eSpeak NG speaks the announcements; example 26 shows how to have the better voices of Home Assistant.';
}

function list(nodes) {
  return nodes.map(({ name, publicUrl }) => `  ${publicUrl}   ${name}`).join('\n');
}

/** What breaks because everything is being stopped is no news. */
async function fail(error) {
  if (leaving === undefined) console.error(`\nThe demo failed: ${error.message}`);
  await leave(1);
}

/** npm passes a signal on to its shell alone, which ends without a word to what it has started. */
function endWithShell() {
  const shell = process.ppid;
  setInterval(() => process.ppid !== shell && leave(0), SHELL_INTERVAL_MS).unref();
}

/** The first call decides the exit code; all later ones wait with it until everything is cleaned up. */
function leave(code) {
  leaving ??= cleanUpAll().then(() => process.exit(code));
  return leaving;
}

async function cleanUpAll() {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
}
