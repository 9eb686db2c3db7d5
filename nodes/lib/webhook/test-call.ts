import { randomBytes } from 'node:crypto';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Signatures } from './signatures';

/** What came back from a test call. */
export type TestCallResult =
  | { ok: true; url: string; status: number; xml: string; ms: number }
  | { ok: false; url: string; reason: string; status?: number; body?: string };

/** Where a test call goes. */
export interface TestCallTarget {
  /** Empty where the user gave none. */
  readonly publicUrl: string;
  readonly localUrl: string;
  /** The account that the event shall belong to; empty: none. */
  readonly masterSipId: string;
}

/** Numbers that Germany's network agency keeps free for films and books. */
const CALLER = '4917139200001';
const CALLEE = '493023125000';

/** For the whole of it, from the first connection to the last byte. */
const DEADLINE_MS = 10_000;
/** The part of it that is left for the local URL: nothing but this process is on that way. */
const LOCAL_SHARE = 0.2;
/** An answer is some hundred bytes; what is longer comes from somewhere else. */
const MOST_SHOWN = 4000;

/**
 * Places a test call through the public URL as sipgate would; where that fails, the local one tells whose fault it is.
 * Never rejects. Each event is signed for this one try.
 * @param deadlineMs for the whole
 */
export async function placeTestCall(
  { publicUrl, localUrl, masterSipId }: TestCallTarget,
  signatures: Signatures,
  deadlineMs = DEADLINE_MS,
): Promise<TestCallResult> {
  const place = async (url: string, isLocal: boolean, ms: number) => {
    const body = testEvent(masterSipId);
    const signature = signatures.issue(body);
    try {
      return await post(url, body, signature, { isLocal, deadlineMs: ms });
    } finally {
      signatures.withdraw(signature);
    }
  };
  if (publicUrl === '') return place(localUrl, true, deadlineMs);
  const result = await place(publicUrl, false, deadlineMs * (1 - LOCAL_SHARE));
  if (result.ok) return result;
  const local = await place(localUrl, true, deadlineMs * LOCAL_SHARE);
  return { ...result, reason: `${result.reason}; ${localUrl}: ${local.ok ? 'OK' : local.reason}` };
}

/** @returns the body of a NEW_CALL as sipgate would send it */
export function testEvent(masterSipId: string): Buffer {
  const callId = `test-${randomBytes(8).toString('hex')}`;
  const form = new URLSearchParams({
    event: 'newCall',
    direction: 'in',
    from: CALLER,
    to: CALLEE,
    callId,
    origCallId: callId,
    xcid: callId,
    'user[]': 'Test',
    'userId[]': 'w0',
  });
  if (masterSipId !== '') form.set('fullUserId[]', `${masterSipId}w0`);
  return Buffer.from(form.toString());
}

/** @param options a certificate is only let pass unchecked when `isLocal` */
function post(
  url: string,
  body: Buffer,
  signature: string,
  { isLocal, deadlineMs }: { isLocal: boolean; deadlineMs: number },
): Promise<TestCallResult> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let request: ClientRequest | undefined;
    const finish = (result: TestCallResult) => {
      clearTimeout(deadline);
      request?.destroy();
      resolve(result);
    };
    const fail = (reason: string) => finish({ ok: false, url, reason });
    const deadline = setTimeout(() => fail(`no answer in ${deadlineMs / 1000} s`), deadlineMs);
    try {
      request = (url.startsWith('https:') ? httpsRequest : httpRequest)(url, {
        method: 'POST',
        agent: false,
        rejectUnauthorized: !isLocal,
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
          'Content-Length': body.length,
          'X-Sipgate-Signature': signature,
        },
      });
    } catch (error) {
      return fail((error as Error).message);
    }
    request.on('response', (response) =>
      read(response, fail, (text) => finish(judge(url, response, text, performance.now() - startedAt))),
    );
    request.on('upgrade', (response) => fail(`HTTP ${response.statusCode}`));
    request.on('error', (error) => fail(error.message));
    request.on('close', () => fail('the connection was closed without an answer'));
    request.end(body);
  });
}

function read(response: IncomingMessage, fail: (reason: string) => void, done: (text: string) => void): void {
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.length > MOST_SHOWN) done(text.slice(0, MOST_SHOWN));
  });
  response.on('end', () => done(text));
  response.on('aborted', () => fail('the answer broke off'));
  response.on('error', (error) => fail(error.message));
}

function judge(url: string, response: IncomingMessage, body: string, ms: number): TestCallResult {
  const status = response.statusCode ?? 0;
  const contentType = String(response.headers['content-type']);
  if (status !== 200) return { ok: false, url, status, body, reason: `HTTP ${status}` };
  if (!/^application\/xml\b/.test(contentType) || !body.includes('<Response')) {
    return { ok: false, url, status, body, reason: `not an answer of this webhook (${contentType})` };
  }
  return { ok: true, url, status, xml: body, ms: Math.round(ms) };
}
