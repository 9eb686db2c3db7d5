import { createPrivateKey, createPublicKey, generateKeyPair, sign } from 'node:crypto';
import { promisify } from 'node:util';

/** Two PEM texts. The public one belongs into the webhook's `publicKey`. */
export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

let ownKeyPair: Promise<KeyPair> | undefined;

/**
 * The key pair of this process, made on first use. 2048 bits, because sipgate's 4096 take seconds to make;
 * the algorithm (RSA-SHA256) is the same.
 */
export function processKeyPair(): Promise<KeyPair> {
  ownKeyPair ??= createKeyPair();
  return ownKeyPair;
}

/** @returns a fresh RSA key pair of 2048 bits */
export async function createKeyPair(): Promise<KeyPair> {
  return await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** @returns the pair that belongs to a private RSA key in PEM; throws when the text is no such key */
export function keyPairOf(privateKey: string): KeyPair {
  // createPublicKey alone takes a public key as well, and keys that cannot sign as sipgate does
  if (createPrivateKey(privateKey).asymmetricKeyType !== 'rsa') throw new Error('no RSA key');
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' });
  return { publicKey: publicKey.toString(), privateKey };
}

/**
 * `X-Sipgate-Signature` as sipgate makes it: base64 of RSASSA-PKCS1-v1_5 with SHA-256 over the body's bytes.
 * Runs in the thread pool, so that hundreds of parallel calls do not hold up the event loop.
 */
export async function signatureOf(body: Buffer, keys: KeyPair): Promise<string> {
  return await new Promise((resolve, reject) => {
    sign('RSA-SHA256', body, keys.privateKey, (error, signature) =>
      error ? reject(error) : resolve(signature.toString('base64')),
    );
  });
}
