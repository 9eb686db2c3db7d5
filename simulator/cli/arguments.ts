import { parseArgs } from 'node:util';
import { keysOf } from '../ai-flow/input';
import { DEFAULT_PORT, DEFAULT_WEBHOOK } from './help';

/** What the person typed makes no sense; the message says what. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const COMMON = {
  webhook: { type: 'string', default: DEFAULT_WEBHOOK },
  'key-file': { type: 'string' },
  country: { type: 'string', default: 'DE' },
  neo: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const CALL = {
  ...COMMON,
  from: { type: 'string' },
  device: { type: 'string' },
  to: { type: 'string' },
  verbatim: { type: 'boolean', default: false },
  out: { type: 'boolean', default: false },
  press: { type: 'string', multiple: true, default: [] as string[] },
  busy: { type: 'string', multiple: true, default: [] as string[] },
  'no-answer': { type: 'string', multiple: true, default: [] as string[] },
  'not-found': { type: 'string', multiple: true, default: [] as string[] },
  'forward-to': { type: 'string', multiple: true, default: [] as string[] },
  'transfer-to': { type: 'string' },
  'give-up': { type: 'string' },
  talk: { type: 'string' },
  speed: { type: 'string' },
  json: { type: 'boolean', default: false },
  strict: { type: 'boolean', default: false },
} as const;

const SERVE = { ...COMMON, port: { type: 'string', default: String(DEFAULT_PORT) } } as const;

const TEST = {
  ...COMMON,
  'ai-flow': { type: 'string' },
  secret: { type: 'string', default: '' },
  'token-header': { type: 'string', default: 'X-API-TOKEN' },
  junit: { type: 'string' },
} as const;
const TALK = {
  url: { type: 'string' },
  secret: { type: 'string', default: '' },
  'token-header': { type: 'string', default: 'X-API-TOKEN' },
  from: { type: 'string' },
  to: { type: 'string' },
  out: { type: 'boolean', default: false },
  press: { type: 'string', multiple: true, default: [] as string[] },
  interrupt: { type: 'string', multiple: true, default: [] as string[] },
  'no-answer': { type: 'boolean', default: false },
  switch: { type: 'string', multiple: true, default: [] as string[] },
  speed: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export type CommonValues = ReturnType<typeof parseArgs<{ options: typeof COMMON }>>['values'];
export type CallValues = ReturnType<typeof parseArgs<{ options: typeof CALL }>>['values'];
export type ServeValues = ReturnType<typeof parseArgs<{ options: typeof SERVE }>>['values'];
export type TestValues = ReturnType<typeof parseArgs<{ options: typeof TEST }>>['values'];

/** @returns the options and files of `test`; throws UsageError */
export function parseTestCommand(args: string[]): { values: TestValues; files: string[] } {
  return orUsageError(() => {
    const { values, positionals } = parseArgs({ args, options: TEST, allowPositionals: true });
    return { values, files: positionals };
  });
}

export type TalkValues = ReturnType<typeof parseArgs<{ options: typeof TALK }>>['values'];

/** What the caller does next. */
export interface TalkStep {
  readonly kind: 'say' | 'press' | 'interrupt';
  readonly text: string;
}

/** @returns the options of `talk`, and its sentences and keys in the order in which they were typed; throws UsageError */
export function parseTalk(args: string[]): { values: TalkValues; steps: TalkStep[] } {
  const options = { args, options: TALK, allowPositionals: true, tokens: true } as const;
  const { values, tokens } = orUsageError(() => parseArgs(options));
  const steps = tokens.flatMap((token): TalkStep[] => {
    if (token.kind === 'positional') return [{ kind: 'say', text: token.value }];
    if (token.kind !== 'option' || (token.name !== 'press' && token.name !== 'interrupt')) return [];
    if (token.name === 'press') orUsageError(() => keysOf(token.value));
    return [{ kind: token.name, text: token.value }];
  });
  return { values, steps };
}

/** @returns the options of `call`; throws UsageError */
export function parseCall(args: string[]): CallValues {
  return orUsageError(() => parseArgs({ args, options: CALL }).values);
}

/** @returns the options of `serve`; throws UsageError */
export function parseServe(args: string[]): ServeValues {
  return orUsageError(() => parseArgs({ args, options: SERVE }).values);
}

/** @returns undefined where the option was not given; throws UsageError unless it is a number from 0 on */
export function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(text)) throw new UsageError(`${name} takes a number, not "${text}"`);
  return Number(text);
}

/** Runs something whose error says in good words what was typed wrong; it only has to arrive without a stack. */
export function orUsageError<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
