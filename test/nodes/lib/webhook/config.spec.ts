import type { NodeAPI } from 'node-red';
import should from 'should';
import { readWebhookConfig } from '../../../../nodes/lib/webhook/config';

const read = (
  saved: Record<string, unknown>,
  settings: Record<string, unknown> = { httpAdminRoot: '/admin' },
) => readWebhookConfig({ settings } as unknown as NodeAPI, saved);

describe('the settings of a webhook', () => {
  it('have defaults that work', () => {
    const config = read({});
    config.should.have.properties({
      publicUrl: '',
      country: 'DE',
      masterSipId: '',
      responseTimeout: 3000,
      replayWindow: 300,
      callStore: '',
    });
    config.place.should.deepEqual({ server: 'node-red', path: '/sipgate' });
    config.allowedIps.isEmpty.should.be.true();
    config.trustProxy.isEmpty.should.be.true();
    should(config.key?.asymmetricKeyDetails?.modulusLength).equal(4096);
    read({ server: 'port' }).place.should.deepEqual({
      server: 'port',
      path: '/sipgate',
      host: '127.0.0.1',
      port: 8765,
      tls: '',
    });
  });

  for (const [written, path] of [
    ['sipgate/x', '/sipgate/x'],
    ['/x/', '/x'],
    ['/x//', '/x'],
    ['/', '/'],
    ['', '/sipgate'],
    ['/sipgate/ä', '/sipgate/%C3%A4'],
  ] as const) {
    it(`take the path ${JSON.stringify(written)} as ${path}`, () =>
      read({ path: written }).place.path.should.equal(path));
  }

  it('know their country by its code, and no other', () => {
    read({ country: 'at' }).country.should.equal('AT');
    read({ country: 'UK' }).country.should.equal('GB');
    for (const country of ['XX', 'Germany', '${COUNTRY}'])
      should(() => read({ country })).throw({ code: 'INVALID_INPUT', field: 'country' });
  });

  it('do without a key when signatures are not checked', () =>
    should(read({ verifySignature: false }).key).be.undefined());

  for (const [given, used] of [
    [8000, 8000],
    [8001, 8000],
    ['90000', 8000],
    [1, 1],
    ['', 3000],
  ] as const) {
    it(`let a flow have ${used} ms when ${JSON.stringify(given)} are set`, () =>
      read({ responseTimeout: given }).responseTimeout.should.equal(used));
  }

  for (const [path, settings] of [
    ['/', {}],
    ['/flows', {}],
    ['/flows/', {}],
    ['/FLOWS/x', {}],
    ['/%66lows', {}],
    ['/%46LOWS', {}],
    ['flows', {}],
    ['/flow/1', {}],
    ['/comms', {}],
    ['/Sipgate/Webhooks', {}],
    ['/Admin/flows', { httpAdminRoot: '/admin' }],
    ['/', { httpAdminRoot: '/', httpNodeRoot: '/' }],
    ['/red/x', { httpAdminRoot: '/' }],
    ['/sipgate/accounts/x', {}],
    ['/admin', { httpAdminRoot: '/admin' }],
    ['/admin/settings', { httpAdminRoot: '/admin/' }],
    ['/flows', { httpAdminRoot: '/api', httpNodeRoot: '/api' }],
  ] as const) {
    it(`refuse the path ${path}, which is the editor’s, with ${JSON.stringify(settings)}`, () =>
      should(() => read({ path }, settings)).throw(/editor/, { code: 'INVALID_INPUT', field: 'path' }));
  }

  for (const [path, settings] of [
    ['/sipgate', {}],
    ['/sipgate/accounting', {}],
    ['/flowsheet', {}],
    ['/flows', { httpNodeRoot: '/api' }],
    ['/', { httpAdminRoot: '/admin' }],
    ['/flows', { httpAdminRoot: false }],
  ] as const) {
    it(`take the path ${path} with ${JSON.stringify(settings)}`, () =>
      read({ path }, settings).place.path.should.equal(path));
  }

  it('take any path on a port of its own', () =>
    read({ server: 'port', path: '/flows' }, {}).place.path.should.equal('/flows'));

  for (const publicUrl of [
    'https://x.example/\u0001',
    'https://x.example/\ufffe',
    'https://x.example/\ud800',
    'ftp://x.example',
    'x.example/s3cret',
    `https://x.example/${'a'.repeat(3000)}`,
  ]) {
    it(`refuse the URL ${JSON.stringify(publicUrl).slice(0, 40)}, and do not tell it to the log`, () => {
      const error = should(() => read({ publicUrl })).throw({ code: 'INVALID_INPUT', field: 'publicUrl' });
      should(error).be.ok();
      try {
        read({ publicUrl });
      } catch (thrown) {
        (thrown as Error).message.should.not.containEql(publicUrl);
      }
    });
  }

  it('do not tell a path with a typing error to the log', () => {
    for (const path of ['/s3cret?', '/s3 cret', '/s3cret\ud800', `/s3cret${'x'.repeat(600)}`]) {
      try {
        read({ path });
        throw new Error('was taken');
      } catch (thrown) {
        should(thrown).have.properties({ code: 'INVALID_INPUT', field: 'path' });
        (thrown as Error).message.should.not.containEql('s3');
      }
    }
  });

  for (const field of ['path', 'publicUrl', 'publicKey', 'allowedIps', 'country', 'masterSipId']) {
    it(`name the variable that is not set in ${field}`, () => {
      for (const left of ['${SIPGATE_X}', '$(SIPGATE_X)'])
        should(() => read({ [field]: left })).throw(/"SIPGATE_X", which is not set/, { field });
    });
  }

  it('take a key from a variable, whose line breaks are written as \\n', () => {
    const key = read({}).key?.export({ type: 'spki', format: 'pem' }) as string;
    should(read({ publicKey: key.trim().replaceAll('\n', '\\n') }).key).be.ok();
  });
});
