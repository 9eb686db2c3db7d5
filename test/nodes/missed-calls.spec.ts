import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import should from 'should';
import { Simulator, type CallScript } from '../../simulator/index';
import { PROJECT, startRuntime, type Message, type NodeModule, type Runtime } from '../node-red';
import { TOKEN } from './helpers/action-runtime';
import { TAB, fn, probe, response, webhook, webhookIn, type FlowNode } from './helpers/flow';
import { eventually } from './helpers/http';

const load = createRequire(require.resolve('@node-red/nodes/package.json'));
const EXTRA_NODES = [
  '@node-red/nodes/core/function/10-switch.js',
  '@node-red/nodes/core/function/80-template.js',
  path.join(PROJECT, 'nodes/sipgate-account'),
  path.join(PROJECT, 'nodes/sipgate-sms'),
].map((file) => load(file) as NodeModule);

const CALLEE = '+493023125000';
const SECOND = '+493023125101';

/** An example's nodes, set up for a simulator; what it shows in the debug sidebar is kept. */
function exampleFlow(number: string, simulator: Simulator): FlowNode[] {
  const folder = path.join(PROJECT, 'examples', 'English');
  const file = readdirSync(folder).find((name) => name.startsWith(number)) ?? '';
  const nodes = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as FlowNode[];
  return nodes
    .filter(({ type }) => type !== 'comment')
    .map((node) => {
      switch (node.type) {
        case 'debug':
          return { ...node, type: 'helper' };
        case 'sipgate-webhook':
          return { ...node, publicUrl: '', publicKey: simulator.publicKey };
        case 'sipgate-account':
          return { ...node, apiUrl: `${simulator.url}/v2` };
        default:
          return node;
      }
    });
}

/** Ways in which a call ends, and whether somebody has to call back. */
const WAYS: readonly (readonly [what: string, missed: boolean, script: Partial<CallScript>])[] = [
  ['somebody picks up', false, {}],
  ['nobody picks up', true, { callees: { default: 'noAnswer' } }],
  ['the line is busy', true, { callees: { default: 'busy' } }],
  ['the caller gives up', true, { callees: { default: 'noAnswer' }, giveUpAfterMs: 5 }],
  ['it is transferred with *3', false, { transferTo: SECOND }],
  ['it is transferred by the telephone’s own button', false, { transferTo: SECOND, transferBy: 'phone' }],
  ['nobody picks up a transfer', false, { transferTo: SECOND, callees: { [SECOND]: 'noAnswer' } }],
  [
    'nobody picks up a transfer by the telephone’s own button',
    false,
    { transferTo: SECOND, transferBy: 'phone', callees: { [SECOND]: 'noAnswer' } },
  ],
  [
    'a second phone picks up',
    false,
    { forwardTo: SECOND, callees: { [CALLEE]: 'noAnswer', p0: 'noAnswer' } },
  ],
  ['a second phone does not pick up either', true, { forwardTo: SECOND, callees: { default: 'noAnswer' } }],
  ['the mailbox of the user takes it', true, { forwardTo: 'voicemail', callees: { default: 'noAnswer' } }],
  [
    'a second phone does not pick up, and the mailbox takes it',
    true,
    { forwardTo: [SECOND, 'voicemail'], callees: { default: 'noAnswer' } },
  ],
];

