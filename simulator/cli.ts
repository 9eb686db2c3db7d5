#!/usr/bin/env node
import { UsageError } from './cli/arguments';
import { runCall } from './cli/call';
import { HELP } from './cli/help';
import { runServe } from './cli/serve';
import { runTests } from './cli/test';
import { runTalk } from './cli/talk';
import { printable } from './printable';

/** @returns the exit code; throws UsageError */
async function main(args: string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command === 'call') return await runCall(rest);
  if (command === 'serve') return await runServe(rest);
  if (command === 'test') return await runTests(rest);
  if (command === 'talk') return await runTalk(rest);
  if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
    process.stdout.write(HELP);
    return command === undefined ? 1 : 0;
  }
  throw new UsageError(`there is no command "${command}"`);
}

// who reads the output may go away (`| head`): nobody is left to tell anything
process.stdout.on('error', () => process.exit(1));

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isUsage = error instanceof UsageError;
    const message = printable(error instanceof Error ? error.message : String(error));
    process.stderr.write(`sipgate-simulator: ${message}\n${isUsage ? `\n${HELP}` : ''}`);
    process.exitCode = process.argv[2] === 'test' ? 2 : 1;
  },
);
