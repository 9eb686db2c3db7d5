import { createRequire } from 'node:module';
import path from 'node:path';
import should from 'should';
import { Simulator, type Fault } from '../../../../simulator/index';
import type { AccountNode } from '../../../../nodes/lib/account/account';
import { nameCaller } from '../../../../sipgate/index';
import { newCall, type Form } from '../../helpers/http';
import { TOKEN } from '../../helpers/action-runtime';
import { eventually } from '../../../eventually';
import { startRuntime, type NodeModule, type Runtime } from '../../../node-red';
import { probe, response, TAB, webhook, webhookIn, type FlowNode } from '../../helpers/flow';

const KAETHE = {
  id: '3f0a7f52-0b1c-4a55-9d37-5d1f7c1e0a01',
  name: 'Käthe Groß',
  organization: [['Groß GmbH', 'Einkauf']],
  number: '+4917139200077',
};
/** As sipgate writes it. */
const KAETHES_NUMBER = '4917139200077';

const load = createRequire(__filename);
const accountModule = load(path.join(__dirname, '../../../../nodes/sipgate-account')) as NodeModule;
const contactsModule = load(path.join(__dirname, '../../../../nodes/sipgate-contacts')) as NodeModule;

describe('The option "Name the caller" of webhook in', () => {
  let simulator: Simulator;
  let runtime: Runtime;
  let path: string;
  let entrance: FlowNode;

  beforeEach(async () => (simulator = await Simulator.start({ speed: Infinity })));
  afterEach(async () => {
    await runtime.stop();
    await simulator.stop();
  });

  /** @param properties of the webhook-in; with `fault` the first reading of the address book suffers it */
  async function start(
    properties: object = {},
    fault?: Fault['fault'],
    more: FlowNode[] = [],
  ): Promise<void> {
    if (fault) simulator.account.faults.push({ match: 'GET /contacts', fault });
    runtime = await startRuntime(flow(properties, more), {
      nodes: [accountModule, contactsModule],
      credentials: { account: TOKEN },
    });
  }

  function flow(properties: object = {}, more: FlowNode[] = []): FlowNode[] {
    const hook = webhook();
    path = hook.path;
    const outputs = {
      newCall: ['calls', 'answer'],
      answer: ['calls'],
      hangup: ['calls'],
      data: ['calls', 'answer'],
    };
    entrance = webhookIn(hook, outputs, { nameCaller: true, account: 'account', ...properties });
    return [
      TAB,
      { id: 'account', type: 'sipgate-account', apiUrl: `${simulator.url}/v2` },
      hook,
      entrance,
      probe('calls'),
      response('answer', { action: 'voicemail' }),
      ...more,
    ];
  }

  const readings = () =>
    simulator.account.requests.filter(({ method, path }) => method === 'GET' && path.startsWith('/contacts'));
  const warnings = () => runtime.said(entrance.id, 'warn');
  /** Waits until the address book was read, which nobody but the node itself has asked for. */
  async function warm(): Promise<void> {
    await eventually(() => readings().some(({ outcome }) => outcome === 200));
    const { client } = runtime.node<AccountNode>('account');
    await eventually(() => nameCaller(client(), 'anonymous') !== undefined);
  }
  async function place(fields: Form): Promise<unknown> {
    const nth = runtime.messages('calls').length;
    const answer = await runtime.request(path, newCall(fields));
    answer.status.should.equal(200);
    return (await runtime.message('calls', nth))['contact'];
  }

  it('puts name, organization and number of the caller on the first call already', async () => {
    await start();
    await warm();
    should(await place({ from: KAETHES_NUMBER })).eql(KAETHE);
  });

  it('names the other party: of an outgoing call the one who is called', async () => {
    await start();
    await warm();
    should(await place({ direction: 'out', from: '492214710100', to: KAETHES_NUMBER })).eql(KAETHE);
    should(await place({ direction: 'in', from: '4915799999999', to: KAETHES_NUMBER })).be.undefined();
  });

  it('names the caller on every event of the call, also on DATA, which has no numbers', async () => {
    await start();
    await warm();
    const call = newCall({ from: KAETHES_NUMBER, callId: 'named1', origCallId: 'named1' });
    await runtime.request(path, call);
    const later = { callId: 'named1', from: KAETHES_NUMBER, to: '4921163553355', direction: 'in' };
    await runtime.request(path, { event: 'dtmf', callId: 'named1', dtmf: '1' });
    await runtime.request(path, { ...later, event: 'answer', answeringNumber: '4921163553355' });
    await runtime.request(path, {
      ...later,
      event: 'hangup',
      cause: 'normalClearing',
      answeringNumber: '4921163553355',
    });
    await runtime.message('calls', 3);
    const messages = runtime.messages('calls');
    messages.map(({ topic }) => topic).should.eql(['NEW_CALL', 'DATA', 'ANSWER', 'HANGUP']);
    messages.forEach(({ contact }) => should(contact).eql(KAETHE));
    should(messages[1]!.payload['from']).be.undefined();
  });

  it('leaves msg.contact away for strangers and for those who hide their number', async () => {
    await start();
    await warm();
    should(await place({ from: '4915799999999' })).be.undefined();
    should(await place({ from: 'anonymous' })).be.undefined();
    runtime.messages('calls').forEach((message) => message.should.not.have.property('contact'));
  });

  it('does nothing of this unless it is switched on', async () => {
    await start({ nameCaller: false });
    await new Promise((resolve) => setTimeout(resolve, 100));
    should(await place({ from: KAETHES_NUMBER })).be.undefined();
    readings().should.have.length(0);
  });

  it('lets no call wait while the address book is being read', async () => {
    await start({}, { kind: 'delay', ms: 1500 });
    should(await place({ from: KAETHES_NUMBER })).be.undefined();
    await eventually(() => readings().length > 1);
    await warm();
    should(await place({ from: KAETHES_NUMBER })).eql(KAETHE);
  });

  it('reads the address book once, not for each call', async () => {
    await start();
    await warm();
    const { length } = readings();
    length.should.be.above(0);
    for (let count = 0; count < 50; count++) await place({ from: KAETHES_NUMBER });
    readings().should.have.length(length);
  });

  it('names callers out of a large address book', async () => {
    const numberOf = (index: number) => `+49171${3_000_000 + index}`;
    const [first] = simulator.account.contacts;
    simulator.account.contacts = Array.from({ length: 20_000 }, (_, index) => ({
      ...first!,
      id: String(index),
      name: `No ${index}`,
      numbers: [{ number: numberOf(index), type: [] }],
    }));
    await start();
    await warm();
    const client = runtime.node<AccountNode>('account').client();
    for (let index = 0; index < 1000; index++)
      nameCaller(client, numberOf(index * 19))!.name.should.equal(`No ${index * 19}`);
    should(await place({ from: numberOf(19_999).slice(1) })).containEql({ name: 'No 19999' });
  }).timeout(20_000);

  it('reads it once for all nodes of an account, and for "Find by number" as well', async () => {
    const find = {
      id: 'find',
      type: 'sipgate-contacts',
      z: 'tab',
      x: 1,
      y: 1,
      account: 'account',
      operation: 'find',
    };
    const second = webhookIn({ id: 'none' }, {}, { nameCaller: true, account: 'account' });
    await start({}, undefined, [{ ...find, wires: [['found']] }, probe('found'), second]);
    await warm();
    const { length } = readings();
    (runtime.node('find') as unknown as { receive(message: object): void }).receive({
      payload: '0171 39200077',
    });
    should((await runtime.message('found')).payload).containEql({ name: 'Käthe Groß' });
    readings().should.have.length(length);
  });

  it('knows a contact that a flow has just created', async () => {
    const create = {
      id: 'create',
      type: 'sipgate-contacts',
      z: 'tab',
      x: 1,
      y: 1,
      account: 'account',
      operation: 'create',
    };
    await start({}, undefined, [{ ...create, wires: [['created']] }, probe('created')]);
    await warm();
    should(await place({ from: '4917139200055' })).be.undefined();
    const contact = { firstname: 'Ada', phone: { number: '0171 39200055', type: [] } };
    (runtime.node('create') as unknown as { receive(message: object): void }).receive({ payload: contact });
    await runtime.message('created');
    const { length } = readings();
    await eventually(() => readings().length > length);
    await eventually(
      () => nameCaller(runtime.node<AccountNode>('account').client(), '+4917139200055') !== null,
    );
    should(await place({ from: '4917139200055' })).containEql({ name: 'Ada' });
  });

  it('says once what to do when the address book cannot be read, and calls go on', async () => {
    await start({}, { kind: 'status', status: 403 });
    await eventually(() => warnings().length > 0);
    for (let count = 0; count < 3; count++) should(await place({ from: KAETHES_NUMBER })).be.undefined();
    warnings().should.eql(['sipgate-webhook-in.error.noNames']);
    await runtime.deploy(flow());
    await warm();
    should(await place({ from: KAETHES_NUMBER })).eql(KAETHE);
  });

  it('says so when no account is chosen, or it has no login', async () => {
    await start({ account: '' });
    await eventually(() => warnings().length > 0);
    should(await place({ from: KAETHES_NUMBER })).be.undefined();
    warnings().should.eql(['sipgate-webhook-in.error.noNames']);
  });

  it('stops reading at a deploy, without a word', async () => {
    // longer than this test may take
    await start({}, { kind: 'delay', ms: 60_000 });
    await eventually(() => readings().length > 0);
    await runtime.deploy([]);
    warnings().should.eql([]);
  });
});
