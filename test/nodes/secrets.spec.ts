import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { eventually } from '../eventually';
import type { Fault } from '../../simulator/index';
import { pdf } from '../sipgate/helpers/pdf';
import { everythingIn, actionFlow, startActionRuntime, type ActionRuntime } from './helpers/action-runtime';
import type { NodeModule } from '../node-red';
import type { FlowNode } from './helpers/flow';

/** Planted as credentials; each is looked for wherever something is shown, and so is its base64. */
const SECRETS = {
  token: 'marker-token-5f1e',
  accessToken: 'marker-access-5f1e',
  refreshToken: 'marker-refresh-5f1e',
  clientSecret: 'marker-client-5f1e',
  password: 'marker-password-5f1e',
};
const LOGIN = {
  tokenId: 'token-PLANTED',
  clientId: 'client-planted',
  username: 'planted@example.org',
  ...SECRETS,
};
const basic = (user: string, password: string) => Buffer.from(`${user}:${password}`).toString('base64');
/** What a server hears of each kind of login, and so could repeat. */
const HEARD: Record<string, string[]> = {
  token: [LOGIN.token, basic(LOGIN.tokenId, LOGIN.token)],
  basic: [LOGIN.password, basic(LOGIN.username, LOGIN.password)],
  oauth: [LOGIN.accessToken, LOGIN.refreshToken, LOGIN.clientSecret],
  'oauth in a dialog': [LOGIN.accessToken],
};
const TEXT = 'marker text of an SMS 5f1e';
const HOOK = 'https://example.org/sipgate/marker-path-5f1e';
/** Node-RED's number for info; smaller ones are more urgent. */
const INFO = 40;

const ALL = [...Object.values(SECRETS), ...Object.values(HEARD).flat()];

/** Among them a server that repeats everything it was told. */
function troubles(authType: string, text = ''): Fault['fault'][] {
  const body = JSON.stringify({ message: `you said ${HEARD[authType]?.join(' ')} ${text}` });
  return [
    { kind: 'status', status: 400, body },
    { kind: 'status', status: 401, body },
    { kind: 'status', status: 403, body },
    { kind: 'status', status: 500, body },
    { kind: 'status', status: 200, body },
    { kind: 'resetBefore' },
    { kind: 'delay', ms: 400 },
  ];
}

