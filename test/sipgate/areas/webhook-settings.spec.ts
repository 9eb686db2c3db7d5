import {
  webhookSettings,
  type SipgateClient,
  type WebhookSettings,
  type WebhookSettingsOperation,
} from '../../../sipgate/index';
import { ApiServer, clientOf, failure, type Seen } from '../helpers/api-server';

/** A channel of a newer account. */
const CHANNEL = '9b6cbdcf-6a48-4b7c-b2ae-4a2c3e6a52bc';

describe('The webhook settings', () => {
  let api: ApiServer;
  let client: SipgateClient;
  let stored: Record<string, unknown>;
  let keep: (next: Record<string, unknown>, seen: Seen) => Record<string, unknown>;

  beforeEach(async () => {
    api = await ApiServer.start();
    client = clientOf(api);
    stored = {
      incomingUrl: 'https://old.example/in',
      outgoingUrl: '',
      log: false,
      whitelist: null,
      pushApiVersion: 2,
    };
    keep = (next) => next;
    api.answer = (seen) => {
      if (seen.url !== '/settings/sipgateio') return { status: 404 };
      if (seen.method === 'GET') return { json: stored };
      stored = keep(seen.json as Record<string, unknown>, seen);
      return { status: 204 };
    };
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  it('are shown as they are', async () => {
    (await webhookSettings(client, 'get')).should.deepEqual({
      incomingUrl: 'https://old.example/in',
      outgoingUrl: '',
      log: false,
      whitelist: null,
    });
    api.requests.should.deepEqual(['GET /settings/sipgateio']);
  });

  const changes: [WebhookSettingsOperation, unknown, Partial<WebhookSettings>][] = [
    ['setIncomingUrl', ' https://new.example/in?a=1&b=2 ', { incomingUrl: 'https://new.example/in?a=1&b=2' }],
    ['clearIncomingUrl', undefined, { incomingUrl: '' }],
    ['setOutgoingUrl', 'http://new.example/out', { outgoingUrl: 'http://new.example/out' }],
    ['clearOutgoingUrl', undefined, { outgoingUrl: '' }],
    ['setWhitelist', ['p0', 'g1', 'w2', 'k3', 'p0'], { whitelist: ['p0', 'g1', 'w2', 'k3'] }],
    ['setWhitelist', 'p0, g1,', { whitelist: ['p0', 'g1'] }],
    ['setWhitelist', CHANNEL, { whitelist: [CHANNEL] }],
    ['clearWhitelist', undefined, { whitelist: [] }],
    ['disableWhitelist', undefined, { whitelist: null }],
    ['setLog', true, { log: true }],
    ['setLog', 'false', { log: false }],
  ];
  for (const [operation, value, change] of changes) {
    it(`are changed by ${operation} ${JSON.stringify(value) ?? ''} and keep all else, known or not`, async () => {
      stored.whitelist = ['p9'];
      const before = { ...stored };
      const after = await webhookSettings(client, operation, value);
      const [, put] = api.seen;
      put!.method.should.equal('PUT');
      put!.json!.should.deepEqual({ ...before, ...change });
      const { incomingUrl, outgoingUrl, log, whitelist } = { ...before, ...change };
      after.should.deepEqual({ incomingUrl, outgoingUrl, log, whitelist });
    });
  }

  it('are shown to who wants to know, before they are changed', async () => {
    const heard: unknown[] = [];
    const onBefore = (before: WebhookSettings) => heard.push(before.incomingUrl, api.seen.length);
    await webhookSettings(client, 'clearIncomingUrl', undefined, { onBefore });
    heard.should.deepEqual(['https://old.example/in', 1]);
  });

  const bad: [WebhookSettingsOperation, unknown][] = [
    ['setIncomingUrl', ''],
    ['setIncomingUrl', undefined],
    ['setOutgoingUrl', '/sipgate'],
    ['setOutgoingUrl', 'ftp://example.com'],
    ['setOutgoingUrl', 'https://'],
    ['setWhitelist', ''],
    ['setWhitelist', []],
    ['setWhitelist', ['p0', 'reception']],
    ['setWhitelist', 'f0'],
    ['setWhitelist', undefined],
    ['setLog', 'yes'],
  ];
  for (const [operation, value] of bad) {
    it(`are not touched by ${operation} ${JSON.stringify(value) ?? ''}`, async () => {
      const error = await failure(webhookSettings(client, operation, value));
      error.code.should.equal('INVALID_INPUT');
      error.field!.should.equal('value');
      api.seen.should.be.empty();
    });
  }

  it('know no other operation', async () => {
    const error = await failure(webhookSettings(client, 'drop' as WebhookSettingsOperation));
    error.field!.should.equal('operation');
  });

  it('lose no change of two clients at once', async () => {
    const other = clientOf(api);
    await Promise.all([
      webhookSettings(client, 'setIncomingUrl', 'https://a.example'),
      webhookSettings(other, 'setOutgoingUrl', 'https://b.example'),
      webhookSettings(client, 'setLog', true),
      webhookSettings(other, 'setWhitelist', ['p0']),
    ]);
    stored.should.deepEqual({
      incomingUrl: 'https://a.example',
      outgoingUrl: 'https://b.example',
      log: true,
      whitelist: ['p0'],
      pushApiVersion: 2,
    });
    await other.close();
  });

  it('are as they were accepted where sipgate shows them late', async () => {
    keep = () => stored;
    (await webhookSettings(client, 'setLog', true)).should.deepEqual({
      incomingUrl: 'https://old.example/in',
      outgoingUrl: '',
      log: true,
      whitelist: null,
    });
  });

  it('are as they were accepted when looking back fails', async () => {
    api.script({ json: stored }, { status: 204 }, { status: 403 });
    (await webhookSettings(client, 'setLog', true)).log.should.be.true();
  });

  it('may be written sipgate’s way', async () => {
    keep = (next) => ({ ...next, incomingUrl: 'https://new.example/' });
    (await webhookSettings(client, 'setIncomingUrl', 'https://new.example')).incomingUrl.should.equal(
      'https://new.example/',
    );
  });

  it('are never written when they could not be read', async () => {
    api.script({ text: '<html>login page</html>' });
    (await failure(webhookSettings(client, 'setLog', true))).code.should.equal('SERVER');
    api.seen.every(({ method }) => method === 'GET').should.be.true();
  });

  it('keep the secret path of a webhook out of the error, even when sipgate quotes it', async () => {
    const url = 'https://a.example/sipgate/a-secret-word';
    api.script({ json: stored }, { status: 400, text: `cannot use ${url} here` });
    const error = await failure(webhookSettings(client, 'setIncomingUrl', url));
    error.code.should.equal('INVALID_INPUT');
    error.message.should.not.containEql('a-secret-word');
    error.message.should.containEql('cannot use');
  });

  it('says what to do on the new platform where sipgate refuses them there', async () => {
    api.script({ status: 403, text: 'This endpoint requires a sipgate Classic PBX Account' });
    (await failure(webhookSettings(client, 'get'))).message.should.containEql(
      "(neo), which does not have this. Set webhooks and the channels they hear of in sipgate's web app instead.",
    );
  });
});
