import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';

export { eventually } from '../../eventually';

/** The telephone company of the tests: its key pair signs events, its public half goes into a webhook's `publicKey`. */
export interface Signer {
  readonly publicKey: string;
  sign(body: string | Buffer): string;
}

let signer: Signer | undefined;

/** @returns the signer of this process; its key pair is made once */
export function testSigner(): Signer {
  return (signer ??= newSigner());
}

export function newSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    sign: (body) => signWith(privateKey, body),
  };
}

function signWith(key: KeyObject, body: string | Buffer): string {
  return sign('RSA-SHA256', Buffer.from(body), key).toString('base64');
}

/** Wire fields of an event: a list becomes a repeated field. */
export type Form = Record<string, string | readonly string[]>;

/** @returns the fields as sipgate encodes them: `user%5B%5D=Ann+Example` */
export function encode(form: Form): string {
  const pairs = Object.entries(form).flatMap(([name, value]) =>
    [value].flat().map((entry): [string, string] => [name, entry as string]),
  );
  return new URLSearchParams(pairs).toString();
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface PostOptions {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** `undefined`: as it should be; `null`: none; else this one. */
  readonly signature?: string | string[] | null;
  /** The body goes without a length, in chunks. */
  readonly chunked?: boolean;
}

export const FORM_TYPE = 'application/x-www-form-urlencoded; charset=UTF-8';

/** Posts a body as sipgate does: signed, with its headers. Rejects when there is no answer. */
export function post(
  url: string,
  body: string | Buffer,
  { method = 'POST', headers = {}, signature, chunked = false }: PostOptions = {},
): Promise<Answer> {
  const signed = signature === undefined ? testSigner().sign(body) : signature;
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const all: OutgoingHttpHeaders = {
    'Content-Type': FORM_TYPE,
    ...(chunked ? {} : { 'Content-Length': Buffer.byteLength(body) }),
    ...(signed === null ? {} : { 'X-Sipgate-Signature': signed }),
    ...headers,
  };
  for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      { method, headers: all, agent: false, rejectUnauthorized: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    if (chunked) request.write(body);
    request.end(chunked ? undefined : body);
  });
}

/** Posts a signed event and closes the connection after a while, before the answer; rejects if that came first. */
export function postAndDisconnect(url: string, form: Form, afterMs: number): Promise<void> {
  const body = encode(form);
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, {
      method: 'POST',
      agent: false,
      headers: {
        'Content-Type': FORM_TYPE,
        'Content-Length': Buffer.byteLength(body),
        'X-Sipgate-Signature': testSigner().sign(body),
      },
    });
    request.on('response', () => reject(new Error('it was answered before')));
    request.on('error', () => resolve());
    request.end(body);
    setTimeout(() => request.destroy(new Error('hung up')), afterMs);
  });
}

let number = 0;

/** @returns a new NEW_CALL of an incoming call; with `callId` and `from` of its own unless given */
export function newCall(fields: Form = {}): Form {
  number += 1;
  const callId = `call${process.pid}x${number}`;
  return {
    event: 'newCall',
    direction: 'in',
    from: '4915790000001',
    to: '4921163553355',
    callId,
    origCallId: callId,
    xcid: 'xcid1',
    'user[]': 'Ann Example',
    'userId[]': 'w0',
    'fullUserId[]': '1234567w0',
    ...fields,
  };
}
