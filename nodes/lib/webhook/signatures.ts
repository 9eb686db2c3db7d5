import { randomBytes, type KeyObject } from 'node:crypto';
import { verifySignature } from '../../../sipgate/index';

/** Says whether a request is signed: by sipgate, or for a test call of this process. */
export interface Signatures {
  verify(body: Buffer, header: unknown): boolean;
  /** @returns a signature that is good for these bytes, once, until it is withdrawn */
  issue(body: Buffer): string;
  withdraw(signature: string): void;
}

/** As many bytes as nobody guesses. */
const TEST_SIGNATURE_BYTES = 32;

/** @param key `undefined` where signatures are not checked */
export function createSignatures(key: KeyObject | undefined): Signatures {
  const issued = new Map<string, Buffer>();

  function isTest(body: Buffer, header: unknown): boolean {
    if (typeof header !== 'string' || issued.size === 0 || !issued.get(header)?.equals(body)) return false;
    return issued.delete(header);
  }

  return {
    verify: (body, header) => !key || isTest(body, header) || verifySignature(body, header, key),
    issue(body) {
      const signature = randomBytes(TEST_SIGNATURE_BYTES).toString('base64');
      issued.set(signature, body);
      return signature;
    },
    withdraw: (signature) => issued.delete(signature),
  };
}
