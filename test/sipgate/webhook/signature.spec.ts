import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import should from 'should';
import { readPublicKey, SIPGATE_PUBLIC_KEY, verifySignature } from '../../../sipgate/index';
import { newSigner } from '../../nodes/helpers/http';

const signer = newSigner();
const key = readPublicKey(signer.publicKey);
const body = Buffer.from('event=newCall&user%5B%5D=J%C3%B6rg');
const good = signer.sign(body);
const SIGNED_REQUESTS = path.resolve(__dirname, '../../fixtures/signed-requests');

describe('the signature', () => {
  it('of sipgate is checked with sipgate’s own key unless another one is given', () => {
    const own = createPublicKey(SIPGATE_PUBLIC_KEY);
    readPublicKey('').equals(own).should.be.true();
    readPublicKey('  \n').equals(own).should.be.true();
    readPublicKey(`\n ${SIPGATE_PUBLIC_KEY}`).equals(own).should.be.true();
    const der = own.export({ type: 'spki', format: 'der' });
    createHash('sha256')
      .update(der)
      .digest('hex')
      .should.equal('893cfd6caad92efc277a5977daec63dee1597223b1df5b2bf69ef56cd92305b3');
  });

  it('is checked with a key from an environment variable, whose line breaks are written as \\n', () =>
    readPublicKey(signer.publicKey.replaceAll('\n', '\\n')).equals(key).should.be.true());

  it('fits the bytes that were signed', async () => {
    verifySignature(body, good, key).should.be.true();
  });

  const wrong: [string, Buffer, unknown][] = [
    ['a changed byte', Buffer.from(body.toString().replace('newCall', 'newcall')), good],
    ['a decoded bracket', Buffer.from(body.toString().replace('%5B%5D', '[]')), good],
    ['a line break at the end', Buffer.concat([body, Buffer.from('\n')]), good],
    ['an empty body', Buffer.alloc(0), good],
    ['no header', body, undefined],
    ['an empty header', body, ''],
    ['a header as a list', body, [good]],
    ['two headers, the first being right', body, `${good}, ${good}`],
    ['two headers, the second being right', body, `AAAA, ${good}`],
    ['a good header with something behind', body, `${good}!`],
    ['a good header with spaces inside', body, `${good.slice(0, 9)} ${good.slice(9)}`],
    ['a header that is no base64', body, 'ö'.repeat(344)],
    ['a signature that is too short', body, good.slice(4)],
    ['a signature that is too long', body, `AAAA${good}`],
    ['a signature of no byte', body, 'A'],
    ['something before a good header', body, `!${good}`],
    ['a signature of somebody else', body, newSigner().sign(body)],
    ['a signature of nothing but zeros', body, Buffer.alloc(256).toString('base64')],
    ['a number', body, 5],
  ];
  for (const [what, bytes, header] of wrong) {
    it(`is refused: ${what}`, async () => {
      verifySignature(bytes, header, key).should.be.false();
    });
  }

  it('is checked with a key of any length', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2049 });
    const odd = readPublicKey(publicKey.export({ type: 'spki', format: 'pem' }) as string);
    const header = sign('RSA-SHA256', body, privateKey).toString('base64');
    verifySignature(body, header, odd).should.be.true();
  });

  const elliptic = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey;
  for (const [what, pem] of [
    ['no PEM text', 'hello'],
    ['half a PEM text', SIPGATE_PUBLIC_KEY.slice(0, 200)],
    ['a key of another kind', elliptic.export({ type: 'spki', format: 'pem' }) as string],
  ] as const) {
    it(`needs a public RSA key: ${what} is refused`, () =>
      should(() => readPublicKey(pem)).throw(/publicKey/, { code: 'INVALID_INPUT' }));
  }

  describe('of real requests', () => {
    for (const file of readdirSync(SIGNED_REQUESTS)) {
      it(`fits sipgate’s key: ${file}`, () => {
        const { header, bytes } = readSignedRequest(path.join(SIGNED_REQUESTS, file));
        verifySignature(bytes, header, readPublicKey('')).should.be.true();
        verifySignature(
          Buffer.concat([bytes, Buffer.from('\n')]),
          header,
          readPublicKey(''),
        ).should.be.false();
      });
    }
  });
});

/** Headers, an empty line, the body. */
function readSignedRequest(file: string): { header: string | undefined; bytes: Buffer } {
  const text = readFileSync(file, 'latin1');
  const [, headers = '', bytes = ''] = /^([^]*?)\r?\n\r?\n([^]*)$/.exec(text) ?? [];
  return {
    header: /^X-Sipgate-Signature:\s*(\S+)\s*$/im.exec(headers)?.[1],
    bytes: Buffer.from(bytes, 'latin1'),
  };
}
