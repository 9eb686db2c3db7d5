import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import should from 'should';
import { createSessionStore, type SessionMemory } from '../../../nodes/lib/ai-flow/session-store';
import { readAiFlowEvent } from '../../../sipgate/index';
import type { Runtime } from '../../node-red';
import {
  aiFlow,
  aiFlowAll,
  dial,
  newSession,
  postEvent,
  startAiRuntime,
  wireEvent,
} from '../helpers/ai-flow';
import { probe, TAB } from '../helpers/flow';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const BODIES = 5000;
const AT_ONCE = 50;
/** All of the bodies together have some 100 MB. */
const MOST_KEPT_BYTES = 16 * 1024 * 1024;

/** Bodies that hold no event, each of another kind and another length. */
function hostileBody(index: number): string {
  const long = 'x'.repeat((index * 37) % 60_000);
  const kinds = [
    '',
    '{',
    'null',
    `"${long}"`,
    `[${'1,'.repeat(index % 500)}1]`,
    `{"type":"${long}","session":{"id":1}}`,
    `{"type":["session_start"],"session":{"id":"s${index}"}}`,
    `{"type":"session_start","session":"${long}"}`,
    `{"type":"session_start","session":{"id":{"$ne":null}}}`,
    `{"type":"user_speak","text":"${long}"}`,
    '['.repeat(index % 30_000),
    `{"type":"a","session":{"id":"s"},"x":${'['.repeat(1000)}${']'.repeat(1000)}}`,
    `{"type":"a","session":{"id":"s"},"__proto__":{"polluted":${index}}}`,
    `{"__proto__":{"type":"session_start","session":{"id":"s${index}"}}}`,
    `\u0000\u001b[2J${long}`,
    `type=session_start&session[id]=${index}`,
  ];
  return kinds[index % kinds.length] ?? '';
}

describe('5,000 hostile bodies and frames', function () {
  this.timeout(120_000);
  let runtime: Runtime;
  let url: string;

  before(async () => {
    const of = aiFlow();
    runtime = await startAiRuntime([TAB, of, aiFlowAll(of, ['got']), probe('got')]);
    url = runtime.url + of.path;
  });
  after(() => runtime.stop());

  async function inRounds(send: (index: number) => Promise<void>): Promise<void> {
    for (let from = 0; from < BODIES; from += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => send(from + n)));
  }

  async function keeps(work: () => Promise<void>): Promise<number> {
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    await work();
    await new Promise((resolve) => setTimeout(resolve, 50));
    collectGarbage();
    return process.memoryUsage().heapUsed - before;
  }

  it('over HTTP reach no flow, and leave no memory behind', async () => {
    await postEvent(url, hostileBody(0));
    const kept = await keeps(() =>
      inRounds(async (index) => {
        const { status, body } = await postEvent(url, Buffer.from(hostileBody(index)));
        status.should.equal(400);
        (JSON.parse(body) as { error: string }).error.should.be.a.String();
      }),
    );
    runtime.messages('got').should.eql([]);
    kept.should.be.below(MOST_KEPT_BYTES);
    should(({} as Record<string, unknown>)['polluted']).equal(undefined);
  });

  it('over a WebSocket reach no flow, and leave no memory behind', async () => {
    const line = await dial(url);
    const kept = await keeps(() =>
      inRounds(
        (index) =>
          new Promise((resolve, reject) =>
            line.socket.send(hostileBody(index), (error) => (error ? reject(error) : resolve())),
          ),
      ),
    );
    line.say(wireEvent('session_start', {}, newSession()));
    await runtime.message('got');
    runtime.messages('got').length.should.equal(1);
    kept.should.be.below(MOST_KEPT_BYTES);
    line.hangUp();
  });

  it('fill no memory with sessions that nobody ends', async () => {
    const memory: SessionMemory = new Map();
    const sessions = createSessionStore({
      memory,
      context: undefined,
      store: undefined,
      onProblem: () => undefined,
    });
    const kept = await keeps(() =>
      inRounds(async (index) => {
        const session = { id: `${index}`.padStart(500, 's'), from_phone_number: '1'.repeat(5000) };
        const body = JSON.stringify(wireEvent('user_speak', { text: 'x'.repeat(50_000) }, session));
        const read = readAiFlowEvent(body);
        if (read) await sessions.record(read.event);
      }),
    );
    memory.size.should.equal(BODIES);
    kept.should.be.below(MOST_KEPT_BYTES + BODIES * 5000);
  });
});
