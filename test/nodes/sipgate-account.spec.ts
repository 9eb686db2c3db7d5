import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import should from 'should';
import { logIn } from '../../simulator/index';
import {
  everythingIn,
  guarded,
  actionFlow,
  startActionRuntime,
  TOKEN,
  type ActionRuntime,
  type ActionRuntimeOptions,
} from './helpers/action-runtime';
import { eventually } from '../eventually';

const SMS = { type: 'sipgate-sms', sender: 's0', to: '0171 39200020', toType: 'str' };
const READ = { 'x-may': 'sipgate.read' };

interface Item {
  value: string;
  label: string;
}

describe('sipgate-account', () => {
  let host: ActionRuntime;
  afterEach(() => host.stop());
  const start = async (options: ActionRuntimeOptions = {}, action: { type: string } = SMS) =>
    (host = await startActionRuntime(action, options));
  const requests = (path: string) =>
    host.simulator.account.requests.filter((each) => each.path.includes(path));

  it('logs in with user name and password where that is wanted', async () => {
    const credentials = { username: 'ada@example.org', password: 'demo' };
    await start({ account: { authType: 'basic' }, credentials });
    host.send('action', { payload: 'x' });
    await host.runtime.message('result');
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
      host.send('action', { payload: 'x' });
      await host.runtime.message('result');
      seen.map(({ target }) => target).should.eql(['http://api.example.org/v2/sessions/sms']);
    } finally {
      proxy.close();
    }
  });

  it('sends nothing past a proxy that is gone', async () => {
    await start({ account: { proxy: 'gone' } });
    host.send('action', { payload: 'x' });
    (await host.caught()).error.message.should.match(/`proxy` is not there/);
    host.simulator.account.requests.should.have.length(0);
  });

  it('says what is wrong with its settings, in the log and to every message', async () => {
    await start({ account: { timeout: 'long' } });
    host.runtime
      .said('account', 'error')
      .join()
      .should.match(/`timeout`/);
    host.send('action', { payload: 'x' });
    (await host.caught()).error.code.should.equal('INVALID_INPUT');
  });

  describe('with an OAuth login', () => {
    let userDir: string;
    beforeEach(async () => (userDir = await mkdtemp(join(tmpdir(), 'sipgate-account-'))));
    afterEach(() => rm(userDir, { recursive: true, force: true }));

    /** An expired access token, and a good refresh token. */
    const startLoggedIn = async () => {
      await start({ account: { authType: 'oauth' }, credentials: {}, settings: { userDir } });
      const { account } = host.simulator;
      const session = logIn(account, 'w0', { now: Date.now() - 3_600_000 });
      session.refreshExpiresAt = Date.now() + 3_600_000;
      const [client] = account.credentials.oauth.clients;
      const { accessToken, refreshToken } = session;
      const login = { accessToken, refreshToken, clientId: client!.id, clientSecret: client!.secret };
      await deployWith(login, 'first');
      return { account, login };
    };
    const deployWith = async (login: Record<string, string>, name: string) => {
      const flow = actionFlow(host.simulator, SMS, { account: { authType: 'oauth', name } });
      await host.runtime.deploy(
        flow.map((node) => (node.id === 'account' ? { ...node, credentials: login } : node)),
      );
    };
    const tokenFiles = () => readdir(join(userDir, 'sipgate-io')).catch(() => [] as string[]);

    it('renews an expired login once for twenty messages at a time', async () => {
      const { account } = await startLoggedIn();
      for (let n = 0; n < 20; n += 1) host.send('action', { payload: `${n}` });
      await host.runtime.message('result', 19);
      account.credentials.oauth.refreshes.should.equal(1);
      account.sentSms.should.have.length(20);
    });

    it('keeps the renewed login in a file that only its user can read', async () => {
      const { account } = await startLoggedIn();
      host.send('action', { payload: 'x' });
      await host.runtime.message('result');
      const files = await tokenFiles();
      files.should.eql(['tokens-account.json']);
      const path = join(userDir, 'sipgate-io', files[0]!);
      ((await stat(path)).mode & 0o777).should.equal(0o600);
      const stored = await readFile(path, 'utf8');
      stored.should.containEql(account.credentials.oauth.sessions.at(-1)!.refreshToken);
    });

    it('works on after a restart, though Node-RED itself only knows the used-up tokens', async () => {
      const { account, login } = await startLoggedIn();
      host.send('action', { payload: 'before' });
      await host.runtime.message('result');
      await deployWith(login, 'again');
      host.send('action', { payload: 'after' });
      await eventually(() => account.sentSms.length === 2);
      account.credentials.oauth.refreshes.should.equal(1);
    });

    it('works on after a crash between renewal and request', async () => {
      const { account, login } = await startLoggedIn();
      account.faults.push({ match: 'POST /sessions/sms', fault: { kind: 'resetBefore' } });
      host.send('action', { payload: 'x' });
      await host.caught();
      account.credentials.oauth.sessions.at(-1)!.accessExpiresAt = 0; // the file's refresh token has to do it
      await deployWith(login, 'again');
      host.send('action', { payload: 'after' });
      await eventually(() => account.sentSms.length === 1);
      account.credentials.oauth.refreshes.should.equal(2);
    });

    it('removes the file with the account', async () => {
      await startLoggedIn();
      host.send('action', { payload: 'x' });
      await host.runtime.message('result');
      await host.runtime.deploy([{ id: 'other', type: 'tab' }]);
      (await tokenFiles()).should.have.length(0);
    });

    it('keeps the file of an account that is only switched off', async () => {
      await startLoggedIn();
      host.send('action', { payload: 'x' });
      await host.runtime.message('result');
      const off = actionFlow(host.simulator, SMS, { account: { authType: 'oauth', d: true } });
      await host.runtime.deploy(off);
      (await tokenFiles()).should.have.length(1);
    });

    it('does not use up a refresh token that was typed into the dialog', async () => {
      const { account, login } = await startLoggedIn();
      const fields = { authType: 'oauth', apiUrl: `${host.simulator.url}/v2`, ...login };
      const { status } = await host.ask('sipgate/accounts/new/lookup/devices', fields);
      status.should.equal(502);
      account.credentials.oauth.refreshes.should.equal(0);
    });

    it('asks with the running account, which renews its login as ever', async () => {
      const { account } = await startLoggedIn();
      const { status } = await host.ask('sipgate/accounts/account/lookup/devices', {
        refreshToken: '__PWRD__',
      });
      status.should.equal(200);
      account.credentials.oauth.refreshes.should.equal(1);
      host.send('action', { payload: 'x' });
      await host.runtime.message('result');
      account.credentials.oauth.refreshes.should.equal(1);
    });

    it('wants a deploy before it asks with another client of the stored login', async () => {
      await startLoggedIn();
      const answer = await host.ask('sipgate/accounts/account/lookup/devices', { clientId: 'other' });
      answer.should.eql({ status: 403, body: { reason: 'deployFirst' } });
    });
  });

  describe('lists for dialogs', () => {
    const list = async (resource: string, body: object = {}, id = 'account') => {
      const answer = await host.ask(`sipgate/accounts/${id}/lookup/${resource}`, body);
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
      const typed = { apiUrl: `${host.simulator.url}/v2`, ...TOKEN };
      (await list('devices', typed, 'not-yet-there')).should.have.length(2);
    });

    it('say that there is nobody to ask before the first deploy', async () => {
      await start();
      const answer = await host.ask('sipgate/accounts/not-yet-there/lookup/devices', { token: '__PWRD__' });
      answer.should.eql({ status: 404, body: { reason: 'notDeployed' } });
    });

    it('and where the deployed account has no login, as after an import', async () => {
      for (const authType of ['token', 'basic']) {
        await start({ account: { authType }, credentials: {} });
        const answer = await host.ask('sipgate/accounts/account/lookup/devices', {});
        answer.should.eql({ status: 404, body: { reason: 'notDeployed' } });
        await host.stop();
      }
      await start({ credentials: { tokenId: 'token-DEMO01' } });
      const answer = await host.ask('sipgate/accounts/account/test', { token: '__PWRD__' });
      answer.should.eql({ status: 404, body: { reason: 'notDeployed' } });
    });

    it('fail alone, and with sipgate’s own reason', async () => {
      await start();
      host.simulator.account.platform = 'neo';
      const { status, body } = await host.ask('sipgate/accounts/account/lookup/phonelines', {});
      status.should.equal(502);
      body!.should.containEql({ code: 'FORBIDDEN' });
      (await list('devices')).should.have.length(2);
      (await list('callers')).map(({ value }) => value).should.containDeep(['e0', '+492214710100']);
    });

    it('tell of a wrong login without ending the one of the editor', async () => {
      await start();
      const typed = { tokenId: TOKEN.tokenId, token: 'wrong-marker' };
      const { status, body } = await host.ask('sipgate/accounts/account/lookup/devices', typed);
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
      const { requests: all } = host.simulator.account;
      all.length.should.be.above(9);
      all.filter(({ method }) => method !== 'GET').should.eql([]);
    });

    it('know no others', async () => {
      await start();
      for (const resource of ['constructor', 'balance', '..']) {
        (
          await host.ask(`sipgate/accounts/account/lookup/${encodeURIComponent(resource)}`, {})
        ).status.should.equal(404);
      }
    });

    it('hold the webhook settings before they are changed', async () => {
      await start();
      host.simulator.account.settings.incomingUrl = 'https://example.org/x';
      const { body } = await host.ask('sipgate/accounts/account/lookup/webhook-settings', {});
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
      const [token] = host.simulator.account.credentials.tokens;
      token!.scopes = ['devices:read', 'sms:read', 'sms:callerid:read'];
      const { status, body } = await host.ask('sipgate/accounts/account/test', {});
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

    it('only reads', async () => {
      await start();
      await host.ask('sipgate/accounts/account/test', {});
      const { requests: all } = host.simulator.account;
      all.length.should.be.above(10);
      all.filter(({ method }) => method !== 'GET').should.eql([]);
    });

    it('says that the login is wrong, also when it was right before', async () => {
      await start();
      (await host.ask('sipgate/accounts/account/test', {})).status.should.equal(200);
      host.simulator.account.credentials.tokens.length = 0;
      const { status, body } = await host.ask('sipgate/accounts/account/test', {});
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
        (await host.ask(`sipgate/${route}`, {}, READ)).status.should.equal(200);
        (await host.ask(`sipgate/${route}`, {})).status.should.equal(401);
      }
      (await host.ask('sipgate/webhook-urls', undefined, READ)).status.should.equal(200);
      (await host.ask('sipgate/webhook-urls')).status.should.equal(401);
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
            const { status } = await host.ask(`sipgate/accounts/account/${what}`, body, READ);
            status.should.be.aboveOrEqual(400);
          }
        }
        seen.should.eql([]);
        // a typed token alone goes there without the stored token ID
        await host.ask('sipgate/accounts/account/lookup/devices', { apiUrl: url, token: 'mine' }, READ);
        everythingIn(seen).should.not.containEql(TOKEN.tokenId);
      } finally {
        thief.close();
      }
    });

    it('has no other server asked than sipgate’s, the account’s and this machine’s', async () => {
      await startGuarded();
      const typed = { apiUrl: 'http://192.0.2.1/v2', tokenId: 'a', token: 'b' };
      (await host.ask('sipgate/accounts/account/lookup/devices', typed, READ)).status.should.equal(401);
      const file = { apiUrl: 'file:///etc/passwd', tokenId: 'a', token: 'b' };
      const both = { 'x-may': 'sipgate.read,sipgate.write' };
      (await host.ask('sipgate/accounts/account/lookup/devices', file, both)).status.should.equal(400);
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
    const { body } = await host.ask('sipgate/webhook-urls');
    const [first, second] = body as { id: string; name: string; url: string }[];
    should(first).eql({ id: 'hook', name: 'ActionRuntime', url: 'https://example.org/a' });
    second!.url.should.match(/^http:\/\/127\.0\.0\.1:\d+\/sipgate\/local$/);
    requests('').should.have.length(0);
  });
});
