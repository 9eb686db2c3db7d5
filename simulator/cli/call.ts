import { randomUUID } from 'node:crypto';
import { formatEntry } from '../network/format';
import type { SimulatedCall } from '../network/placed-call';
import type { Callee, CalleeBehaviour, CallScript } from '../network/script/script';
import type { TranscriptEntry } from '../network/transcript';
import { printable } from '../printable';
import type { Simulator } from '../simulator';
import { numberOf, orUsageError, parseCall, UsageError, type CallValues } from './arguments';
import { CALL_HELP } from './help';
import { startSimulator } from './start';

/** `sipgate-simulator call`. @returns the exit code; throws UsageError */
export async function runCall(args: string[]): Promise<number> {
  const values = parseCall(args);
  if (values.help) {
    process.stdout.write(CALL_HELP);
    return 0;
  }
  const simulator = await startSimulator(values, 0);
  try {
    const print = values.json ? jsonLine : formatEntry;
    simulator.onEntry((entry) => process.stdout.write(`${print(entry)}\n`));
    const call = placeCall(simulator, values);
    process.once('SIGINT', call.hangUp);
    await call.ended;
    return wentWell(call) && !(values.strict && wasSilent(call)) ? 0 : 1;
  } finally {
    await simulator.stop();
  }
}

/** An answer that sipgate would refuse is what a person wants to find out with this command. */
function wentWell(call: SimulatedCall): boolean {
  const answers = call.transcript.filter((entry) => entry.kind === 'answer');
  const isRefused = answers.some((entry) => entry.xmlError !== undefined);
  return answers.length > 0 && !isRefused && call.outcome.kind !== 'failed';
}

/** A caller who hears nothing hangs up. */
function wasSilent(call: SimulatedCall): boolean {
  return call.transcript.some((entry) => entry.kind === 'network' && entry.code === 'skips');
}

function placeCall(simulator: Simulator, values: CallValues): SimulatedCall {
  const { from, to, device } = values;
  if (to === undefined || (from === undefined && device === undefined)) {
    throw new UsageError('--from and --to are needed');
  }
  const behaviour = behaviourOf(values);
  return orUsageError(() => {
    if (from !== undefined) return simulator.call({ ...behaviour, from, to });
    return simulator.clickToDial({ sessionId: randomUUID(), caller: String(device), callee: to }, behaviour);
  });
}

function behaviourOf(values: CallValues): Omit<CallScript, 'from' | 'to'> {
  return {
    verbatim: values.verbatim,
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

function jsonLine(entry: TranscriptEntry): string {
  return printable(JSON.stringify(entry));
}

function behaving(numbers: readonly string[], kind: CalleeBehaviour): Record<string, Callee> {
  return Object.fromEntries(numbers.map((number) => [number === 'all' ? 'default' : number, kind]));
}
