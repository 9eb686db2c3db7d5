import should from 'should';
import { readWebhookConfig } from '../../../../nodes/lib/webhook/config';

describe('the settings of a webhook', () => {
  it('have defaults that work', () => {
    const config = readWebhookConfig({});
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
    readWebhookConfig({ server: 'port' }).place.should.deepEqual({
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
      readWebhookConfig({ path: written }).place.path.should.equal(path));
  }

  it('do without a key when signatures are not checked', () =>
    should(readWebhookConfig({ verifySignature: false }).key).be.undefined());

  for (const [given, used] of [
    [8000, 8000],
    [8001, 8000],
    ['90000', 8000],
    [1, 1],
    ['', 3000],
  ] as const) {
    it(`let a flow have ${used} ms when ${JSON.stringify(given)} are set`, () =>
      readWebhookConfig({ responseTimeout: given }).responseTimeout.should.equal(used));
  }
});
