import { request } from 'node:http';
import { encode, FORM_TYPE, testSigner, type Form } from './http';

/** Posts a signed event and closes the connection after a while, before the answer. */
export function abandon(url: string, form: Form, afterMs: number): Promise<void> {
  const body = encode(form);
  return new Promise((resolve, reject) => {
    const call = request(url, {
      method: 'POST',
      agent: false,
      headers: {
        'Content-Type': FORM_TYPE,
        'Content-Length': Buffer.byteLength(body),
        'X-Sipgate-Signature': testSigner().sign(body),
      },
    });
    call.on('response', () => reject(new Error('it was answered before')));
    call.on('error', () => resolve());
    call.end(body);
    setTimeout(() => call.destroy(new Error('hung up')), afterMs);
  });
}
