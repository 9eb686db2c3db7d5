#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { formatEntry } from './network/transcript/format';
import type { Callee, CalleeBehaviour, CallScript } from './network/script';
import { createKeyPair, keyPairOf } from './network/webhook/signing';
import type { KeyPair } from './network/webhook/signing';
import { Simulator } from './simulator';
import type { SimulatedCall } from './simulator';

const DEFAULT_WEBHOOK = 'http://127.0.0.1:1880/sipgate';
const DEFAULT_PORT = 8766;

const HELP = `A stand-in for the sipgate platform on this computer. Nothing leaves it, and no call costs anything.

  sipgate-simulator call --from NUMBER --to NUMBER [options]   places one call and prints the dialogue
  sipgate-simulator serve [options]                            a page with a telephone, and the REST API
  sipgate-simulator call --help | serve --help                 the options
`;

const COMMON_HELP = `  --webhook URL     where events are posted to (default ${DEFAULT_WEBHOOK})
  --key-file FILE   private RSA key (PEM) that signs the events; a missing file is made. Without it, each start has
                    a new key, and its public key must be entered in the webhook again
  --country CODE    completes numbers without country code (default DE)
`;

const CALL_HELP = `Places one call, prints the dialogue with the webhook and ends with 0, or with 1 when the webhook
could not be reached, refused an event or gave an answer that sipgate would not accept.

  sipgate-simulator call --from 01579912345 --to 0211635533 --press 1

  --from NUMBER     who calls; "anonymous" is allowed
  --to NUMBER       who is called
  --out             the call goes out instead of coming in
  --press DIGITS    what the caller presses at a menu; once for each menu, "" for nothing
  --busy NUMBER     this telephone is busy; "all": every one. Likewise:
  --no-answer NUMBER, --not-found NUMBER
  --forward-to NUMBER, --transfer-to NUMBER
                    where the call goes when nobody answers, or after the answer ("voicemail" is allowed)
  --give-up MS      the caller hangs up when nobody has answered by then
  --talk MS         how long the conversation lasts (default 50)
  --speed N         how much faster than in life announcements and waiting for digits go (default 20)
  --json            prints every entry as a line of JSON
${COMMON_HELP}`;

const SERVE_HELP = `Starts the page with the telephone and the REST API, prints the addresses and stays until Ctrl+C.

  --port N          (default ${DEFAULT_PORT}; another one when it is taken)
${COMMON_HELP}`;

