import { randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isRecord, parseJson } from '../../../sipgate/index';

/** Where a test session goes. */
export interface TestSessionTarget {
  /** Empty where the user gave none. */
  readonly publicUrl: string;
  readonly localUrl: string;
  readonly tokenHeader: string;
  readonly token: string;
}

/** One event of a test session, and what came back: a body that is JSON, or none at all. */
export interface TestStep {
  readonly event: string;
  readonly status: number;
  /** The actions, as they came. */
  readonly answer?: unknown;
  readonly ms: number;
}

/** What came of a test session. */
export type TestSessionResult =
  | { ok: true; url: string; steps: TestStep[] }
  | { ok: false; url: string; steps: TestStep[]; reason: string };

interface TestEvent {
  readonly type: string;
  readonly session: { readonly id: string };
}

/** Numbers that Germany's network agency keeps free for films and books. */
const CALLER = '4917139200001';
const NUMBER = '493023125000';

/** For one event, from the first connection to the last byte: longer than an AI flow waits for its flow. */
const DEADLINE_MS = 8000;
/** An answer is some hundred bytes; what is longer comes from somewhere else. Sounds are longer, and not shown. */
const MOST_ANSWER_BYTES = 4 * 1024 * 1024;
const LONGEST_SENTENCE = 1000;

/**
 * Holds a conversation of one sentence through the public URL, as sipgate would: somebody calls, says it, and hangs up.
 * Never rejects.
 */
export async function runTestSession(
  target: TestSessionTarget,
  sentence: string,
): Promise<TestSessionResult> {
  const url = target.publicUrl || target.localUrl;
  const steps: TestStep[] = [];
  const session = {
    id: randomUUID(),
    account_id: 'test',
    phone_number: NUMBER,
    direction: 'inbound',
    from_phone_number: CALLER,
    to_phone_number: NUMBER,
  };
  const text = sentence.slice(0, LONGEST_SENTENCE);
  const events = [
    { type: 'session_start', session },
    ...(text.trim() === '' ? [] : [{ type: 'user_speak', text, barged_in: false, session }]),
    { type: 'session_end', session },
  ];
  for (const event of events) {
    const step = await post(url, target, event);
    if ('reason' in step) return { ok: false, url, steps, reason: step.reason };
    steps.push(step);
  }
  return { ok: true, url, steps };
}

async function post(
  url: string,
  target: TestSessionTarget,
  event: TestEvent,
): Promise<TestStep | { reason: string }> {
  const startedAt = performance.now();
  const signal = AbortSignal.timeout(DEADLINE_MS);
  try {
    const response = await send(url, target, Buffer.from(JSON.stringify(event)), signal);
    const body = await bodyOf(response);
    return judge(event, response.statusCode ?? 0, body, performance.now() - startedAt);
  } catch (thrown) {
    return { reason: signal.aborted ? `no answer in ${DEADLINE_MS / 1000} s` : (thrown as Error).message };
  }
}

function send(
  url: string,
  { token, tokenHeader, publicUrl }: TestSessionTarget,
  body: Buffer,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.startsWith('https:') ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      agent: false,
      signal,
      // the port on this machine may have a certificate for its public name only
      rejectUnauthorized: publicUrl !== '',
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': body.length,
        ...(token === '' ? {} : { [tokenHeader]: token }),
      },
    });
    request.on('response', resolve);
    request.on('error', reject);
    request.on('close', () => reject(new Error('the connection was closed without an answer')));
    request.end(body);
  });
}

async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MOST_ANSWER_BYTES) throw new Error('the answer is too long');
  }
  return Buffer.concat(chunks);
}

function judge(
  { type, session }: TestEvent,
  status: number,
  body: Buffer,
  ms: number,
): TestStep | { reason: string } {
  const step = { event: type, status, ms: Math.round(ms) };
  if (status === 204) return step;
  if (status !== 200) return { reason: `HTTP ${status}` };
  const answer = parseJson(body.toString('utf8'));
  const isOurs = [answer].flat().every((action) => isRecord(action) && action['session_id'] === session.id);
  return isOurs ? { ...step, answer: withoutSounds(answer) } : { reason: 'not an answer of this AI flow' };
}

/** A sound is a megabyte of letters that nobody reads. */
function withoutSounds(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(withoutSounds);
  if (typeof answer !== 'object' || answer === null || !('audio' in answer)) return answer;
  return { ...answer, audio: '…' };
}
