import { inspect } from 'node:util';
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import should from 'should';
import {
  createTokenFile,
  apiPath,
  type ClientOptions,
  type SipgateClient,
  type StoredTokens,
  type TokenStore,
} from '../../../../sipgate/index';
import { toStore, typedTokens } from '../../../../sipgate/client/login/tokens';
import { ApiServer, clientOf, failure, type Reply, type Seen } from '../../helpers/api-server';

const TOKEN_PATH = '/protocol/openid-connect/token';

/** A token as Keycloak makes them; the signature is nobody's business here. */
function jwt(name: string, secondsLeft: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ jti: name, exp: Math.floor(Date.now() / 1000) + secondsLeft })}.sig`;
}

describe('An OAuth login', () => {
  let api: ApiServer;
  let directory: string;
  let clients: SipgateClient[];
  /** What the login server accepts now; like sipgate's, it changes with every renewal. */
  let refreshToken: string;
  let accessToken: string;
  let renewals: number;
  /** Bends the answer of the login server. */
  let bend: ((seen: Seen) => Reply | undefined) | undefined;

  beforeEach(async () => {
    api = await ApiServer.start();
    directory = await mkdtemp(join(tmpdir(), 'sipgate-oauth-'));
    clients = [];
    refreshToken = 'refresh-0';
    accessToken = jwt('access-0', 300);
    renewals = 0;
    bend = undefined;
    api.answer = answer;
  });
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await api.stop();
    await rm(directory, { recursive: true });
  });

  function answer(seen: Seen): Reply {
    if (!seen.url.endsWith(TOKEN_PATH)) {
      return seen.headers.authorization === `Bearer ${accessToken}`
        ? { json: { ok: true } }
        : { status: 401 };
    }
    const form = new URLSearchParams(seen.body);
    const bent = bend?.(seen);
    if (form.get('refresh_token') !== refreshToken) {
      return { status: 400, json: { error: 'invalid_grant', error_description: 'Token is not active' } };
    }
    if (bent !== 'hang' && bent !== 'reset' && bent?.status) return bent;
    renewals++;
    refreshToken = `refresh-${renewals}`;
    accessToken = jwt(`access-${renewals}`, 300);
    const json = { access_token: accessToken, refresh_token: refreshToken, expires_in: 300 };
    return typeof bent === 'string' ? bent : { json, ...bent };
  }

  function oauthClient(
    typed: { accessToken?: string; refreshToken?: string },
    more: Partial<ClientOptions> = {},
  ) {
    const login = {
      type: 'oauth',
      clientId: 'my-client',
      clientSecret: 'my-client-secret',
      ...typed,
    } as const;
    const client = clientOf(api, { credentials: login, oauthUrl: `${api.url}/auth/realms/test/`, ...more });
    clients.push(client);
    return client;
  }

  const expired = () => ({ accessToken: jwt('old', -10), refreshToken: 'refresh-0' });
  const file = () => createTokenFile(join(directory, 'tokens.json'));

  it('uses the access token as long as it is good', async () => {
    await oauthClient({ accessToken, refreshToken }).get(apiPath`/users`);
    api.requests.should.deepEqual(['GET /users']);
  });

  it('is renewed at the realm with the refresh token, before the access token expires', async () => {
    await oauthClient({ accessToken: jwt('soon', 50), refreshToken: 'refresh-0' }).get(apiPath`/users`);
    api.requests.should.deepEqual([`POST /auth/realms/test${TOKEN_PATH}`, 'GET /users']);
    Object.fromEntries(new URLSearchParams(api.seen[0]!.body)).should.deepEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-0',
      client_id: 'my-client',
      client_secret: 'my-client-secret',
    });
    api.seen[0]!.headers['content-type']!.should.equal('application/x-www-form-urlencoded');
    api.seen[0]!.headers['x-sipgate-client']!.should.equal('@sipgate-flows/node-red-sipgate-io');
  });

  it('is renewed once for twenty requests at once', async () => {
    const client = oauthClient(expired(), { tokenStore: file() });
    await Promise.all(Array.from({ length: 20 }, () => client.get(apiPath`/users`)));
    renewals.should.equal(1);
  });

  it('is renewed once for twenty requests that were all refused', async () => {
    const client = oauthClient({ accessToken: jwt('revoked', 300), refreshToken: 'refresh-0' });
    await Promise.all(Array.from({ length: 20 }, () => client.post(apiPath`/sessions/sms`, {})));
    renewals.should.equal(1);
  });

  it('is asked for anew when a refusal stays', async () => {
    const client = oauthClient({ accessToken: jwt('revoked', 300), refreshToken: 'refresh-0' });
    api.answer = (seen) => (seen.url.endsWith(TOKEN_PATH) ? answer(seen) : { status: 401 });
    (await failure(client.get(apiPath`/users`))).code.should.equal('UNAUTHORIZED');
    api.requests.filter((request) => request === 'GET /users').length.should.equal(2);
    renewals.should.equal(1);
  });

  it('with an access token alone is used until it is refused', async () => {
    const error = await failure(oauthClient({ accessToken: 'opaque' }).get(apiPath`/users`));
    error.code.should.equal('UNAUTHORIZED');
    error.message.should.containEql('Log in again');
    api.requests.should.deepEqual(['GET /users']);
  });

  it('works with a refresh token alone', async () => {
    (await oauthClient({ refreshToken: 'refresh-0' }).get(apiPath`/users`))!.should.deepEqual({ ok: true });
  });

  it('names what is missing before any request', async () => {
    (await failure(oauthClient({}).get(apiPath`/users`))).field!.should.equal('accessToken');
    const noClient = { type: 'oauth', refreshToken: 'refresh-0' } as const;
    (await failure(oauthClient({}, { credentials: noClient }).get(apiPath`/users`))).field!.should.equal(
      'clientId',
    );
    api.seen.should.be.empty();
  });

  for (const wrong of ['a b', 'a\nb', '“token”', 'tökén', 'a\u0000'])
    it(`is not sent when the token cannot be one: ${JSON.stringify(wrong)}`, async () => {
      const error = await failure(oauthClient({ accessToken: wrong }).get(apiPath`/users`));
      error.should.match({ code: 'INVALID_INPUT', field: 'accessToken' });
      error.message.should.not.containEql(wrong);
      api.seen.should.be.empty();
    });

  it('that is over says: log in again, and shows no token', async () => {
    const error = await failure(
      oauthClient({ accessToken: jwt('old', -10), refreshToken: 'used-up' }).get(apiPath`/users`),
    );
    error.code.should.equal('UNAUTHORIZED');
    error.message.should.containEql('Log in again').and.containEql('Token is not active');
    inspect(error, { depth: null, showHidden: true })
      .should.not.containEql('used-up')
      .and.not.containEql('my-client-secret');
  });

  describe('with a file', () => {
    it('stores the new pair, only for the own user to read, before it is used', async () => {
      let storedAtUse: string | undefined;
      api.answer = async (seen) => {
        if (seen.url === '/users') storedAtUse = await readFile(join(directory, 'tokens.json'), 'utf8');
        return answer(seen);
      };
      await oauthClient(expired(), { tokenStore: file() }).get(apiPath`/users`);
      (JSON.parse(storedAtUse!) as StoredTokens).refreshToken.should.equal('refresh-1');
      ((await stat(join(directory, 'tokens.json'))).mode & 0o777).should.equal(0o600);
    });

    it('stays logged in over a restart, also when it crashed right after the renewal', async () => {
      const typed = expired();
      await oauthClient(typed, { tokenStore: file() }).get(apiPath`/users`);
      (await oauthClient(typed, { tokenStore: file() }).get(apiPath`/users`))!.should.deepEqual({ ok: true });
      renewals.should.equal(1);
    });

    it('does not trip over what a crash left of a half-written file', async () => {
      const typed = expired();
      await oauthClient(typed, { tokenStore: file() }).get(apiPath`/users`);
      await writeFile(join(directory, 'tokens.json.tmp'), '{"fingerprint":"');
      await oauthClient(typed, { tokenStore: file() }).get(apiPath`/users`);
      accessToken = 'revoked by the server';
      await oauthClient(typed, { tokenStore: file() }).get(apiPath`/users`);
      (await file().load())!.refreshToken.should.equal('refresh-2');
    });

    it('writes through no link that somebody has planted beside it', async () => {
      const readable = join(directory, 'readable-for-all');
      await writeFile(readable, 'mine');
      await symlink(readable, join(directory, 'tokens.json.tmp'));
      await oauthClient(expired(), { tokenStore: file() }).get(apiPath`/users`);
      (await readFile(readable, 'utf8')).should.equal('mine');
      (await file().load())!.refreshToken.should.equal('refresh-1');
      (await lstat(join(directory, 'tokens.json'))).isFile().should.be.true();
    });

    it('leaves the directory of a script as it is, and closes one that it makes', async () => {
      const open = join(directory, 'open', 'tokens.json');
      await mkdir(dirname(open));
      await chmod(dirname(open), 0o755);
      const fresh = join(directory, 'fresh', 'tokens.json');
      for (const [path, mode] of [
        [open, 0o755],
        [fresh, 0o700],
      ] as const) {
        refreshToken = 'refresh-0';
        await oauthClient(expired(), { tokenStore: createTokenFile(path) }).get(apiPath`/users`);
        ((await stat(dirname(path))).mode & 0o777).should.equal(mode);
      }
    });

    it('is used only when it is stored, also by those who come while it is being stored', async () => {
      const real = file();
      let saving: () => void = () => {};
      const started = new Promise<void>((resolve) => (saving = resolve));
      let store: () => void = () => {};
      const mayStore = new Promise<void>((resolve) => (store = resolve));
      const save = async (tokens: StoredTokens) => {
        saving();
        await mayStore;
        await real.save(tokens);
      };
      const client = oauthClient(expired(), { tokenStore: { ...real, save } });
      const requests = [client.get(apiPath`/users`)];
      await started;
      requests.push(client.get(apiPath`/users`), client.get(apiPath`/users`));
      await new Promise((resolve) => setTimeout(resolve, 20));
      api.requests.should.not.containEql('GET /users');
      store();
      await Promise.all(requests);
      renewals.should.equal(1);
    });

    it('prefers a token that was newly typed in', async () => {
      await oauthClient(expired(), { tokenStore: file() }).get(apiPath`/users`);
      const typed = {
        accessToken: (accessToken = jwt('typed', 300)),
        refreshToken: (refreshToken = 'typed-refresh'),
      };
      await oauthClient(typed, { tokenStore: file() }).get(apiPath`/users`);
      api.seen.at(-1)!.headers.authorization!.should.equal(`Bearer ${typed.accessToken}`);
      renewals.should.equal(1);
    });

    it('lets the client after a deploy take over what the one before it is just renewing', async () => {
      const typed = expired();
      bend = () => ({ delay: 40 });
      const before = oauthClient(typed, { tokenStore: file() });
      const interrupted = failure(before.get(apiPath`/users`));
      await api.received(1);
      const closing = before.close();
      const after = oauthClient(typed, { tokenStore: file() });
      (await after.get(apiPath`/users`))!.should.deepEqual({ ok: true });
      await Promise.all([closing, interrupted]);
      renewals.should.equal(1);
      (await file().load())!.refreshToken.should.equal('refresh-1');
    });

    it('of another login is no newer one, whatever it has been through', async () => {
      const typed = { accessToken: 'other', refreshToken: 'other' };
      await file().save(toStore(typed, { ...typedTokens(typed), accessToken: 'x', generation: 9 }));
      await oauthClient(expired(), { tokenStore: file() }).get(apiPath`/users`);
      (await file().load())!.refreshToken.should.equal('refresh-1');
      renewals.should.equal(1);
    });

    it('that another client has left to expire is renewed before it is used', async () => {
      const typed = expired();
      const over = { ...typedTokens(typed), accessToken: jwt('over', -20), expiresAt: 1, renewAt: 1 };
      refreshToken = 'left-behind';
      const client = oauthClient(typed, { tokenStore: file() });
      await failure(client.get(apiPath`/users`));
      await file().save(toStore(typed, { ...over, refreshToken, generation: 1 }));
      api.seen.length = 0;
      await client.get(apiPath`/users`);
      api.requests.should.deepEqual([`POST /auth/realms/test${TOKEN_PATH}`, 'GET /users']);
    });

    it('that another Node-RED has renewed meanwhile is taken over', async () => {
      const real = file();
      const typed = expired();
      const login = { ...typedTokens(typed), accessToken, expiresAt: Date.now() + 300_000 };
      const newer = toStore(typed, { ...login, renewAt: Date.now() + 240_000, generation: 1 });
      refreshToken = 'spent-by-the-other';
      bend = () => {
        isRenewed = true;
        return undefined;
      };
      let isRenewed = false;
      const store: TokenStore = { ...real, load: async () => (isRenewed ? newer : undefined) };
      (await oauthClient(typed, { tokenStore: store }).get(apiPath`/users`))!.should.deepEqual({ ok: true });
      renewals.should.equal(0);
    });

    it('is read once, and warned of when it cannot be read', async () => {
      let loads = 0;
      const load = () => {
        loads += 1;
        return Promise.reject(new Error('no permission'));
      };
      const warnings: string[] = [];
      const client = oauthClient(
        { accessToken, refreshToken },
        { tokenStore: { ...file(), load }, onWarning: (text) => warnings.push(text) },
      );
      for (let n = 0; n < 3; n += 1) await client.get(apiPath`/users`);
      loads.should.equal(1);
      warnings.should.matchEach(/cannot be read \(no permission\)\. Check its permissions/);
    });

    it('goes on and warns when the file cannot be written, and stores it later', async () => {
      let full = true;
      const real = file();
      const store: TokenStore = {
        ...real,
        save: (tokens) => (full ? Promise.reject(new Error('no space left')) : real.save(tokens)),
      };
      const warnings: string[] = [];
      const client = oauthClient(expired(), { tokenStore: store, onWarning: (text) => warnings.push(text) });
      await client.get(apiPath`/users`);
      warnings[0]!.should.containEql('no space left').and.not.containEql('refresh-1');
      should(await real.load()).be.undefined();
      full = false;
      await client.get(apiPath`/users`);
      (await real.load())!.refreshToken.should.equal('refresh-1');
    });

    it('is written once, however many requests come while it is being written', async () => {
      const real = file();
      let saving: () => void = () => {};
      const started = new Promise<void>((resolve) => (saving = resolve));
      let saves = 0;
      const save = async (tokens: StoredTokens) => {
        saves++;
        saving();
        await new Promise((resolve) => setTimeout(resolve, 20));
        await real.save(tokens);
      };
      const warnings: string[] = [];
      const client = oauthClient(expired(), {
        tokenStore: { ...real, save },
        onWarning: (text) => warnings.push(text),
      });
      const first = client.get(apiPath`/users`);
      await started;
      await Promise.all([first, ...Array.from({ length: 20 }, () => client.get(apiPath`/users`))]);
      saves.should.equal(1);
      warnings.should.be.empty();
    });

    it('keeps no typed-in token in the file, only its fingerprint', async () => {
      const typed = expired();
      await oauthClient(typed, { tokenStore: file() }).get(apiPath`/users`);
      const text = await readFile(join(directory, 'tokens.json'), 'utf8');
      text.should.not.containEql(typed.accessToken).and.not.containEql('"refresh-0"');
      text.should.containEql(createHash('sha256').update(`${typed.accessToken}\nrefresh-0`).digest('hex'));
    });
  });

  describe('when the login server', () => {
    it('is down, lives on the old token to its real end', async () => {
      accessToken = jwt('soon', 50);
      bend = () => ({ status: 503 });
      (await oauthClient({ accessToken, refreshToken }).get(apiPath`/users`))!.should.deepEqual({ ok: true });
    });

    it('refuses to renew, says so at once, though the old token has some seconds left', async () => {
      accessToken = jwt('soon', 50);
      const error = await failure(oauthClient({ accessToken, refreshToken: 'used-up' }).get(apiPath`/users`));
      error.code.should.equal('UNAUTHORIZED');
      api.requests.should.not.containEql('GET /users');
    });

    it('points elsewhere, gives no tokens', async () => {
      bend = () => ({ status: 302, json: { access_token: accessToken, expires_in: 300 } });
      (await failure(oauthClient(expired()).get(apiPath`/users`))).should.match({
        code: 'SERVER',
        statusCode: 302,
      });
    });

    it('fails once, is asked again', async () => {
      bend = () => (api.seen.length === 1 ? { status: 502 } : undefined);
      (await oauthClient(expired()).get(apiPath`/users`))!.should.deepEqual({ ok: true });
    });

    it('is gone and the token is over, says what failed and that it may pass', async () => {
      bend = () => ({ status: 503 });
      const error = await failure(oauthClient(expired()).get(apiPath`/users`));
      error.code.should.equal('SERVER');
      error.statusCode!.should.equal(503);
    });

    for (const status of [429, 503]) {
      it(`asks with ${status} to wait longer than anybody does, names the time at once`, async () => {
        bend = () => ({ status, headers: { 'retry-after': '90' } });
        const error = await failure(oauthClient(expired()).get(apiPath`/users`));
        error.code.should.equal('RATE_LIMITED');
        error.statusCode!.should.equal(status);
        error.message.should.containEql('in 90 s');
        api.seen.length.should.equal(1);
      });
    }

    it('renewed but its answer was lost, says so', async () => {
      bend = () => 'reset';
      const error = await failure(oauthClient(expired()).get(apiPath`/users`));
      error.code.should.equal('UNAUTHORIZED');
      error.message.should.containEql('Log in again');
    });
  });
});
