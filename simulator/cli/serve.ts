import { formatEntry } from '../network/format';
import type { Simulator } from '../simulator';
import { numberOf, parseServe } from './arguments';
import { DEFAULT_PORT, SERVE_HELP } from './help';
import { startSimulator } from './start';

/** `sipgate-simulator serve`: stays until it gets a signal. @returns the exit code; throws UsageError */
export async function runServe(args: string[]): Promise<number> {
  const values = parseServe(args);
  if (values.help) {
    process.stdout.write(SERVE_HELP);
    return 0;
  }
  const port = numberOf('--port', values.port) ?? DEFAULT_PORT;
  // before a word is printed: whoever reads that it runs may end it at once
  const toldToEnd = signalled();
  const simulator = await startSimulator(values, port);
  if (port !== 0 && simulator.port !== port) {
    process.stdout.write(`Port ${port} is not available; using another one.\n`);
  }
  process.stdout.write(addresses(simulator));
  simulator.onEntry((entry) => process.stdout.write(`${formatEntry(entry)}\n`));
  await toldToEnd;
  await simulator.stop();
  return 0;
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function addresses(simulator: Simulator): string {
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
