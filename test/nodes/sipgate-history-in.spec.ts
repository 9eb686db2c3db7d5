import { eventually } from '../eventually';
import {
  actionFlow,
  startActionRuntime,
  type ActionRuntime,
  type ActionRuntimeOptions,
} from './helpers/action-runtime';

const FROM = '+4915799912345';

describe('sipgate-history-in', () => {
  let host: ActionRuntime;
  afterEach(() => host.stop());

  const node = (properties: object = {}) => ({ type: 'sipgate-history-in', interval: 1, ...properties });
  const sms = (text: string, more: object = {}) => host.simulator.receiveSms({ from: FROM, text, ...more });
  const emitted = () => host.runtime.messages('result').map(({ payload }) => payload);
  const texts = () => emitted().map(({ smsContent }) => smsContent);
  const polls = () => host.simulator.account.requests.filter(({ path }) => path === '/history');
  const looked = async (times = 1) => {
    const before = polls().length;
    await eventually(
      () => polls().filter(({ outcome }) => outcome === 200).length >= before + times,
      'a look',
    );
  };
  const start = async (properties: object = {}, options: ActionRuntimeOptions = {}) => {
    host = await startActionRuntime(node(properties), options);
  };
  /** Until it has seen what is old. */
  const startAndLook = async (properties: object = {}, options: ActionRuntimeOptions = {}) => {
    await start(properties, options);
    await eventually(() => statuses().includes('watching'), 'the first look');
  };
  const statuses = () => host.runtime.statuses('action').map(({ text }) => text?.split('.').at(-1));

  it('emits an SMS that comes in, once', async () => {
    await startAndLook();
    const id = sms('Hello');
    const { topic, payload, file } = await host.runtime.message('result');
    topic.should.equal('SMS');
    payload.should.containEql({ id, type: 'SMS', direction: 'INCOMING', source: FROM, smsContent: 'Hello' });
    payload['created']!.should.match(/^\d{4}-\d\d-\d\dT.*Z$/);
    (file === undefined).should.be.true();
    await looked(2);
    texts().should.deepEqual(['Hello']);
    statuses().should.containEql('emitted');
  });

  it('emits nothing old at its very first start, also when there is much of it', async () => {
    await start();
    for (let count = 0; count < 250; count += 1)
      sms(`old ${count}`, { createdMs: Date.now() - count * 1000 });
    await eventually(() => statuses().includes('watching'), 'the first look');
    sms('new');
    await host.runtime.message('result');
    texts().should.deepEqual(['new']);
  });

  it('makes one request where nothing is new', async () => {
    await startAndLook();
    const before = host.simulator.account.requests.length;
    await looked(2);
    host.simulator.account.requests
      .slice(before)
      .every(({ path }) => path === '/history')
      .should.be.true();
    const [one, other] = polls().slice(-2);
    Date.parse(one!.query.get('to')!).should.be.below(Date.parse(other!.query.get('to')!));
    one!.query.get('offset')!.should.equal('0');
  });

  it('emits what came in during a deploy after it', async () => {
    await startAndLook();
    sms('before');
    await host.runtime.message('result');
    const deploy = host.runtime.deploy(actionFlow(host.simulator, node({ name: 'changed' })), 'full');
    sms('during');
    await deploy;
    sms('after');
    await eventually(() => texts().length >= 3, 'three entries');
    await looked(2);
    texts().should.deepEqual(['before', 'during', 'after']);
  });

  it('goes on where it was after a deploy of its own', async () => {
    await startAndLook();
    sms('before');
    await host.runtime.message('result');
    await host.runtime.deploy(actionFlow(host.simulator, node({ interval: 2 })), 'nodes');
    sms('after');
    await host.runtime.message('result', 1);
    texts().should.deepEqual(['before', 'after']);
  });
});
