import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import should from 'should';
import type { CallView } from '../../nodes/lib/telephone/view';
import { eventually } from '../eventually';
import { startRuntime, type Runtime } from '../node-red';
import { fn, probe, response, TAB, webhook, webhookIn, type FlowNode } from './helpers/flow';
import { newCall } from './helpers/http';
import { ask, coreNode, ring, runtimeHooks, telephoneWith, until } from './helpers/telephone';
import { removeFolder } from '../remove-folder';

const HOOKS = ['onSend', 'onReceive', 'onComplete'];

describe('The way of a call', () => {
  let runtime: Runtime;
  let userDir: string;
  let hook: ReturnType<typeof webhook>;

  beforeEach(() => {
    hook = webhook();
    userDir = mkdtempSync(path.join(tmpdir(), 'sipgate-path-'));
  });
  afterEach(async () => {
    await runtime.stop();
    await removeFolder(userDir);
  });

  async function start(
    first: string,
    nodes: readonly FlowNode[],
    properties: object = {},
    data: string[] = [],
  ): Promise<void> {
    const entry = { ...webhookIn(hook, { newCall: [first], data }), id: 'in' };
    runtime = await startRuntime([TAB, { ...hook, ...properties }, entry, ...nodes], {
      settings: { userDir },
      nodes: [telephoneWith(), coreNode('sequence/17-split.js')],
    });
  }

  /** Calls, waits for this node of the path, hangs up. */
  async function wayTo(last: string, state = 'passed'): Promise<CallView> {
    const { id } = await ring(hook.id);
    const view = await until(id, ({ path: way }) =>
      way.some((visit) => visit.nodeId === last && visit.state === state),
    );
    await ask('post', `calls/${id}`, { hangUp: true });
    return view;
  }

  const ids = (view: CallView) => view.path.map(({ nodeId }) => nodeId);
  const HANG_UP = response('end', { action: 'hangup' });

  it('is not followed where a message cannot be told in words, and never keeps a message from its way', async () => {
    const odd = 'const odd = Proxy.revocable({}, {}); odd.revoke(); msg.payload = odd.proxy; return msg;';
    await start('odd', [fn('odd', odd, ['end']), HANG_UP]);
    const { id } = await ring(hook.id);
    const view = await until(id, ({ isOver }) => isOver);
    view.entries
      .flatMap((entry) => (entry.kind === 'answer' && entry.action !== '' ? [entry.action] : []))
      .should.eql(['hangup']);
  });

  it('leads through split and join', async () => {
    await start('list', [
      fn('list', 'msg.payload = ["a", "b"]; return msg;', ['split']),
      { id: 'split', type: 'split', z: 'tab', arraySplt: 1, arraySpltType: 'len', wires: [['each']] },
      fn('each', 'return msg;', ['join']),
      { id: 'join', type: 'join', z: 'tab', mode: 'auto', wires: [['end']] },
      HANG_UP,
    ]);
    const view = await wayTo('end');
    ids(view).should.eql(['in', 'list', 'split', 'each', 'each', 'join', 'join', 'end']);
    view.path.map(({ state }) => state).should.eql(Array(8).fill('passed'));
  });

  it('leads through a delay of a second', async () => {
    await start('delay', [
      {
        id: 'delay',
        type: 'delay',
        z: 'tab',
        pauseType: 'delay',
        timeout: '1',
        timeoutUnits: 'seconds',
        rate: '1',
        nbRateUnits: '1',
        rateUnits: 'second',
        wires: [['end']],
      },
      HANG_UP,
    ]);
    const view = await wayTo('end');
    ids(view).should.eql(['in', 'delay', 'end']);
    should(Number(view.path.at(-1)?.atMs)).be.within(990, 8000);
  });

  it('leads through a link call and back', async () => {
    await start('call', [
      {
        id: 'call',
        type: 'link call',
        z: 'tab',
        links: ['there'],
        linkType: 'static',
        timeout: '5',
        wires: [['end']],
      },
      { id: 'there', type: 'link in', z: 'tab', links: [], wires: [['work']] },
      fn('work', 'return msg;', ['back']),
      { id: 'back', type: 'link out', z: 'tab', mode: 'return', links: [], wires: [] },
      HANG_UP,
    ]);
    ids(await wayTo('end')).should.eql(['in', 'call', 'there', 'work', 'back', 'end']);
  });

  it('leads through a subflow in a subflow, whose nodes bear the ids that the editor knows', async () => {
    await start('outer1', [
      {
        id: 'inner',
        type: 'subflow',
        name: 'Inner',
        in: [{ wires: [{ id: 'innerFn' }] }],
        out: [{ wires: [{ id: 'innerFn', port: 0 }] }],
      },
      { ...fn('innerFn', 'return msg;', []), z: 'inner' },
      {
        id: 'outer',
        type: 'subflow',
        name: 'Outer',
        in: [{ wires: [{ id: 'outerFn' }] }],
        out: [{ wires: [{ id: 'inner1', port: 0 }] }],
      },
      { ...fn('outerFn', 'return msg;', ['inner1']), z: 'outer' },
      { id: 'inner1', type: 'subflow:inner', z: 'outer', wires: [[]] },
      { id: 'outer1', type: 'subflow:outer', z: 'tab', wires: [['end']] },
      HANG_UP,
    ] as FlowNode[]);
    const view = await wayTo('end');
    ids(view).should.eql(['in', 'outer1', 'outerFn', 'inner1', 'innerFn', 'end']);
    view.path.map(({ flowId }) => flowId).should.eql(['tab', 'tab', 'outer1', 'outer1', 'inner1', 'tab']);
    view.path.every(({ state }) => state === 'passed').should.be.true(JSON.stringify(view.path));
  });

  for (const [how, func] of [
    ['at once', 'return { payload: "anew" };'],
    ['later', 'setTimeout(() => node.send({ payload: "anew" }), 20);'],
    ['after an await', 'await new Promise((done) => setTimeout(done, 20)); return { payload: "anew" };'],
  ] as const) {
    it(`leads through a Function that makes a new message ${how}`, async () => {
      await start('make', [fn('make', func, ['next']), fn('next', 'return msg;', ['sink']), probe('sink')]);
      ids(await wayTo('sink')).should.eql(['in', 'make', 'next', 'sink']);
    });
  }

  it('is not mixed with that of 50 real calls that come in meanwhile', async () => {
    const delay = {
      id: 'delay',
      type: 'delay',
      z: 'tab',
      pauseType: 'delay',
      timeout: '100',
      timeoutUnits: 'milliseconds',
      rate: '1',
      nbRateUnits: '1',
      rateUnits: 'second',
      wires: [['make']],
    };
    await start('delay', [delay, fn('make', 'return { payload: 1 };', ['sink']), probe('sink')], {
      responseTimeout: 500,
    });
    const { id } = await ring(hook.id);
    await Promise.all(
      Array.from({ length: 50 }, (_, nth) => runtime.request(hook.path, newCall({ callId: `real-${nth}` }))),
    );
    const view = await until(id, ({ path: way }) => way.some(({ nodeId }) => nodeId === 'sink'));
    await runtime.message('sink', 50);
    ids(view).should.eql(['in', 'delay', 'make', 'sink']);
    ids(await until(id, () => true)).should.eql(['in', 'delay', 'make', 'sink']);
    await ask('post', `calls/${id}`, { hangUp: true });
  });

  it('says why a node failed', async () => {
    await start('bad', [fn('bad', 'throw new Error("no such table");', [])]);
    const view = await wayTo('bad', 'failed');
    should(String(view.path.at(-1)?.reason)).match(/no such table/);
  });

  it('says which answer came too late', async () => {
    const delay = {
      id: 'delay',
      type: 'delay',
      z: 'tab',
      pauseType: 'delay',
      timeout: '300',
      timeoutUnits: 'milliseconds',
      rate: '1',
      nbRateUnits: '1',
      rateUnits: 'second',
      wires: [['end']],
    };
    await start('delay', [delay, HANG_UP], { responseTimeout: 100 });
    const view = await wayTo('end', 'failed');
    view.entries.filter(({ kind }) => kind === 'note').should.containDeep([{ note: 'deadline' }]);
    should(String(view.path.at(-1)?.reason)).match(/^The answer came after the 100 ms/);
  });

  it('says where it has ended without an answer', async () => {
    await start('dead', [fn('dead', 'return [msg, null];', [['aside'], ['end']]), probe('aside'), HANG_UP], {
      responseTimeout: 100,
    });
    const { id } = await ring(hook.id);
    const view = await until(id, ({ entries }) => entries.some(({ kind }) => kind === 'note'));
    await ask('post', `calls/${id}`, { hangUp: true });
    view.entries
      .filter(({ kind }) => kind === 'note')
      .should.containDeep([{ note: 'deadEnd', seconds: 0.1, nodeId: 'aside', node: 'helper' }]);
  });

  const filters = [
    ['direction', { direction: 'out' }],
    ['numbers', { numbers: '+4940123456' }],
  ] as const;
  for (const [what, filter] of filters) {
    it(`does not begin where the ${what} of the webhook in leave the call out, and that is said`, async () => {
      const entry = { ...webhookIn(hook, { newCall: ['end'] }), id: 'in', ...filter };
      runtime = await startRuntime([TAB, hook, entry, HANG_UP], {
        settings: { userDir },
        nodes: [telephoneWith()],
      });
      const { id } = await ring(hook.id);
      const view = await until(id, ({ display }) => display === 'ringing');
      await ask('post', `calls/${id}`, { hangUp: true });
      view.entries.filter(({ kind }) => kind === 'note').should.containDeep([{ note: 'untaken' }]);
    });
  }

  it('says of a call that a flow takes, but does not answer, that there was no response', async () => {
    await start('sink', [probe('sink')]);
    const { id } = await ring(hook.id);
    const view = await until(id, ({ display }) => display === 'ringing');
    await ask('post', `calls/${id}`, { hangUp: true });
    view.entries.filter(({ kind }) => kind === 'note').should.containDeep([{ note: 'unanswered' }]);
  });

  it('begins anew with each event, also with another one of its kind', async () => {
    await start('end', [response('end', { action: 'gather', maxDigits: 1, timeout: 5000 })], {}, ['end']);
    const { id } = await ring(hook.id);
    const asked = (nth: number) => (view: CallView) =>
      view.display === 'keys' && view.entries.filter(({ kind }) => kind === 'answer').length === nth;
    for (const nth of [1, 2]) {
      await until(id, asked(nth));
      await ask('post', `calls/${id}`, { press: String(nth) });
    }
    const view = await until(id, asked(3));
    await ask('post', `calls/${id}`, { hangUp: true });
    ids(view).should.eql(['in', 'end', 'in', 'end', 'in', 'end']);
    should(view.path.map(({ left }) => left.length)).eql([1, 0, 1, 0, 1, 0]);
  });

  it('names an output once, however many wires leave it', async () => {
    await start('two', [fn('two', 'return msg;', ['end', 'aside']), HANG_UP, probe('aside')]);
    const view = await wayTo('aside');
    should(view.path.find(({ nodeId }) => nodeId === 'two')?.left.length).equal(1);
  });

  it('is looked for by hooks that are there only while a call runs', async () => {
    await start('end', [response('end', { action: 'gather', maxDigits: 1, timeout: 5000 })]);
    const present = () => HOOKS.filter((name) => runtimeHooks.has(name));
    // an earlier call is looked after for a moment
    await eventually(() => present().length === 0, 'a Node-RED without hooks');
    const { id } = await ring(hook.id);
    present().should.eql(HOOKS);
    await ask('post', `calls/${id}`, { hangUp: true });
    await eventually(() => present().length === 0, 'a Node-RED without hooks');
  });
});