const COMMON = {
  webhook: { type: 'string', default: DEFAULT_WEBHOOK },
  'key-file': { type: 'string' },
  country: { type: 'string', default: 'DE' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const CALL = {
  ...COMMON,
  from: { type: 'string' },
  to: { type: 'string' },
  out: { type: 'boolean', default: false },
  press: { type: 'string', multiple: true, default: [] as string[] },
  busy: { type: 'string', multiple: true, default: [] as string[] },
  'no-answer': { type: 'string', multiple: true, default: [] as string[] },
  'not-found': { type: 'string', multiple: true, default: [] as string[] },
  'forward-to': { type: 'string' },
  'transfer-to': { type: 'string' },
  'give-up': { type: 'string' },
  talk: { type: 'string' },
  speed: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const SERVE = { ...COMMON, port: { type: 'string', default: String(DEFAULT_PORT) } } as const;

/** What the person typed makes no sense; the message says what. */
class UsageError extends Error {}

async function main(args: string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command === 'call') return await callCommand(rest);
  if (command === 'serve') return await serveCommand(rest);
  if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
    process.stdout.write(HELP);
    return command === undefined ? 1 : 0;
  }
  throw new UsageError(`there is no command "${command}"`);
}

async function callCommand(args: string[]): Promise<number> {
  const { values } = parse(() => parseArgs({ args, options: CALL }));
  if (values.help) {
    process.stdout.write(CALL_HELP);
    return 0;
  }
  const simulator = await startSimulator(values, 0);
  try {
    const print = values.json ? JSON.stringify : formatEntry;
    simulator.onEntry((entry) => process.stdout.write(`${print(entry)}\n`));
    const call = placeCall(simulator, scriptOf(values));
    process.once('SIGINT', call.hangUp);
    await call.ended;
    return wentWell(call) ? 0 : 1;
  } finally {
    await simulator.stop();
  }
}

function placeCall(simulator: Simulator, script: CallScript): SimulatedCall {
  try {
    return simulator.call(script);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** A webhook that is refused by sipgate is what a person wants to find out with this command. */
function wentWell(call: SimulatedCall): boolean {
  const answers = call.transcript.filter((entry) => entry.kind === 'answer');
  const refused = answers.some((entry) => entry.xmlError !== undefined);
  return answers.length > 0 && !refused && call.outcome.kind !== 'failed';
}

type CallValues = ReturnType<typeof parseArgs<{ options: typeof CALL }>>['values'];

function scriptOf(values: CallValues): CallScript {
  if (values.from === undefined || values.to === undefined)
    throw new UsageError('--from and --to are needed');
  return {
    from: values.from,
    to: values.to,
    direction: values.out ? 'out' : 'in',
    press: values.press,
    callees: {
      ...behaving(values.busy, 'busy'),
      ...behaving(values['no-answer'], 'noAnswer'),
      ...behaving(values['not-found'], 'notFound'),
    },
    forwardTo: values['forward-to'],
    transferTo: values['transfer-to'],
    giveUpAfterMs: numberOf('--give-up', values['give-up']),
    hangUpAfterMs: numberOf('--talk', values.talk),
    speed: numberOf('--speed', values.speed),
  };
}

function behaving(numbers: readonly string[] = [], kind: CalleeBehaviour): Record<string, Callee> {
  return Object.fromEntries(numbers.map((number) => [number === 'all' ? 'default' : number, kind]));
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(text)) throw new UsageError(`${name} takes a number, not "${text}"`);
  return Number(text);
}

async function serveCommand(args: string[]): Promise<number> {
  const { values } = parse(() => parseArgs({ args, options: SERVE }));
  if (values.help) {
    process.stdout.write(SERVE_HELP);
    return 0;
  }
  const wanted = numberOf('--port', values.port) ?? DEFAULT_PORT;
  const simulator = await startSimulator(values, wanted);
  if (wanted !== 0 && simulator.port !== wanted) {
    process.stdout.write(`Port ${wanted} cannot be had; another one is used.\n`);
  }
  process.stdout.write(welcome(simulator));
  simulator.onEntry((entry) => process.stdout.write(`${formatEntry(entry)}\n`));
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await simulator.stop();
  return 0;
}

function welcome(simulator: Simulator): string {
  const [login] = simulator.account.credentials.tokens;
  return `Telephone   ${simulator.url}
REST API    ${simulator.url}/v2
Token ID    ${login?.id}
Token       ${login?.token}
Webhook     ${simulator.account.settings.incomingUrl}

Enter this as the public key of the webhook:
${simulator.publicKey}
`;
}

interface CommonValues {
  readonly webhook: string;
  readonly 'key-file'?: string | undefined;
  readonly country: string;
}

async function startSimulator(values: CommonValues, port: number): Promise<Simulator> {
  if (!/^https?:\/\/./.test(values.webhook) || !URL.canParse(values.webhook)) {
    throw new UsageError(`--webhook takes an absolute URL, not "${values.webhook}"`);
  }
  const keyFile = values['key-file'];
  return await Simulator.start({
    port,
    webhookUrl: values.webhook,
    country: countryOf(values.country),
    keyPair: keyFile === undefined ? undefined : await readKeyFile(keyFile),
  });
}

function countryOf(text: string): 'DE' {
  if (!/^[A-Z]{2}$/.test(text)) throw new UsageError(`--country takes two capital letters, not "${text}"`);
  return text as 'DE';
}

async function readKeyFile(file: string): Promise<KeyPair> {
  if (!existsSync(file)) {
    const keys = await createKeyPair();
    await writeFile(file, keys.privateKey, { mode: 0o600, flag: 'wx' });
    return keys;
  }
  const text = await readFile(file, 'utf8');
  try {
    return keyPairOf(text);
  } catch {
    throw new UsageError(`${file} holds no private RSA key in PEM`);
  }
}

/** parseArgs says what it does not know in good words; they only have to arrive without a stack. */
function parse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const text = error instanceof UsageError ? `${error.message}\n\n${HELP}` : String(error);
    process.stderr.write(`sipgate-simulator: ${text}\n`);
    process.exitCode = 1;
  },
);
