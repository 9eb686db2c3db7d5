import should from 'should';
import type { CallScript, SimulatedCall } from '../../../simulator';
import { eventually } from '../../eventually';
import type { FlowNode } from '../helpers/flow';
import { runExample, type RunningExample } from './example';

const CALLER = '+4915799912345';
const CALLEE = '+4921163553355';
const BRANCH = '+494066969102';

const codes = (call: SimulatedCall) =>
  call.transcript.flatMap((entry) => (entry.kind === 'network' ? [entry.code] : []));

/** The announcement lasts so long, ms. */
const lasting = (ms: number) => (node: FlowNode) => {
  if (node['name'] !== 'How long it lasts') return node;
  return { ...node, rules: [{ t: 'set', p: 'delay', pt: 'msg', to: String(ms), tot: 'num' }] };
};

describe('Example 19, hang up after the announcement', () => {
  let example: RunningExample;
  afterEach(() => example.stop());

  const start = async (ms: number) =>
    (example = await runExample('19 - Hang up after the announcement', lasting(ms)));
  const call = (more: Partial<CallScript> = {}) =>
    example.simulator.call({ from: CALLER, to: CALLEE, ringMs: 1, hangUpAfterMs: Infinity, ...more });
  const hungUp = () => example.runtime.messages(example.idOf('Hung up'));
  const faults = () => example.runtime.messages(example.idOf('What went wrong'));

  it('plays, waits as long as the sound lasts, and hangs up', async () => {
    await start(50);
    const placed = call();
    const outcome = await placed.ended;
    outcome.kind.should.equal('answered');
    outcome.played.should.deepEqual(['https://example.org/opening-hours.wav']);
    codes(placed).should.containEql('controlHangsUp');
    await eventually(() => hungUp().length === 1);
    hungUp()[0]!.payload.should.containEql({ operation: 'hangup' });
    faults().should.be.empty();
  });

  it('stops when the caller hangs up first', async () => {
    await start(300);
    const early = call();
    await eventually(() => early.outcome.played.length === 1);
    const trigger = example.idOf('Until it has ended');
    await eventually(() => example.runtime.statuses(trigger).some(({ fill }) => fill === 'blue'));
    early.hangUp();
    await early.ended;
    // by the time that the second call is hung up, the first one's turn is long over
    await call().ended;
    await eventually(() => hungUp().length > 0);
    hungUp().length.should.equal(1);
    faults().should.be.empty();
  });

  it('does not mix calls that come at the same time', async () => {
    await start(50);
    const calls = [call(), call({ from: '+4915799912346' }), call({ from: '+4915799912347' })];
    await Promise.all(calls.map(({ ended }) => ended));
    await eventually(() => hungUp().length === 3);
    new Set(hungUp().map(({ payload }) => payload['callId'])).size.should.equal(3);
    faults().should.be.empty();
  });

  it('lets a mailbox alone', async () => {
    await start(1);
    const placed = call({ forwardTo: 'voicemail', callees: { default: 'noAnswer' }, hangUpAfterMs: 100 });
    (await placed.ended).kind.should.equal('voicemail');
    faults().should.be.empty();
    hungUp().should.be.empty();
  });
});

describe('Example 31, press 2, then transfer', () => {
  let example: RunningExample;
  afterEach(() => example.stop());

  const start = async () => {
    example = await runExample('31 - Press 2, then transfer', (node) =>
      lasting(50)(node.type === 'sipgate-history-in' ? { ...node, interval: 1 } : node),
    );
    await eventually(() => example.simulator.account.requests.some(({ path }) => path === '/history'));
  };
  const call = (press: string[]) =>
    example.simulator.call({ from: CALLER, to: CALLEE, press, ringMs: 1, hangUpAfterMs: Infinity });
  const at = (name: string) => example.runtime.messages(example.idOf(name));

  it('greets, transfers whoever presses 2, and the call is one entry of the history with its whole duration', async () => {
    await start();
    const placed = call(['2']);
    await eventually(() => at('Transferred').length === 1);
    await eventually(() => codes(placed).filter((code) => code === 'answered').length === 2);
    const talk = 1100;
    await new Promise((resolve) => setTimeout(resolve, talk));
    placed.hangUp();
    const outcome = await placed.ended;
    outcome.should.containEql({ kind: 'answered', by: BRANCH });
    outcome.digits.should.deepEqual(['2']);
    outcome.played.should.deepEqual([
      'https://example.org/welcome.wav',
      'https://example.org/one-moment.wav',
    ]);
    codes(placed)
      .filter((code) => code === 'transfers')
      .length.should.equal(1);
    const { payload } = await example.runtime.message(example.idOf('One entry'));
    payload.should.containEql({ type: 'CALL', direction: 'INCOMING', source: CALLER, target: CALLEE });
    const answeredAt = placed.transcript.find(
      (entry) => entry.kind === 'network' && entry.code === 'answered',
    )!.atMs;
    const endedAt = placed.transcript.at(-1)!.atMs;
    should(payload['duration']).be.approximately((endedAt - answeredAt) / 1000, 0.6);
    at('What went wrong').should.be.empty();
    // another poll has gone by without it coming again
    const polls = () => example.simulator.account.requests.filter(({ path }) => path === '/history').length;
    const before = polls();
    await eventually(() => polls() > before + 1);
    at('One entry').length.should.equal(1);
  });

  it('leaves whoever presses something else at the reception', async () => {
    await start();
    const placed = call(['1']);
    await eventually(() => codes(placed).includes('answered'));
    placed.hangUp();
    (await placed.ended).should.containEql({ kind: 'answered', by: CALLEE });
    at('Transferred').should.be.empty();
    placed.outcome.played.should.deepEqual(['https://example.org/welcome.wav']);
  });
});
