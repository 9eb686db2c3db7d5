import 'should';
import { newCall } from '../nodes/helpers/http';
import { type NodeRedProcess } from '../node-red';
import { place } from './callers';
import { startRedis, type Program } from './programs';
import { endedCalls, PATH, startWithRedis } from './shared-store';

const CALLS = 20;

describe('an orderly end (SIGTERM) with a store that takes 300 ms to write', function () {
  this.timeout(60_000);
  let redis: Program;
  let ending: NodeRedProcess;
  let staying: NodeRedProcess;

  before(async () => {
    redis = await startRedis();
    [ending, staying] = await Promise.all([
      startWithRedis(redis, { writeDelayMs: 300 }),
      startWithRedis(redis, {}),
    ]);
  });
  after(async () => {
    await Promise.all([ending.stop(), staying.stop()]);
    await redis.stop();
  });

  it('loses no digit of an event that was answered', async () => {
    const calls = Array.from({ length: CALLS }, () => String(newCall()['callId']));
    const send = (instance: NodeRedProcess, fields: (callId: string) => Record<string, string>) =>
      Promise.all(
        calls.map((callId) => place(instance.url + PATH, { ...newCall(), callId, ...fields(callId) })),
      );

    await send(ending, () => ({}));
    const outcomes = await send(ending, () => ({ event: 'dtmf', dtmf: '7' }));
    outcomes.filter((outcome) => outcome !== 'answered').should.eql([]);
    ending.child.kill('SIGTERM');
    await ending.ended;
    await send(staying, () => ({ event: 'hangup', cause: 'normalClearing', answeringNumber: '1' }));

    const ended = await endedCalls([staying], CALLS);
    ended.filter(({ digits }) => digits.join() !== '7').should.have.length(0);
    ended.filter(({ data, callId }) => data.note !== `of ${callId}`).should.have.length(0);
  });
});
