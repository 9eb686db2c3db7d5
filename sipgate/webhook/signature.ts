import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { invalidInput } from '../errors';

/**
 * The key with which sipgate signs the events of all its customers (RSA-4096).
 * Source: sipgate's request verifier; SHA-256 of its DER form
 * 893cfd6caad92efc277a5977daec63dee1597223b1df5b2bf69ef56cd92305b3.
 */
export const SIPGATE_PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAvFdlnqRfO5TmqzjtsFVC
qPz+oW+poi3lXQFvMJJMEAtlU4MbX+yuIkgnC+Qt3AQWIK+oWSEQiybg+p39wEMl
16PZxEzf9gONQvTg1XhyHnwqYUFQj/AoxPKGYC3jmdjZ224SrESiTN3CdxoOc3vk
cXiQstYE7SxnksPtzfk0aIOkicim5/tAP9izNQ18/zmX3ChjK2k72gf5dDlq+qZ8
pRiHAPZ64TySH6cLQDhaoh6Nbq8FEG3usXXPClbUMh2DZaTMPafpd+LNuTngJ/y+
KoZasVuFfXAeBqGA6l5d4Uedfr99Z6qjwDrJ8sU4z2Do9bJrbuqP+mOXEebhSI1K
vi8trEfrIt8hnDBGsBaB9NEO3kYxvDT2/PhC9fNYFocjEpZNd7/mUqTJDYlpa4UC
NDQaU+ATdXG8/P5sGAegks6MQTu+qe9XTO0CV48eswDkz6g3UbLOwmrJK59SjD3J
yAZ52sluwyDKRWw/PPTt8BTQLjvkdbiLUlc4ehJ4b1X7D7diYWHDPeFL47cAvaXh
dXVrZDeBJYibvD1jRx4ES0KlfhwzNXBYUoM/Movg9zMM2PzyHHKS//xIjwUC/FJ6
/6eykno0Hy2B1ev6s3hdY6VkN2zd7Wf+EK4DxRliwsg1U99szFE3ewLfexF+Uag5
M+TfPtOUumI/NHMTvsRW9+ECAwEAAQ==
-----END PUBLIC KEY-----
`;

const ALGORITHM = 'RSA-SHA256';

/**
 * @param pem a public RSA key; empty means sipgate's own
 * @throws SipgateError `INVALID_INPUT` when the text is no public RSA key
 */
export function readPublicKey(pem: string): KeyObject {
  // an environment variable holds its line breaks as the two characters \n
  const text = pem.replaceAll('\\n', '\n').trim() || SIPGATE_PUBLIC_KEY;
  let key: KeyObject | undefined;
  try {
    key = createPublicKey(text);
  } catch {
    // the reason that OpenSSL gives ("DECODER routines::unsupported") helps nobody
  }
  if (key?.asymmetricKeyType !== 'rsa') {
    throw invalidInput(
      'publicKey',
      'must be a public RSA key in PEM form',
      'Paste the whole PEM text with its BEGIN and END lines, or leave it empty for sipgate’s own key.',
    );
  }
  return key;
}

/**
 * Whether sipgate signed these bytes.
 * @param body the raw body, exactly as received: one decoded `%5B` and the signature no longer fits
 * @param header `X-Sipgate-Signature` as the server gave it: base64. Missing, repeated or of a wrong size is false.
 * @param key from {@link readPublicKey}
 */
export function verifySignature(body: Buffer, header: unknown, key: KeyObject): boolean {
  // Node skips what is no base64 and stops at the first `=`: two headers that it joined (`a=, b=`) would pass as the first
  if (typeof header !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(header)) return false;
  return verify(ALGORITHM, body, key, Buffer.from(header, 'base64'));
}
