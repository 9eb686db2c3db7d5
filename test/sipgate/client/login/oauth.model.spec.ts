import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import should from 'should';
import { createLoginDirectory, SipgateError, type LoginDirectory } from '../../../../sipgate/index';
import type { Authorizer } from '../../../../sipgate/client/login/credentials';
import { oauthAuthorizer } from '../../../../sipgate/client/login/oauth';
import { loginOf } from '../../../../sipgate/client/login/tokens';
import type { LastTry } from '../../../../sipgate/client/retry';
import type { Timing } from '../../../../sipgate/client/timing';
import { modelRuns } from '../../helpers/model-runs';

const LIFETIME_S = 300;

/** Lets others go first, as every real request and file does. */
const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A login server like sipgate's: each renewal voids the pair before it. */
class LoginServer {
  /** ms since 1970 */
  now = 1_800_000_000_000;
  isUp = true;
  /** Carries out the next renewal, but its answer is lost. */
  losesNextAnswer = false;
  renewals = 0;
  /** Refresh tokens that came although they were used up. */
  readonly misused: string[] = [];
  refreshToken = '';
  accessToken = '';
  expiresAt = 0;
  private logins = 0;

  /** The user logs in. @returns the pair to type in */
  logIn(): { accessToken: string; refreshToken: string } {
    this.logins += 1;
    this.renewals = 0;
    this.issue();
    return { accessToken: this.accessToken, refreshToken: this.refreshToken };
  }

  isGood(header: string): boolean {
    return header === `Bearer ${this.accessToken}` && this.now < this.expiresAt;
  }

  async renew(form: URLSearchParams): Promise<LastTry> {
    await pause();
    if (!this.isUp) return answer(503, {});
    const sent = form.get('refresh_token') ?? '';
    if (sent !== this.refreshToken) {
      this.misused.push(sent);
      return answer(400, { error: 'invalid_grant' });
    }
    this.renewals += 1;
    this.issue();
    await pause();
    if (this.losesNextAnswer) {
      this.losesNextAnswer = false;
      return {
        result: { kind: 'failure', reason: 'broken', cause: new Error('reset'), wasSent: true },
        isEarlierLost: false,
      };
    }
    const { accessToken: access_token, refreshToken: refresh_token } = this;
    return answer(200, { access_token, refresh_token, expires_in: LIFETIME_S });
  }

  private issue(): void {
    this.expiresAt = this.now + LIFETIME_S * 1000;
    const claims = Buffer.from(JSON.stringify({ exp: this.expiresAt / 1000 })).toString('base64url');
    this.accessToken = `access-${this.logins}-${this.renewals}.${claims}.sig`;
    this.refreshToken = `refresh-${this.logins}-${this.renewals}`;
  }
}

function answer(status: number, json: object): LastTry {
  return {
    result: { kind: 'answer', status, headers: {}, text: JSON.stringify(json) },
    isEarlierLost: false,
  };
}

/** What ought to be. */
interface Model {
  /** No used-up token was the only one left, so whoever asks is let in. */
  isAlive: boolean;
  isDiskFree: boolean;
}

/** A Node-RED with three accounts that have one login. */
class Real {
  readonly server = new LoginServer();
  private directory: LoginDirectory;
  private typed: { accessToken: string; refreshToken: string };
  private clients: Authorizer[];

  constructor(private readonly path: string) {
    this.typed = this.server.logIn();
    this.directory = createLoginDirectory(path, '');
    this.clients = [0, 1, 2].map((slot) => this.open(slot));
  }

  /** @returns whether the API let the account in */
  async request(slot: number): Promise<boolean> {
    const client = this.clients[slot]!;
    try {
      for (let login = 'takenOver'; ;) {
        const header = await client.header();
        await pause();
        if (this.server.isGood(header)) return true;
        if (login !== 'takenOver') return false;
        login = await client.renew(header);
      }
    } catch (error) {
      if (error instanceof SipgateError) return false;
      throw error;
    }
  }

  deploy(slot: number): void {
    this.clients[slot] = this.open(slot);
  }

  restart(): void {
    this.directory = createLoginDirectory(this.path, '');
    this.clients = [0, 1, 2].map((slot) => this.open(slot));
  }

  async logIn(): Promise<void> {
    this.typed = this.server.logIn();
    await this.directory.sweep([this.typed]);
    this.clients = [0, 1, 2].map((slot) => this.open(slot));
  }

  /** How many renewals the file has seen. */
  async persisted(): Promise<number> {
    const stored = await createLoginDirectory(this.path, '').storeOf(this.typed).load();
    return stored?.generation ?? 0;
  }

  /** Nothing can be written any more. What is there can still be read. */
  async fillDisk(): Promise<void> {
    await mkdir(this.temporary(), { recursive: true });
  }

