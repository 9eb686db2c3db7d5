import { generateKeyPair, randomBytes, sign, verify, type KeyObject } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';

/** What came back from a test call. */
export type TestCallResult =
  | { ok: true; url: string; status: number; xml: string; ms: number }
  | { ok: false; url: string; reason: string; status?: number; body?: string };

/** Signs test events of this process. Its private key never leaves it, so what it signed is no stranger's. */
export interface TestSigner {
  sign(body: Buffer): string;
  verify(body: Buffer, header: unknown): boolean;
}

/** Numbers that Germany's network agency keeps free for films and books. */
const CALLER = '4917139200001';
const CALLEE = '493023125000';

const PATIENCE_MS = 10_000;
/** An answer is some hundred bytes; what is longer comes from somewhere else. */
const MOST_SHOWN = 4000;

let signer: Promise<TestSigner> | undefined;

/** @returns this process's signer; the key pair is made at the first test call */
export function testSigner(): Promise<TestSigner> {
  return (signer ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 }).then(createSigner));
}

function createSigner({
  privateKey,
  publicKey,
}: {
  privateKey: KeyObject;
  publicKey: KeyObject;
}): TestSigner {
  return {
    sign: (body) => sign('RSA-SHA256', body, privateKey).toString('base64'),
    verify: (body, header) =>
      typeof header === 'string' && verify('RSA-SHA256', body, publicKey, Buffer.from(header, 'base64')),
  };
}

/**
 * @param masterSipId the account the event shall belong to; empty: none
 * @returns the body of a NEW_CALL as sipgate would send it
 */
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

/**
 * Posts a signed event as sipgate would. Never rejects.
 * @param url where to; a certificate is only let pass unchecked when `isLocal`
 */
export function placeTestCall(
  url: string,
  body: Buffer,
  signature: string,
  isLocal: boolean,
): Promise<TestCallResult> {
  const startedAt = Date.now();
  return new Promise((resolve) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const request = send(
      url,
      {
        method: 'POST',
        agent: false,
        timeout: PATIENCE_MS,
        rejectUnauthorized: !isLocal,
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
          'Content-Length': body.length,
          'X-Sipgate-Signature': signature,
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          if (text.length < MOST_SHOWN) text += chunk;
        });
        response.on('end', () => {
          resolve(
            judge(url, response.statusCode ?? 0, String(response.headers['content-type']), text, startedAt),
          );
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error(`no answer in ${PATIENCE_MS / 1000} s`)));
    request.on('error', (error) => resolve({ ok: false, url, reason: error.message }));
    request.end(body);
  });
}

function judge(
  url: string,
  status: number,
  contentType: string,
  text: string,
  startedAt: number,
): TestCallResult {
  const body = text.slice(0, MOST_SHOWN);
  if (status !== 200) return { ok: false, url, status, body, reason: `HTTP ${status}` };
  if (!/^application\/xml\b/.test(contentType) || !body.includes('<Response')) {
    return { ok: false, url, status, body, reason: `not an answer of this webhook (${contentType})` };
  }
  return { ok: true, url, status, xml: body, ms: Date.now() - startedAt };
}
