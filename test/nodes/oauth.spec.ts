import { mkdtemp, readdir, readFile, rm, stat, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { eventually } from '../eventually';
import { logIn } from '../../simulator/index';
import { actionFlow, startActionRuntime, type ActionRuntime } from './helpers/action-runtime';
import type { FlowNode } from './helpers/flow';

const SMS = { type: 'sipgate-sms', sender: 's0', to: '0171 39200020', toType: 'str' };
type Login = Record<'accessToken' | 'refreshToken' | 'clientId' | 'clientSecret', string>;

describe('an account with an OAuth login', () => {
  let nodeRed: ActionRuntime;
  let userDir: string;
  let login: Login;

  beforeEach(async () => {
    userDir = await mkdtemp(join(tmpdir(), 'sipgate-account-'));
    nodeRed = await startActionRuntime(SMS, {
      account: { authType: 'oauth' },
      credentials: {},
      settings: { userDir },
    });
    login = newLogin();
  });
  afterEach(async () => {
    await nodeRed.stop();
    await rm(userDir, { recursive: true, force: true });
  });

  const oauth = () => nodeRed.simulator.account.credentials.oauth;
  /** An expired access token, and a good refresh token. */
  function newLogin(): Login {
    const session = logIn(nodeRed.simulator.account, 'w0', { now: Date.now() - 3_600_000 });
    session.refreshExpiresAt = Date.now() + 3_600_000;
    const [client] = oauth().clients;
    const { accessToken, refreshToken } = session;
    return { accessToken, refreshToken, clientId: client!.id, clientSecret: client!.secret };
  }
  const flow = (account: object = {}, more: FlowNode[] = []) =>
    actionFlow(nodeRed.simulator, SMS, {
      account: { authType: 'oauth', credentials: login, ...account },
      more,
    });
  const deploy = (account: object = {}, more: FlowNode[] = []) => nodeRed.runtime.deploy(flow(account, more));
  const directory = () => join(userDir, 'sipgate-io');
  const tokenFiles = () => readdir(directory()).catch(() => [] as string[]);
  const sendOne = async (payload = 'x') => {
    const before = nodeRed.simulator.account.sentSms.length;
    nodeRed.send('action', { payload });
    await eventually(() => nodeRed.simulator.account.sentSms.length > before);
  };

  it('renews an expired login once for twenty messages at a time', async () => {
    await deploy();
    for (let n = 0; n < 20; n += 1) nodeRed.send('action', { payload: `${n}` });
    await nodeRed.runtime.message('result', 19);
    oauth().refreshes.should.equal(1);
    nodeRed.simulator.account.sentSms.should.have.length(20);
  });

  it('keeps the renewed login in a file and a directory that only its user can read', async () => {
    await deploy();
    await sendOne();
    const files = await tokenFiles();
    files.should.matchEach(/^tokens-[0-9a-f]{64}\.json$/).and.have.length(1);
    const path = join(directory(), files[0]!);
    ((await stat(path)).mode & 0o777).should.equal(0o600);
    ((await stat(directory())).mode & 0o777).should.equal(0o700);
    (await readFile(path, 'utf8')).should.containEql(oauth().sessions.at(-1)!.refreshToken);
  });

  it('works on after a deploy, though Node-RED itself only knows the used-up tokens', async () => {
    await deploy({ name: 'first' });
    await sendOne();
    await deploy({ name: 'again' });
    await sendOne();
    oauth().refreshes.should.equal(1);
  });

  it('works on after a crash between renewal and request', async () => {
    await deploy({ name: 'first' });
    nodeRed.simulator.account.faults.push({ match: 'POST /sessions/sms', fault: { kind: 'resetBefore' } });
    nodeRed.send('action', { payload: 'x' });
    await nodeRed.caught();
    oauth().sessions.at(-1)!.accessExpiresAt = 0; // the stored refresh token has to do it
    await deploy({ name: 'again' });
    await sendOne();
    oauth().refreshes.should.equal(2);
  });

  it('takes over the file that an older version has named by the account’s node', async () => {
    const before = oauth().refreshes;
    const session = logIn(nodeRed.simulator.account, 'w0', { now: Date.now() });
    const { accessToken, refreshToken } = login;
    await mkdir(directory());
    await writeFile(
      join(directory(), 'tokens-account.json'),
      JSON.stringify({
        fingerprint: createHash('sha256').update(`${accessToken}\n${refreshToken}`).digest('hex'),
        accessToken: session.accessToken,
        refreshToken: session.refreshToken,
        expiresAt: session.accessExpiresAt,
        renewAt: session.accessExpiresAt - 60_000,
      }),
    );
    await deploy();
    await sendOne();
    oauth().refreshes.should.equal(before);
    (await tokenFiles()).should.eql(['tokens-account.json']);
    session.accessExpiresAt = 0;
    await sendOne();
    (await tokenFiles()).should.matchEach(/^tokens-[0-9a-f]{64}\.json$/).and.have.length(1);
  });

  describe('that another account has, too', () => {
    it('renews it once for both of them', async () => {
      const { id: _id, ...account } = flow().find(({ id }) => id === 'account')!;
      const second = { ...account, id: 'second' } as FlowNode;
      const action = { ...SMS, id: 'other', z: 'tab', account: 'second', wires: [['result']] };
      await deploy({}, [second, action]);
      nodeRed.send('action', { payload: '1' });
      nodeRed.send('other', { payload: '2' });
      await nodeRed.runtime.message('result', 1);
      oauth().sessions.at(-1)!.accessExpiresAt = 0;
      nodeRed.send('other', { payload: '3' });
      nodeRed.send('action', { payload: '4' });
      await nodeRed.runtime.message('result', 3);
      oauth().refreshes.should.equal(2);
      (await tokenFiles()).should.have.length(1);
    });

    it('stays when one of them is deleted', async () => {
      const { id: _id, ...account } = flow().find(({ id }) => id === 'account')!;
      await deploy({}, [{ ...account, id: 'second' } as FlowNode]);
      await sendOne();
      await deploy();
      await sendOne();
      (await tokenFiles()).should.have.length(1);
      oauth().refreshes.should.equal(1);
    });
  });

  describe('in a subflow', () => {
    const instance = (id: string): FlowNode => ({
      ...{ id, type: 'subflow:sub', z: 'tab', x: 0, y: 0 },
      wires: [['result']],
    });
    /** A subflow that sends an SMS with an account of its own. */
    const subflow = (): FlowNode[] => {
      const { id: _id, ...account } = flow().find(({ id }) => id === 'account')!;
      return [
        {
          ...{ id: 'sub', type: 'subflow', name: 'Send' },
          in: [{ wires: [{ id: 'inner' }] }],
          out: [{ wires: [{ id: 'inner', port: 0 }] }],
        },
        { ...account, id: 'inner-account', z: 'sub' } as FlowNode,
        { ...SMS, id: 'inner', z: 'sub', x: 0, y: 0, account: 'inner-account', wires: [[]] },
      ];
    };
    const deployTwice = () =>
      nodeRed.runtime.deploy([
        ...flow().filter(({ id }) => id !== 'account' && id !== 'action'),
        ...subflow(),
        instance('one'),
        instance('two'),
      ]);

    it('that is used twice renews it once', async () => {
      await deployTwice();
      nodeRed.send('one', { payload: '1' });
      nodeRed.send('two', { payload: '2' });
      await nodeRed.runtime.message('result', 1);
      oauth().refreshes.should.equal(1);
      (await tokenFiles()).should.have.length(1);
    });

    it('is asked for the dialogs of its template', async () => {
      await deployTwice();
      for (const what of ['test', 'lookup/devices'])
        (await nodeRed.ask(`sipgate/accounts/inner-account/${what}`, {})).status.should.equal(200);
    });

    it('leaves nothing behind when the subflow is deleted', async () => {
      await deployTwice();
      nodeRed.send('one', { payload: '1' });
      await nodeRed.runtime.message('result');
      (await tokenFiles()).should.have.length(1);
      await nodeRed.runtime.deploy([{ id: 'tab', type: 'tab' }]);
      await eventually(async () => (await tokenFiles()).length === 0);
    });
  });

  describe('that no flow has any more', () => {
    it('is removed with the account', async () => {
      await deploy();
      await sendOne();
      await nodeRed.runtime.deploy([{ id: 'other', type: 'tab' }]);
      (await tokenFiles()).should.have.length(0);
    });

    it('is removed when another one is typed in', async () => {
      await deploy();
      await sendOne();
      const before = await tokenFiles();
      login = newLogin();
      await deploy({ name: 'again' });
      await eventually(async () => (await tokenFiles()).length === 0);
      await sendOne();
      (await tokenFiles()).should.have.length(1).and.not.eql(before);
    });

    it('is removed when Node-RED starts, also if the account was deleted while it did not run', async () => {
      await mkdir(directory());
      await writeFile(join(directory(), 'tokens-deleted.json'), '{}');
      await deploy();
      await eventually(async () => (await tokenFiles()).length === 0);
    });

    it('is kept while the account is only switched off', async () => {
      await deploy();
      await sendOne();
      await deploy({ d: true });
      await new Promise((resolve) => setTimeout(resolve, 50));
      (await tokenFiles()).should.have.length(1);
    });

    it('is kept while Node-RED cannot decrypt the credentials: they may come back', async () => {
      await deploy();
      await sendOne();
      login = {} as Login;
      await deploy({ name: 'again' });
      await new Promise((resolve) => setTimeout(resolve, 50));
      (await tokenFiles()).should.have.length(1);
    });

    it('is kept while it stands in a variable that nobody can look up', async () => {
      await deploy();
      await sendOne();
      login = { ...login, refreshToken: '${PBX_UNSET}' };
      await deploy({ name: 'again' });
      await new Promise((resolve) => setTimeout(resolve, 50));
      (await tokenFiles()).should.have.length(1);
    });
  });

  describe('asked by a dialog', () => {
    it('does not use up a refresh token that was typed in', async () => {
      await deploy();
      const fields = { authType: 'oauth', apiUrl: `${nodeRed.simulator.url}/v2`, ...login };
      const { status } = await nodeRed.ask('sipgate/accounts/new/lookup/devices', fields);
      status.should.equal(502);
      oauth().refreshes.should.equal(0);
    });

    it('answers with the running account, which renews its login as ever', async () => {
      await deploy();
      const fields = { refreshToken: '__PWRD__' };
      (await nodeRed.ask('sipgate/accounts/account/lookup/devices', fields)).status.should.equal(200);
      oauth().refreshes.should.equal(1);
      await sendOne();
      oauth().refreshes.should.equal(1);
    });

    it('wants a deploy before it asks with another client of the stored login', async () => {
      await deploy();
      const answer = await nodeRed.ask('sipgate/accounts/account/lookup/devices', { clientId: 'other' });
      answer.should.eql({ status: 403, body: { reason: 'deployFirst' } });
    });
  });
});