  async freeDisk(): Promise<void> {
    await rm(this.temporary(), { recursive: true });
  }

  /** A directory where a file has to be written first. */
  private temporary(): string {
    return join(this.path, `tokens-${loginOf(this.typed)}.json.tmp`);
  }

  /** The user pasted the whole pair, only the refresh token, or an access token that tells nothing of itself. */
  private open(slot: number): Authorizer {
    const { accessToken, refreshToken } = this.typed;
    const pasted = [accessToken, '', 'opaque'][slot] as string;
    const credentials = { type: 'oauth', accessToken: pasted, refreshToken, clientId: 'client' } as const;
    const timing: Timing = { now: () => this.server.now, random: () => 0.5, sleep: pause };
    return oauthAuthorizer({
      credentials,
      store: this.directory.storeOf(credentials),
      timing,
      post: (form) => this.server.renew(form),
      hold: (work) => work,
    });
  }
}

type Command = fc.AsyncCommand<Model, Real>;

function command(
  name: string,
  run: (model: Model, real: Real) => Promise<void>,
  check: (model: Readonly<Model>) => boolean = () => true,
): Command {
  const runAndLook = async (model: Model, real: Real) => {
    await run(model, real);
    if (model.isAlive) real.server.misused.should.eql([]);
  };
  return { check, run: runAndLook, toString: () => name };
}

/** Whoever asks is let in, when the server lets anybody in; several at once renew once. */
const ask = (slots: readonly number[]) =>
  command(`requests of ${slots.join()}`, async (model, real) => {
    const { server } = real;
    const losesAnswer = server.losesNextAnswer;
    const before = server.renewals;
    const isIn = await Promise.all(slots.map((slot) => real.request(slot)));
    if (losesAnswer && !server.losesNextAnswer) {
      model.isAlive = false;
      return;
    }
    if (!model.isAlive || !server.isUp) return;
    isIn.should.eql(slots.map(() => true));
    (server.renewals - before).should.be.belowOrEqual(1);
    if (model.isDiskFree && server.renewals > before) (await real.persisted()).should.equal(server.renewals);
  });

const COMMANDS = [
  fc.subarray([0, 1, 2, 0, 1, 2], { minLength: 1 }).map(ask),
  fc
    .integer({ min: -200, max: 400 })
    .map((seconds) =>
      command(`${seconds} s pass`, async (_model, { server }) => void (server.now += seconds * 1000)),
    ),
  fc.constant(
    command('the access token is revoked', async (_model, { server }) => void (server.expiresAt = 0)),
  ),
  fc.boolean().map((isUp) =>
    command(`the login server is ${isUp ? 'up' : 'down'}`, async (_model, { server }) => {
      server.isUp = isUp;
    }),
  ),
  fc.constant(
    command('the next answer will be lost', async (_model, { server }) => {
      server.losesNextAnswer = true;
    }),
  ),
  fc.constant(
    command(
      'the disk is full',
      async (model, real) => {
        model.isDiskFree = false;
        await real.fillDisk();
      },
      ({ isDiskFree }) => isDiskFree,
    ),
  ),
  fc.constant(
    command(
      'the disk is free',
      async (model, real) => {
        model.isDiskFree = true;
        await real.freeDisk();
      },
      ({ isDiskFree }) => !isDiskFree,
    ),
  ),
  fc.nat(2).map((slot) => command(`account ${slot} is deployed`, async (_model, real) => real.deploy(slot))),
  fc.constant(
    command('Node-RED starts again', async (model, real) => {
      // what could not be written is gone with the process
      if ((await real.persisted()) !== real.server.renewals) model.isAlive = false;
      real.restart();
    }),
  ),
  fc.constant(
    command('the user logs in again', async (model, real) => {
      if (!model.isDiskFree) await real.freeDisk();
      await real.logIn();
      if (!model.isDiskFree) await real.fillDisk();
      real.server.misused.length = 0;
      model.isAlive = true;
    }),
  ),
];

describe('An OAuth login of three accounts, in any order of events', () => {
  it('spends each refresh token once, and the newest pair wins', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'sipgate-model-'));
    let runs = 0;
    let alive = 0;
    try {
      await fc.assert(
        fc.asyncProperty(fc.commands(COMMANDS, { maxCommands: 30, size: 'max' }), async (commands) => {
          runs += 1;
          const real = new Real(join(parent, String(runs)));
          const model: Model = { isAlive: true, isDiskFree: true };
          await fc.asyncModelRun(() => ({ model, real }), commands);
          if (model.isAlive) alive += 1;
        }),
        { numRuns: modelRuns },
      );
      should(alive).be.above(runs / 10);
    } finally {
      await rm(parent, { recursive: true });
    }
  }).timeout(600_000);
});
