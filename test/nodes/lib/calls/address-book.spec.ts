import { EventEmitter } from 'node:events';
import type { Node, NodeAPI } from 'node-red';
import should from 'should';
import type { Call } from '../../../../nodes/lib/calls/call';
import { addressBookChanged, callerNames } from '../../../../nodes/lib/calls/caller-name';
import type { SipgateClient } from '../../../../sipgate/index';
import { eventually } from '../../../eventually';
import { ApiServer, clientOf } from '../../../sipgate/helpers/api-server';

const ADA = { id: '1', name: 'Ada', scope: 'PRIVATE', numbers: [{ number: '+49171392077', type: [] }] };

const call = (more: Partial<Call>): Call => ({
  ...{ callId: 'A1', startedAt: '', digits: [], data: {}, answered: false, openLegs: 1 },
  ...more,
});

describe('The address book of a webhook in', () => {
  let api: ApiServer;
  let client: SipgateClient;
  let events: EventEmitter;
  let RED: NodeAPI;
  let node: Node;
  let account: object | undefined;
  let asked: number;
  let warnings: string[];
  let names: ReturnType<typeof callerNames>;

  beforeEach(async () => {
    api = await ApiServer.start();
    api.answer = () => ({ json: { items: [ADA], totalCount: 1 } });
    client = clientOf(api);
    asked = 0;
    warnings = [];
    events = new EventEmitter();
    account = accountWith(() => client);
    RED = {
      events,
      nodes: { getNode: (id: string) => (id === 'account' ? (account ?? null) : null) },
      _: (key: string, values: object = {}) => [key, ...Object.values(values)].join(': '),
    } as unknown as NodeAPI;
    node = { warn: (text: string) => warnings.push(text) } as unknown as Node;
  });
  afterEach(async () => {
    names?.stop();
    await client.close();
    await api.stop();
  });

  const accountWith = (open: () => SipgateClient) => ({
    type: 'sipgate-account',
    client: () => {
      asked += 1;
      return open();
    },
  });
  const noLogin = () => {
    throw new Error('there is no login');
  };
  const open = (saved: object = {}) =>
    (names = callerNames(RED, node, { nameCaller: true, account: 'account', ...saved }));
  const deploy = () => events.emit('flows:started');

  it('is not read unless it is wanted', () => {
    should(callerNames(RED, node, { account: 'account' })).be.undefined();
    should(callerNames(RED, node, { account: 'account', nameCaller: false })).be.undefined();
    deploy();
    asked.should.equal(0);
  });

  it('is read when the flows have started, and names whoever is at the other end', async () => {
    open();
    asked.should.equal(0);
    deploy();
    await eventually(() => names!.of(call({ from: '+49171392077' })) !== undefined);
    names!.of(call({ from: '+49171392077' }))!.name.should.equal('Ada');
    names!.of(call({ direction: 'out', to: '+49171392077' }))!.name.should.equal('Ada');
    for (const other of [
      call({ direction: 'out', from: '+49171392077', to: '+4930123' }),
      call({ direction: 'in', from: '+4930123', to: '+49171392077' }),
      call({}),
    ])
      should(names!.of(other)).be.undefined();
    warnings.should.be.empty();
  });

  it('that cannot be read is told of once for each client, with the reason', async () => {
    api.answer = () => ({ status: 403 });
    open();
    deploy();
    await eventually(() => warnings.length > 0);
    deploy();
    await eventually(() => api.seen.length > 1);
    await client.close();
    warnings.should.have.length(1);
    warnings[0]!.should.startWith('sipgate-webhook-in.error.noNames: ').and.containEql('403');
  });

  it('has no word said of it when a deploy stops its reading', async () => {
    api.answer = () => 'hang';
    open();
    deploy();
    await api.received(1);
    await client.close();
    warnings.should.be.empty();
  });

  it('is missed once for each account that has no login, and calls go on', () => {
    account = accountWith(noLogin);
    open();
    deploy();
    deploy();
    should(names!.of(call({ from: '+49171392077' }))).be.undefined();
    warnings.should.deepEqual(['sipgate-webhook-in.error.noNames: there is no login']);
    account = accountWith(noLogin);
    deploy();
    warnings.should.have.length(2);
  });

  it('is missed once where there is no account', () => {
    account = undefined;
    open();
    deploy();
    deploy();
    should(names!.of(call({ from: '+49171392077' }))).be.undefined();
    warnings.should.deepEqual(['sipgate-webhook-in.error.noNames: sipgate-webhook-in.error.noAccount']);
  });

  it('is read once after many changes, and not any more for a node that is gone', async () => {
    open();
    const gone = callerNames(RED, node, { nameCaller: true, account: 'account' });
    gone!.stop();
    for (let count = 0; count < 5; count += 1) addressBookChanged();
    asked.should.equal(0);
    await eventually(() => asked > 0);
    asked.should.equal(1);
    deploy();
    asked.should.equal(2);
  });
});
