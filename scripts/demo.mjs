// npm start: Node-RED with this pack and its examples, and beside it a stand-in for sipgate's telephone network.
// Places one call by itself and prints the dialogue. `--once` ends after it: 0 if all was as it should be.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, PROJECT, startNodeRed } from './node-red.cjs';

const require = createRequire(import.meta.url);
const { Simulator, formatEntry } = require(join(PROJECT, 'dist/simulator/index.js'));

const NODE_RED_PORT = 1880;
const SIMULATOR_PORT = 8780;
const USUAL_EDITOR = `http://127.0.0.1:${NODE_RED_PORT}`;
const CALL_LIMIT_MS = 30_000;
/** Fifteen examples start at once, some of which read the address book: a moment later the first answer is a typical one. */
const SETTLE_MS = 1500;
/** The example that the first call goes to: a menu with digits. */
const MENU = '02 - ';

const once = process.argv.includes('--once');
const cleanUps = [];
let leaving;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => leave(0));
if (process.env.npm_lifecycle_event === 'start') endWithShell();

try {
  const isGood = await demo();
  if (once || !isGood) await leave(isGood ? 0 : 1);
} catch (error) {
  await failed(error);
}

async function failed(error) {
  // what breaks because everything is being stopped is no news
  if (leaving === undefined) console.error(`\nThe demo failed: ${error.message}`);
  await leave(1);
}

async function demo() {
  const simulator = await Simulator.start({ port: SIMULATOR_PORT });
  cleanUps.push(() => simulator.stop());
  tellIfMoved('simulator', SIMULATOR_PORT, simulator.port);

  const port = await freePort(NODE_RED_PORT);
  tellIfMoved('Node-RED', NODE_RED_PORT, port);
  const { url: editor, deploy } = await startThrowAwayNodeRed(port);
  const examples = readExamples().map(({ file, nodes }) => ({
    file,
    nodes: nodes.map((node) => fitIn(node, editor, simulator)),
  }));
  const flows = examples.flatMap(({ nodes }) => nodes);
  await deploy(flows);
  const menu = examples.find(({ file }) => file.startsWith(MENU)).nodes;
  const menuUrl = menu.find(({ type }) => type === 'sipgate-webhook').publicUrl;

  await pause(SETTLE_MS);
  // only now: example 10 sets what a WEBHOOK_URL in the environment says
  simulator.setWebhook(menuUrl);
  const isGood = await placeCall(simulator);
  if (!once && isGood) printAddresses(editor, simulator, flows);
  return isGood;
}

function tellIfMoved(what, wished, actual) {
  if (actual !== wished) console.log(`Port ${wished} is taken; the ${what} uses ${actual} instead.`);
}

/** Its user directory goes with the demo; should it end before, then so does the demo. */
async function startThrowAwayNodeRed(port) {
  const userDir = mkdtempSync(join(tmpdir(), 'sipgate-demo-'));
  cleanUps.push(() => rmSync(userDir, { recursive: true, force: true }));
  const onSpawn = (stop) => cleanUps.push(stop);
  const nodeRed = await startNodeRed({ port, userDir, packRoot: PROJECT, onSpawn });
  nodeRed.ended.then(({ code, signal }) =>
    failed(new Error(`Node-RED ended with ${signal ?? `code ${code}`}. It said:\n${nodeRed.log()}`)),
  );
  return nodeRed;
}

function readExamples() {
  const folder = join(PROJECT, 'examples');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ file, nodes: JSON.parse(readFileSync(join(folder, file), 'utf8')) }));
}

/** What a user would fill in after an import: who signs, where the webhook is reached, and the account. */
function fitIn(node, editor, simulator) {
  if (node.type === 'sipgate-webhook') {
    const base = node.server === 'port' ? `http://127.0.0.1:${node.port}` : editor;
    return { ...node, publicKey: simulator.publicKey, publicUrl: `${base}${node.path}` };
  }
  if (node.type === 'sipgate-account') {
    const [{ id: tokenId, token }] = simulator.account.credentials.tokens;
    return { ...node, apiUrl: `${simulator.url}/v2`, authType: 'token', credentials: { tokenId, token } };
  }
  // example 10 has a button with the URL that a Node-RED of one's own would have
  if (node.type === 'inject' && node.payload.startsWith(USUAL_EDITOR)) {
    return { ...node, payload: node.payload.replace(USUAL_EDITOR, editor) };
  }
  return node;
}

/** Calls the menu and presses 1. @returns whether the dialogue was the one that the example promises */
async function placeCall(simulator) {
  console.log(
    '\nA call comes in. -> is what sipgate tells Node-RED, <- what the flow answers, -- what the network does.\n',
  );
  const stopListening = simulator.onEntry((entry) => console.log(formatEntry(entry)));
  const call = simulator.call({ from: '+4915799912345', to: '+4921163553355', press: ['1'] });
  const outcome = await Promise.race([call.ended, callLimit()]);
  stopListening?.();
  const events = call.transcript.filter((entry) => entry.kind === 'event').map((entry) => entry.event);
  const answers = call.transcript.filter((entry) => entry.kind === 'answer');
  const problems = [
    ...check(events.join(' ') === 'newCall dtmf answer hangup', `the events were: ${events.join(', ')}`),
    ...check(answers[0]?.xml.includes('<Gather '), 'the first answer was no Gather'),
    ...check(answers[1]?.xml.includes('<Dial><Number>'), 'the second answer was no Dial'),
    ...check(outcome?.kind === 'answered', `the call ended as: ${outcome?.kind ?? 'not at all'}`),
    ...answers.flatMap(({ xmlError }) => check(xmlError === undefined, `an answer was refused: ${xmlError}`)),
  ];
  console.log(
    problems.length === 0 ? '\nAll as it should be.' : `\nNot as it should be: ${problems.join('; ')}`,
  );
  return problems.length === 0;
}

function check(isTrue, otherwise) {
  return isTrue ? [] : [otherwise];
}

function callLimit() {
  return new Promise((resolve) => setTimeout(resolve, CALL_LIMIT_MS).unref());
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function printAddresses(editor, simulator, flows) {
  const webhooks = flows.filter(({ type }) => type === 'sipgate-webhook');
  console.log(`
Now it is your turn:
  ${editor}   Node-RED with the examples; press the inject buttons
  ${simulator.url}   a telephone: place calls, press digits, read what is said; and the SMS, faxes and contacts of the account

The telephone calls the webhook that is set in the simulated account, at first that of example 02.
On its page choose another one:
${webhooks.map(({ name, publicUrl }) => `  ${publicUrl}   ${name}`).join('\n')}

Ctrl+C ends it; nothing is kept.`);
}

/** npm passes a signal on to its shell alone, which ends without a word to what it has started. */
function endWithShell() {
  const shell = process.ppid;
  setInterval(() => process.ppid !== shell && leave(0), 500).unref();
}

/** Whoever comes first says the code; everybody else waits with it until all is cleaned up. */
function leave(code) {
  leaving ??= cleanUpAll().then(() => process.exit(code));
  return leaving;
}

async function cleanUpAll() {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
}
