/** Many callers at a steady rate, each on a connection of its own as sipgate's are, and a count of what became of them. */
import { request } from 'node:http';
import { encode, FORM_TYPE, newCall, testSigner, type Form } from '../nodes/helpers/http';

/**
 * What became of requests: `answered` (200 with a whole XML document), `HTTP 503`, `refused` (nobody listened),
 * `reset` (the connection broke, also in the middle of an answer), `no answer` (none in 10 s).
 */
export type Tally = Readonly<Record<string, number>>;

const LONGEST_WAIT_MS = 10_000;
const PER_SECOND = 50;

/** @returns what became of one signed event */
export function place(url: string, form: Form = newCall()): Promise<string> {
  const body = encode(form);
  const headers = {
    'Content-Type': FORM_TYPE,
    'Content-Length': Buffer.byteLength(body),
    'X-Sipgate-Signature': testSigner().sign(body),
  };
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(outcomeOf(response.statusCode ?? 0, text)));
      response.on('error', () => resolve('reset'));
    });
    sent.setTimeout(LONGEST_WAIT_MS, () => {
      resolve('no answer');
      sent.destroy();
    });
    sent.on('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code === 'ECONNREFUSED' ? 'refused' : 'reset'),
    );
    sent.end(body);
  });
}

function outcomeOf(status: number, text: string): string {
  const isWhole = text.endsWith('</Response>') || /<Response[^>]*\/>$/.test(text);
  return status === 200 && isWhole ? 'answered' : `HTTP ${status}`;
}

/** Callers that keep coming until `stop()`, which waits for what has become of all of them. */
export interface Callers {
  stop(): Promise<Tally>;
}

/** @param nextUrl where the next caller's event goes, @param nextForm what it is */
export function startCallers(
  nextUrl: () => string,
  { perSecond = PER_SECOND, nextForm = () => newCall() }: { perSecond?: number; nextForm?: () => Form } = {},
): Callers {
  const outcomes: Promise<string>[] = [];
  const timer = setInterval(() => outcomes.push(place(nextUrl(), nextForm())), 1000 / perSecond);
  return {
    stop: async () => {
      clearInterval(timer);
      return tallyOf(await Promise.all(outcomes));
    },
  };
}

function tallyOf(outcomes: readonly string[]): Tally {
  const tally: Record<string, number> = {};
  for (const outcome of outcomes) tally[outcome] = (tally[outcome] ?? 0) + 1;
  return tally;
}

/** Fails with the whole tally when there is an outcome that is not allowed, or nobody was answered. */
export function onlyAllow(tally: Tally, ...allowed: string[]): void {
  const isBad = Object.keys(tally).some((outcome) => !['answered', ...allowed].includes(outcome));
  if (isBad || !tally['answered']) throw new Error(`What became of the callers: ${JSON.stringify(tally)}`);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