describe('secrets', () => {
  let nodeRed: ActionRuntime;
  let userDir: string;
  beforeEach(async () => (userDir = await mkdtemp(join(tmpdir(), 'sipgate-secrets-'))));
  afterEach(async () => {
    await nodeRed.stop();
    await rm(userDir, { recursive: true, force: true });
  });

  const account = (authType: string) => ({ authType, timeout: 200 });

  async function start(authType: string, action: { type: string } & Record<string, unknown>): Promise<void> {
    nodeRed = await startActionRuntime(action, {
      account: account(authType),
      credentials: LOGIN,
      settings: { userDir },
    });
    const { credentials } = nodeRed.simulator.account;
    credentials.tokens.push({ id: LOGIN.tokenId, token: LOGIN.token, userId: 'w0', scopes: ['all'] });
    credentials.passwords.push({ username: LOGIN.username, password: LOGIN.password, userId: 'w0' });
    credentials.oauth.clients.push({ id: LOGIN.clientId, secret: LOGIN.clientSecret });
    credentials.oauth.sessions.push({
      userId: 'w0',
      clientId: LOGIN.clientId,
      scopes: ['all'],
      accessToken: LOGIN.accessToken,
      accessExpiresAt: Date.now() + 60_000,
      refreshToken: LOGIN.refreshToken,
      refreshExpiresAt: Date.now() + 60_000,
    });
  }

  /** Sends once in peace and once through each trouble, and waits for the end of all. */
  async function liveThrough(faults: Fault['fault'][], message: Record<string, unknown>): Promise<void> {
    const ended = () => nodeRed.runtime.messages('result').length + nodeRed.runtime.messages('caught').length;
    const send = async () => {
      const before = ended();
      nodeRed.send('action', structuredClone(message));
      await eventually(() => ended() > before, 'the end of the message', 10_000);
    };
    await send();
    for (const fault of faults) {
      nodeRed.simulator.account.faults.push({ match: '* /', fault });
      await send();
      nodeRed.simulator.account.faults.length = 0;
    }
    await new Promise((resolve) => setTimeout(resolve, 300)); // the last status comes late
  }

  function shown(): Record<string, string> {
    const errors = nodeRed.runtime.messages('caught').map(({ error }) => error);
    return {
      status: everythingIn(nodeRed.runtime.statuses('action')),
      errors: everythingIn(errors),
      log: nodeRed
        .logged()
        .map(({ text }) => text)
        .join('\n'),
      urgentLog: nodeRed
        .logged()
        .filter(({ level }) => level <= INFO)
        .map(({ text }) => text)
        .join('\n'),
    };
  }

  for (const authType of ['token', 'basic', 'oauth']) {
    it(`stand in no log, status or error (${authType})`, async () => {
      await start(authType, { type: 'sipgate-sms', sender: 's0' });
      await liveThrough(troubles(authType, TEXT), { to: '0171 39200020', payload: TEXT });
      nodeRed.runtime.messages('caught').length.should.be.above(4);
      const { status, errors, log, urgentLog } = shown();
      log!.should.match(/\/sessions\/sms/); // that requests are logged at all, at debug level
      for (const secret of ALL)
        for (const place of [status, errors, log]) place!.should.not.containEql(secret);
      for (const place of [status, errors, urgentLog]) place!.should.not.containEql(TEXT);
    }).timeout(20_000);
  }

  it('stand in no error of renewing a login', async () => {
    await start('oauth', { type: 'sipgate-sms', sender: 's0' });
    nodeRed.simulator.account.credentials.oauth.sessions.at(-1)!.accessExpiresAt = 0;
    const refusals = troubles('oauth').filter((fault) => fault.kind === 'status' && fault.status >= 400);
    for (const fault of refusals) {
      nodeRed.simulator.account.faults.push({ match: 'POST /auth', fault });
      nodeRed.send('action', { to: '0171 39200020', payload: TEXT });
      await nodeRed.caught(nodeRed.runtime.messages('caught').length);
    }
    const { status, errors, log } = shown();
    for (const secret of ALL) for (const place of [status, errors, log]) place!.should.not.containEql(secret);
  });

  it('stand in no log of a fax or of the webhook settings, and there is no webhook path in the status', async () => {
    await start('token', { type: 'sipgate-fax' });
    await liveThrough(troubles('token'), { to: '0221 4710190', payload: pdf() });
    let { status, errors, log } = shown();
    for (const secret of ALL) for (const place of [status, errors, log]) place!.should.not.containEql(secret);
    await nodeRed.stop();
    await start('token', { type: 'sipgate-webhook-settings', operation: 'setIncomingUrl', value: HOOK });
    await liveThrough(troubles('token'), {});
    ({ status, errors, log } = shown());
    for (const secret of [...ALL, 'marker-path-5f1e'])
      for (const place of [status, errors, log]) place!.should.not.containEql(secret);
  }).timeout(30_000);

  it('stand in no exported flow', async () => {
    await start('token', { type: 'sipgate-sms' });
    const flow = actionFlow(nodeRed.simulator, { type: 'sipgate-sms' }, { account: account('oauth') });
    const typedIn = flow.map((node) => (node.id === 'account' ? { ...node, credentials: LOGIN } : node));
    await nodeRed.runtime.deploy(typedIn as FlowNode[]);
    const flows = everythingIn(nodeRed.flows());
    flows.should.containEql('sipgate-account');
    for (const secret of ALL) flows.should.not.containEql(secret);
  });

  it('stand in no answer to a dialog', async () => {
    for (const authType of ['token', 'basic', 'oauth']) {
      await start(authType, { type: 'sipgate-sms' });
      for (const trouble of [undefined, ...troubles(authType === 'oauth' ? 'oauth in a dialog' : authType)]) {
        for (const what of ['test', 'lookup/devices', 'lookup/callers', 'lookup/senders']) {
          const fault = trouble && { match: '* /', fault: trouble, times: 99 };
          nodeRed.simulator.account.faults.splice(
            0,
            99,
            ...(fault && trouble.kind === 'status' ? [fault] : []),
          );
          const stored = await nodeRed.ask(`sipgate/accounts/account/${what}`, {});
          const typed = { apiUrl: `${nodeRed.simulator.url}/v2`, authType, ...LOGIN };
          const asTyped = await nodeRed.ask(`sipgate/accounts/new/${what}`, typed);
          for (const secret of ALL) everythingIn([stored, asTyped]).should.not.containEql(secret);
        }
      }
      if (authType !== 'oauth') await nodeRed.stop();
    }
  }).timeout(30_000);

  it('are passwords for Node-RED, which never gives them to the editor', async () => {
    let definitions: Record<string, { type: string }> = {};
    const wrap =
      (module: NodeModule): NodeModule =>
      (RED) => {
        const registerType = (
          type: string,
          constructor: never,
          options: { credentials?: typeof definitions },
        ) => {
          definitions = { ...definitions, ...options?.credentials };
          RED.nodes.registerType(type, constructor, options as never);
        };
        module({ ...RED, nodes: { ...RED.nodes, registerType } } as unknown as NodeAPI);
      };
    nodeRed = await startActionRuntime({ type: 'sipgate-sms' }, { wrap });
    Object.entries(definitions)
      .filter(([, { type }]) => type === 'password')
      .map(([name]) => name)
      .sort()
      // the key of a speech server is looked for in test/sipgate/speech/http.spec.ts
      .should.eql([...Object.keys(SECRETS), 'apiKey'].sort());
  });
});