describe('A missed call', () => {
  let runtime: Runtime;
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await Simulator.start({ speed: Infinity });
  });
  afterEach(async () => {
    await runtime.stop();
    await simulator.stop();
  });

  let from = 0;
  /** Places a call from a number that has not called before. @returns the caller */
  async function call(script: Partial<CallScript>): Promise<string> {
    from += 1;
    const caller = `+4917139200${String(from).padStart(2, '0')}`;
    const placed = simulator.call({ from: caller, to: CALLEE, ringMs: 0, hangUpAfterMs: 0, ...script });
    await placed.ended;
    const refused = placed.transcript.filter((entry) => entry.kind === 'answer' && entry.status !== 200);
    refused.should.deepEqual([]);
    return caller;
  }

  /** Messages are on their way when a call has ended; those of an earlier call come before those of a later one. */
  async function callMissedForSure(told: (caller: string) => boolean): Promise<void> {
    const caller = await call({ callees: { default: 'noAnswer' } });
    await eventually(() => told(caller));
  }

  describe('in example 05', () => {
    const debug = '51b9a7e500000007';
    const texts = () => runtime.messages(debug).map(({ payload }) => String(payload));
    const timesTold = (caller: string) => texts().filter((text) => text.includes(caller)).length;
    beforeEach(async () => {
      runtime = await startRuntime(exampleFlow('05', simulator), { nodes: EXTRA_NODES });
      simulator.setWebhook(`${runtime.url}/sipgate/example-05`);
    });

    for (const [what, missed, script] of WAYS) {
      it(`${missed ? 'is told of once' : 'is none'} when ${what}`, async () => {
        const caller = await call(script);
        await callMissedForSure((other) => timesTold(other) > 0);
        timesTold(caller).should.equal(missed ? 1 : 0);
      });
    }

    it('is none when somebody here calls by click to dial', async () => {
      for (const callee of ['answers', 'noAnswer'] as const) {
        const order = { caller: 'p0', callee: SECOND, sessionId: `session-${callee}` };
        await simulator.clickToDial(order, { callees: { [SECOND]: callee }, ringMs: 0, hangUpAfterMs: 0 })
          .ended;
      }
      await callMissedForSure((other) => timesTold(other) > 0);
      texts().should.have.length(1);
    });
  });

  describe('in example 11', () => {
    const recipients = () => simulator.account.sentSms.map(({ recipient }) => recipient);
    beforeEach(async () => {
      runtime = await startRuntime(exampleFlow('11', simulator), {
        nodes: EXTRA_NODES,
        credentials: { '51b9a7eb00000002': TOKEN },
      });
      simulator.setWebhook(`${runtime.url}/sipgate/example-11`);
    });

    for (const [what, missed, script] of WAYS) {
      it(`gets ${missed ? 'one SMS' : 'no SMS'} when ${what}`, async () => {
        const caller = await call(script);
        await callMissedForSure((other) => recipients().includes(other));
        recipients()
          .filter((recipient) => recipient === caller)
          .should.have.length(missed ? 1 : 0);
      });
    }
  });

  describe('is seen by any flow', () => {
    /** Answers NEW_CALL with an action, and keeps all hang-ups. */
    async function begin(newCall: FlowNode[], entry: string): Promise<void> {
      const hook = webhook({ publicKey: simulator.publicKey, publicUrl: '' });
      runtime = await startRuntime([
        TAB,
        hook,
        webhookIn(hook, { newCall: [entry], answer: ['answers'], hangup: ['hangups'] }),
        ...newCall,
        probe('answers'),
        probe('hangups'),
      ]);
      simulator.setWebhook(runtime.url + hook.path);
    }
    const hangups = async (count: number): Promise<Message[]> => {
      await runtime.message('hangups', count - 1);
      return runtime.messages('hangups');
    };
    const isMissed = ({ call, payload }: Message) =>
      !call['answered'] && call['openLegs'] === 0 && payload['cause'] !== 'forwarded';

    it('when a flow sends the caller to the mailbox', async () => {
      await begin([response('r', { action: 'voicemail' })], 'r');
      await call({});
      // sipgate forwards the first leg to the mailbox, which is a leg of its own
      (await hangups(2)).map(isMissed).should.deepEqual([false, true]);
    });

    it('not while another leg of the call is open', async () => {
      await begin([response('r', { action: 'continue' })], 'r');
      await call({ transferTo: SECOND, callees: { [SECOND]: 'noAnswer' } });
      const [second, first] = await hangups(2);
      should(second?.call).have.properties({ answered: true, openLegs: 1 });
      should(first?.call).have.properties({ answered: true, openLegs: 0 });
    });

    it('and a new leg begins with the data of the leg before it', async () => {
      const note = fn('note', 'msg.call.data.legs = (msg.call.data.legs ?? 0) + 1; return msg;', ['r']);
      await begin([note, response('r', { action: 'continue' })], 'note');
      await call({ forwardTo: [SECOND, 'voicemail'], callees: { default: 'noAnswer' } });
      (await hangups(3)).map((message) => message.call.data['legs']).should.deepEqual([1, 2, 3]);
    });
  });
});
