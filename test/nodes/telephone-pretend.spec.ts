import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Node, NodeDef } from 'node-red';
import 'should';
import account from '../../nodes/sipgate-account';
import sms from '../../nodes/sipgate-sms';
import { eventually } from '../eventually';
import { startRuntime, type NodeModule, type Runtime } from '../node-red';
import { removeFolder } from '../remove-folder';
import { fn, probe, TAB, webhook, webhookIn, type FlowNode } from './helpers/flow';
import { ask, runtimeHooks, telephoneWith } from './helpers/telephone';

const SMS = {
  id: 'send',
  type: 'sipgate-sms',
  z: 'tab',
  account: 'account',
  to: '01579 9912345',
  toType: 'str',
  message: 'wet',
  messageType: 'str',
  wires: [['sent']],
};
const CATCH = { id: 'catch', type: 'catch', z: 'tab', scope: null, wires: [['failed']] };

/** As a node whose connection, or timer, is made for the first message and stays: who has sent that, has woken it. */
const pool: NodeModule = (RED) => {
  function Pool(this: Node, config: NodeDef): void {
    RED.nodes.createNode(this, config);
    const queue: (() => void)[] = [];
    let timer: NodeJS.Timeout | undefined;
    this.on('input', (message, send, done) => {
      timer ??= setInterval(() => queue.shift()?.(), 10);
      queue.push(() => {
        send(message);
        done();
      });
    });
    this.on('close', () => clearInterval(timer));
  }
  RED.nodes.registerType('pool', Pool);
};
const POOL = { id: 'pool', type: 'pool', z: 'tab', wires: [['send']] };

describe('A call test that only pretends', () => {
  let runtime: Runtime;
  let userDir: string;
  const hook = webhook();
  /** Refuses all: what is really sent, fails. */
  const api = createServer((_asked, answer) => answer.writeHead(500).end());

  before(() => new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve)));
  after(() => api.close());

  beforeEach(() => (userDir = mkdtempSync(path.join(tmpdir(), 'sipgate-pretend-'))));
  afterEach(async () => {
    await runtime.stop();
    await removeFolder(userDir);
  });

  async function start(first: string, nodes: readonly FlowNode[], followedAfterMs = 1): Promise<void> {
    const entry = { ...webhookIn(hook, { newCall: [first] }), id: 'in' };
    const apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}/v2`;
    const all = [
      TAB,
      { id: 'account', type: 'sipgate-account', apiUrl },
      hook,
      entry,
      ...nodes,
      SMS,
      CATCH,
      probe('sent'),
      probe('failed'),
    ];
    runtime = await startRuntime(all, {
      settings: { userDir },
      nodes: [telephoneWith({ followedAfterMs }), account, sms, pool] as NodeModule[],
      credentials: { account: { tokenId: 'token-DEMO01', token: '3d5a1c62-7c0e-4f1b-9a58-0d2c4b6e8f10' } },
    });
  }

  async function runTest(first: string, nodes: readonly FlowNode[], followedAfterMs: number): Promise<void> {
    await start(first, nodes, followedAfterMs);
    const call = { from: '+4915799912345', to: '+493023125000' };
    await ask('post', 'tests', {
      name: 'pretends',
      webhook: '',
      call,
      steps: [{ expect: { action: 'continue' } }],
    });
    const { body } = await ask('post', 'tests/run', {});
    body.should.containDeep({ runs: [{ result: { kind: 'passed' } }] });
  }

  /** As an alarm that has nothing to do with a call. */
  const feed = () => runtime.node('feed').receive({ payload: 'The cellar is wet.' });
  const FEED = probe('feed', ['pool']);
  const isFollowed = () => runtimeHooks.has('onSend');

  it('keeps nothing else from being sent, whatever it has woken, while its messages are followed', async () => {
    await runTest('pool', [POOL, FEED], 2000);
    (await runtime.message('sent')).payload.should.have.properties({ smsId: 's0' });
    feed();
    (await runtime.message('failed')).error.should.have.properties({ code: 'SERVER' });
    runtime.messages('sent').length.should.equal(1);
  });

  it('nor when it is over', async () => {
    await runTest('pool', [POOL, FEED], 1);
    await runtime.message('sent');
    await eventually(() => !isFollowed(), 'a Node-RED without hooks');
    feed();
    (await runtime.message('failed')).error.should.have.properties({ code: 'SERVER' });
    runtime.messages('sent').length.should.equal(1);
  });

  it('sends nothing either with a message that is made anew and comes when the test is long over', async () => {
    const late = 'setTimeout(() => node.send({ payload: "wet" }), 200);';
    await runTest('late', [fn('late', late, ['send'])], 1);
    (await runtime.message('sent')).payload.should.have.properties({ smsId: 's0' });
    isFollowed().should.be.false();
  });

  it('has a call beside it that pretends, too, unless the user wants all to be sent', async () => {
    await start('send', []);
    const call = { webhook: hook.id, from: '+4915799912345', to: '+493023125000' };
    const { body } = await ask('post', 'calls', call);
    (await runtime.message('sent')).payload.should.have.properties({ smsId: 's0' });
    const asked = await ask('post', 'calls', { ...call, pretend: false });
    (await runtime.message('failed')).error.should.have.properties({ code: 'SERVER' });
    for (const id of [body['id'], asked.body['id']])
      await ask('post', `calls/${String(id)}`, { hangUp: true });
  });
});
