import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import should from 'should';
import {
  everythingIn,
  guarded,
  startActionRuntime,
  TOKEN,
  type ActionRuntime,
  type ActionRuntimeOptions,
} from './helpers/action-runtime';

const SMS = { type: 'sipgate-sms', sender: 's0', to: '0171 39200020', toType: 'str' };
const READ = { 'x-may': 'sipgate.read' };

interface Item {
  value: string;
  label: string;
}

describe('sipgate-account', () => {
  let nodeRed: ActionRuntime;
  afterEach(() => nodeRed.stop());
  const start = async (options: ActionRuntimeOptions = {}, action: { type: string } = SMS) =>
    (nodeRed = await startActionRuntime(action, options));
  const requests = (path: string) =>
    nodeRed.simulator.account.requests.filter((each) => each.path.includes(path));

  it('logs in with user name and password where that is wanted', async () => {
    const credentials = { username: 'ada@example.org', password: 'demo' };
    await start({ account: { authType: 'basic' }, credentials });
    nodeRed.send('action', { payload: 'x' });
    await nodeRed.runtime.message('result');
  });

  it('goes through the http proxy that was chosen', async () => {
    const seen: { target: string; login: string }[] = [];
    const proxy = createServer((request, response) => {
      seen.push({ target: String(request.url), login: String(request.headers['proxy-authorization']) });
      response.setHeader('connection', 'close').writeHead(204).end();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      await start({
        account: { apiUrl: 'http://api.example.org/v2', proxy: 'gateway' },
        more: [{ id: 'gateway', type: 'http proxy', name: '', url, noproxy: [] }],
      });
      nodeRed.send('action', { payload: 'x' });
      await nodeRed.runtime.message('result');
      seen.map(({ target }) => target).should.eql(['http://api.example.org/v2/sessions/sms']);
    } finally {
      proxy.close();
    }
  });

  it('sends nothing past a proxy that is gone', async () => {
    await start({ account: { proxy: 'gone' } });
    nodeRed.send('action', { payload: 'x' });
    (await nodeRed.caught()).error.message.should.match(/`proxy` is not there/);
    nodeRed.simulator.account.requests.should.have.length(0);
  });

  it('says what is wrong with its settings, in the log and to every message', async () => {
    await start({ account: { timeout: 'long' } });
    nodeRed.runtime
      .said('account', 'error')
      .join()
      .should.match(/`timeout`/);
    nodeRed.send('action', { payload: 'x' });
    (await nodeRed.caught()).error.code.should.equal('INVALID_INPUT');
  });

  for (const [field, options] of Object.entries<ActionRuntimeOptions>({
    apiUrl: { account: { apiUrl: '${PBX_UNSET}' } },
    country: { account: { country: '$(PBX_UNSET)' } },
    timeout: { account: { timeout: '${PBX_UNSET}' } },
    proxy: { account: { proxy: '${PBX_UNSET}' } },
    tokenId: { credentials: { ...TOKEN, tokenId: '${PBX_UNSET}' } },
    token: { credentials: { ...TOKEN, token: '$(PBX_UNSET)' } },
    password: { account: { authType: 'basic' }, credentials: { username: 'a', password: '${PBX_UNSET}' } },
    refreshToken: { account: { authType: 'oauth' }, credentials: { refreshToken: '${PBX_UNSET}' } },
  }))
    it(`names the environment variable that is missing for ${field}, in the log and to every message`, async () => {
      await start(options);
      const said = nodeRed.runtime.said('account', 'error').join();
      said.should.startWith(`\`${field}\``).and.containEql('PBX_UNSET');
      nodeRed.send('action', { payload: 'x' });
      const { error } = await nodeRed.caught();
      error.code!.should.equal('INVALID_INPUT');
      error.message.should.endWith(said);
    });

  it('takes UK for Great Britain, and says that Germany is two letters', async () => {
    await start({ account: { country: 'uk' } }, { ...SMS, to: '07700 900123' } as never);
    nodeRed.send('action', { payload: 'x' });
    await nodeRed.runtime.message('result');
    nodeRed.simulator.account.sentSms.at(-1)!.recipient.should.equal('+447700900123');
    await nodeRed.stop();
    await start({ account: { country: 'Germany' } });
    nodeRed.runtime
      .said('account', 'error')
      .join()
      .should.match(/`country` must be a two-letter country code/);
  });

  describe('lists for dialogs', () => {
    const list = async (resource: string, body: object = {}, id = 'account') => {
      const answer = await nodeRed.ask(`sipgate/accounts/${id}/lookup/${resource}`, body);
      answer.status.should.equal(200);
      return (answer.body as { items: Item[] }).items;
    };

    it('come from the deployed account', async () => {
      await start();
      (await list('devices')).should.eql([
        { value: 'e0', label: 'Telefon am Empfang (e0)' },
        { value: 'y0', label: 'Handy von Ada (y0)' },
      ]);
      (await list('phonelines')).should.eql([{ value: 'p0', label: 'Anschluss von Ada (p0)' }]);
      (await list('sms')).should.eql([{ value: 's0', label: 'SMS von Ada (s0)' }]);
      (await list('groups')).should.eql([{ value: 'g0', label: 'Büro (g0)' }]);
      (await list('users')).should.containEql({ value: 'w1', label: 'Jörg Müller (w1)' });
      (await list('numbers')).should.containEql({
        value: '+492214710100',
        label: 'Anschluss von Ada (+492214710100)',
      });
    });

    it('hold only fax lines that can send, and only senders that are verified', async () => {
      await start();
      (await list('faxlines')).map(({ value }) => value).should.eql(['f0', 'f2']);
      (await list('senders')).map(({ value }) => value).should.eql(['+4917139200010', '+4917139200011']);
    });

    it('come for what is typed into the dialog, before the first deploy', async () => {
      await start();
      const typed = { apiUrl: `${nodeRed.simulator.url}/v2`, ...TOKEN };
      (await list('devices', typed, 'not-yet-there')).should.have.length(2);
    });

    it('say that there is nobody to ask before the first deploy', async () => {
      await start();
      const answer = await nodeRed.ask('sipgate/accounts/not-yet-there/lookup/devices', {
        token: '__PWRD__',
      });
      answer.should.eql({ status: 404, body: { reason: 'notDeployed' } });
    });

    it('and where the deployed account has no login, as after an import', async () => {
      for (const authType of ['token', 'basic']) {
        await start({ account: { authType }, credentials: {} });
        const answer = await nodeRed.ask('sipgate/accounts/account/lookup/devices', {});
        answer.should.eql({ status: 404, body: { reason: 'notDeployed' } });
        await nodeRed.stop();
      }
      await start({ credentials: { tokenId: 'token-DEMO01' } });
      const answer = await nodeRed.ask('sipgate/accounts/account/test', { token: '__PWRD__' });
      answer.should.eql({ status: 404, body: { reason: 'notDeployed' } });
    });

    it('fail alone, and with sipgate’s own reason', async () => {
      await start();
      nodeRed.simulator.account.platform = 'neo';
      const { status, body } = await nodeRed.ask('sipgate/accounts/account/lookup/phonelines', {});
      status.should.equal(502);
      body!.should.containEql({ code: 'FORBIDDEN' });
      (await list('devices')).map(({ value }) => value).should.eql(['e0', 'y0', 'e7']);
      (await list('callers')).map(({ value }) => value).should.containDeep(['e0', '+492214710100']);
    });

    it('leave out what is no entry, whatever stands behind the API URL', async () => {
      const odd = createServer((request, response) => {
        const items = [
          null,
          5,
          'x',
          [],
          {},
          { id: 5 },
          { id: '' },
          { id: 'e0', alias: { a: 1 }, canSend: true },
        ];
        const body = request.url?.endsWith('userinfo') ? { sub: 'w0' } : { items };
        response.setHeader('connection', 'close').end(JSON.stringify(body));
      });
      await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
      try {
        await start({ account: { apiUrl: `http://127.0.0.1:${(odd.address() as AddressInfo).port}` } });
        for (const resource of ['devices', 'users', 'groups', 'faxlines'])
          (await list(resource)).should.matchEach({ value: 'e0', label: 'e0' }).and.not.be.empty();
        (await list('senders')).should.be.empty();
      } finally {
        odd.close();
      }
    });

    it('tell of a wrong login without ending the one of the editor', async () => {
      await start();
      const typed = { tokenId: TOKEN.tokenId, token: 'wrong-marker' };
      const { status, body } = await nodeRed.ask('sipgate/accounts/account/lookup/devices', typed);
      status.should.equal(502);
      body!.should.containEql({ code: 'UNAUTHORIZED' });
      everythingIn(body).should.not.match(/wrong-marker/);
    });

    it('only read at sipgate', async () => {
      await start();
      for (const resource of [
        'devices',
        'phonelines',
        'sms',
        'groups',
        'users',
        'numbers',
        'faxlines',
        'senders',
        'callers',
      ])
        await list(resource);
      const { requests: all } = nodeRed.simulator.account;
      all.length.should.be.above(9);
      all.filter(({ method }) => method !== 'GET').should.eql([]);
    });

    it('know no others', async () => {
      await start();
      for (const resource of ['constructor', 'balance', '..']) {
        (
          await nodeRed.ask(`sipgate/accounts/account/lookup/${encodeURIComponent(resource)}`, {})
        ).status.should.equal(404);
      }
    });

    it('hold the webhook settings before they are changed', async () => {
      await start();
      nodeRed.simulator.account.settings.incomingUrl = 'https://example.org/x';
      const { body } = await nodeRed.ask('sipgate/accounts/account/lookup/webhook-settings', {});
      body!.should.eql({
        incomingUrl: 'https://example.org/x',
        outgoingUrl: '',
        log: false,
        whitelist: null,
      });
    });
  });

  describe('the test of the connection', () => {
    it('says who you are and what the login can read', async () => {
      await start();
      const [token] = nodeRed.simulator.account.credentials.tokens;
      token!.scopes = ['devices:read', 'sms:read', 'sms:callerid:read'];
      const { status, body } = await nodeRed.ask('sipgate/accounts/account/test', {});
      status.should.equal(200);
      const { ok, user, checks } = body as {
        ok: boolean;
        user: object;
        checks: { feature: string; scope: string; ok: boolean; message?: string }[];
      };
      ok.should.be.true();
      user.should.containEql({ userId: 'w0', masterSipId: '1234567' });
      checks
        .filter((check) => check.ok)
        .map(({ feature }) => feature)
        .should.eql(['devices', 'sms', 'senders']);
      const balance = checks.find(({ feature }) => feature === 'balance');
      balance!.should.containEql({ scope: 'balance:read', ok: false });
      balance!.message!.should.match(/lacks the scope balance:read/);
      everythingIn(body).should.not.containEql(TOKEN.token);
    });

    it('says on which platform the account is, and misses no phone lines on the new one', async () => {
      await start();
      for (const platform of ['classic', 'neo'] as const) {
        nodeRed.simulator.account.platform = platform;
        // a login that was typed in asks with a client of its own
        const { body } = await nodeRed.ask('sipgate/accounts/account/test', TOKEN);
        const { checks, ...found } = body as { platform: string; checks: { feature: string; ok: boolean }[] };
        found.platform.should.equal(platform);
        checks.filter(({ ok }) => !ok).should.eql([]);
        checks.some(({ feature }) => feature === 'phonelines').should.equal(platform === 'classic');
      }
    });

    it('only reads', async () => {
      await start();
      await nodeRed.ask('sipgate/accounts/account/test', {});
      const { requests: all } = nodeRed.simulator.account;
      all.length.should.be.above(10);
      all.filter(({ method }) => method !== 'GET').should.eql([]);
    });

    it('says that the login is wrong, also when it was right before', async () => {
      await start();
      (await nodeRed.ask('sipgate/accounts/account/test', {})).status.should.equal(200);
      nodeRed.simulator.account.credentials.tokens.length = 0;
      const { status, body } = await nodeRed.ask('sipgate/accounts/account/test', {});
      status.should.equal(502);
      body!.should.containEql({ code: 'UNAUTHORIZED' });
    });
  });

  describe('what a user who may only look can do', () => {
    const startGuarded = () => start({ wrap: guarded });

    it('asks for lists, and nobody without that permission does', async () => {
      await startGuarded();
      const routes = [
        'accounts/account/lookup/devices',
        'accounts/account/lookup/webhook-settings',
        'accounts/account/test',
      ];
      for (const route of routes) {
        (await nodeRed.ask(`sipgate/${route}`, {}, READ)).status.should.equal(200);
        (await nodeRed.ask(`sipgate/${route}`, {})).status.should.equal(401);
      }
      (await nodeRed.ask('sipgate/webhook-urls', undefined, READ)).status.should.equal(200);
      (await nodeRed.ask('sipgate/webhook-urls')).status.should.equal(401);
    });

    it('has no stored login sent to a server of their choice', async () => {
      await startGuarded();
      const seen: string[] = [];
      const thief = createServer((request, response) => {
        seen.push(`${request.url} ${request.headers.authorization}`);
        response.setHeader('connection', 'close').end('{}');
      });
      await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
      try {
        const url = `http://127.0.0.1:${(thief.address() as AddressInfo).port}`;
        const attempts = [
          { apiUrl: url },
          { apiUrl: url, ...TOKEN, token: '__PWRD__' },
          { apiUrl: url, tokenId: 'mine' },
          { apiUrl: url, authType: 'oauth' },
          { apiUrl: url, authType: 'oauth', refreshToken: 'mine' },
          { oauthUrl: url },
          { proxy: 'other' },
          { apiUrl: url, token: '${HOME}' },
          { apiUrl: [url] },
        ];
        for (const body of attempts) {
          for (const what of ['lookup/devices', 'test']) {
            const { status } = await nodeRed.ask(`sipgate/accounts/account/${what}`, body, READ);
            status.should.be.aboveOrEqual(400);
          }
        }
        seen.should.eql([]);
      } finally {
        thief.close();
      }
    });

    it('has no other server asked than the deployed account’s, and so learns nothing of this machine', async () => {
      await startGuarded();
      const seen: string[] = [];
      const inside = createServer((request, response) => {
        seen.push(String(request.url));
        response.setHeader('connection', 'close').end('internal');
      });
      await new Promise<void>((resolve) => inside.listen(0, resolve));
      try {
        const { port } = inside.address() as AddressInfo;
        const hosts = ['localhost', '127.0.0.1', '127.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:7f00:1]'];
        for (const host of [...hosts, '192.0.2.1', 'api.sipgate.com']) {
          const typed = { apiUrl: `http://${host}:${port}/v2`, tokenId: 'a', token: 'b' };
          for (const what of ['lookup/devices', 'test'])
            for (const id of ['account', 'new'])
              (await nodeRed.ask(`sipgate/accounts/${id}/${what}`, typed, READ)).status.should.equal(401);
        }
        seen.should.eql([]);
      } finally {
        inside.close();
      }
    });

    it('asks the deployed server with a login of their own', async () => {
      await startGuarded();
      const own = await nodeRed.ask('sipgate/accounts/account/lookup/devices', TOKEN, READ);
      own.status.should.equal(200);
    });
  });

  describe('answers what no dialog sends with what is wrong about it', () => {
    for (const value of [
      { toString: 1 },
      { valueOf: 1, toString: null },
      ['x'],
      5,
      true,
      'https://x'.padEnd(80_000, '/'),
    ])
      it(`in any field: ${JSON.stringify(value).slice(0, 40)}`, async () => {
        await start();
        for (const field of ['authType', 'apiUrl', 'oauthUrl', 'proxy', 'tokenId', 'token', 'accessToken']) {
          const { status, body } = await nodeRed.ask('sipgate/accounts/account/test', { [field]: value });
          status.should.equal(400);
          body!.should.have.properties({ code: 'INVALID_INPUT' });
          (body as { message: string }).message.should.startWith(`\`${field}\` must`);
        }
      });

    it('when it is an address of no web server', async () => {
      await start();
      const file = { apiUrl: 'file:///etc/passwd', tokenId: 'a', token: 'b' };
      (await nodeRed.ask('sipgate/accounts/account/lookup/devices', file)).status.should.equal(400);
    });

    it('and takes a list for an empty dialog', async () => {
      await start();
      (await nodeRed.ask('sipgate/accounts/account/test', [])).status.should.equal(200);
    });
  });

  it('gives the URLs of the webhooks that run', async () => {
    const hook = {
      id: 'hook',
      type: 'sipgate-webhook',
      name: 'ActionRuntime',
      path: '/sipgate/urls',
      publicUrl: 'https://example.org/a',
    };
    await start({ more: [hook, { ...hook, id: 'local', name: '', path: '/sipgate/local', publicUrl: '' }] });
    const { body } = await nodeRed.ask('sipgate/webhook-urls');
    const [first, second] = body as { id: string; name: string; url: string }[];
    should(first).eql({ id: 'hook', name: 'ActionRuntime', url: 'https://example.org/a' });
    second!.url.should.match(/^http:\/\/127\.0\.0\.1:\d+\/sipgate\/local$/);
    requests('').should.have.length(0);
  });
});
