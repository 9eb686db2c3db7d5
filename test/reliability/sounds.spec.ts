import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import should from 'should';
import { eventually } from '../eventually';
import { response, TAB, webhook, webhookIn, type FlowNode } from '../nodes/helpers/flow';
import { newCall, post, encode } from '../nodes/helpers/http';
import { startNodeRed, type NodeRedProcess } from '../node-red';
import { onCanvas } from './flows';
import { startRedis } from './programs';
import { PATH, startWithRedis } from './shared-store';
import { removeFolder } from '../remove-folder';

const VOICE: FlowNode = { id: 'voice', type: 'sipgate-voice', language: 'en' };

/** Says the number of the caller. */
function flowsOf(hook: FlowNode): FlowNode[] {
  const says = {
    action: 'play',
    announcementSource: 'text',
    announcement: 'payload.from',
    announcementType: 'msg',
    voice: 'voice',
  };
  return [TAB, hook, VOICE, webhookIn(hook, { newCall: ['r'] }), response('r', says)];
}

/** @returns the last part of the URL that a call is told to play */
async function soundOf(instance: NodeRedProcess): Promise<string> {
  const { body } = await post(`${instance.url}${PATH}`, encode(newCall()));
  const [, name] = /announcements\/([\da-f]{40}\.wav)<\/Url>/.exec(body) ?? [];
  if (name === undefined) throw new Error(`no sound in ${body}`);
  return name;
}

async function fetched({ url }: NodeRedProcess, name: string): Promise<Buffer | number> {
  const answer = await fetch(`${url}${PATH}/announcements/${name}`);
  return answer.status === 200 ? Buffer.from(await answer.arrayBuffer()) : answer.status;
}

describe('The sound of a computed text', function () {
  this.timeout(60_000);

  it('is there for another instance that shares the call store, when its URL goes out', async () => {
    const redis = await startRedis();
    const hook = webhook({ callStore: 'redis', path: PATH });
    const flows = flowsOf(hook);
    const instances = await Promise.all([1, 2].map(() => startWithRedis(redis, { flows })));
    const keyed = flows.map((node) =>
      node === hook ? { ...node, credentials: { soundKey: 'one key' } } : node,
    );
    for (const instance of instances) await instance.deploy(onCanvas(keyed));
    const [first, second] = instances as [NodeRedProcess, NodeRedProcess];
    const name = await soundOf(first);
    const sound = await fetched(second, name);
    should(Buffer.isBuffer(sound)).be.true();
    should(sound).deepEqual(await fetched(first, name));
    (
      await fetched(
        second,
        name.replace(/^./, (digit) => (digit === 'a' ? 'b' : 'a')),
      )
    ).should.equal(404);
    await Promise.all(instances.map((instance) => instance.stop()));
    await redis.stop();
  });

  it('keeps its URL over a restart', async () => {
    const userDir = mkdtempSync(path.join(tmpdir(), 'restart-'));
    const flows = onCanvas(flowsOf(webhook({ path: PATH })));
    const before = await startNodeRed({ userDir, flows });
    const name = await soundOf(before);
    const sound = await eventually(async () => {
      const bytes = await fetched(before, name);
      return Buffer.isBuffer(bytes) ? bytes : undefined;
    }, 'the sound');
    await before.stop();
    const after = await startNodeRed({ userDir, flows });
    should(await fetched(after, name)).deepEqual(sound);
    (await soundOf(after)).should.equal(name);
    await after.stop();
    await removeFolder(userDir);
  });
});
