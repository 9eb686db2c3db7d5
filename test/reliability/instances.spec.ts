import 'should';
import { newCall } from '../nodes/helpers/http';
import { type NodeRedProcess } from '../node-red';
import { pause, place } from './callers';
import { IS_LONG } from './flows';
import { startRedis, type Program } from './programs';
import { endedCalls, PATH, startWithRedis, type Ended } from './shared-store';

/** So much does the second instance's clock go wrong. */
const CLOCK_SHIFTS_MS = [0, -1500, 1500];
const CALLS = IS_LONG ? 200 : 40;
const AT_ONCE = 5;
const KEYS = ['1', '2', '3', '4'];

for (const shiftMs of CLOCK_SHIFTS_MS) {
  const clocks = shiftMs === 0 ? 'with one clock' : `with clocks ${shiftMs} ms apart`;
  describe(`two instances with one Redis, ${clocks}`, function () {
    this.timeout(120_000);
    let redis: Program;
    let instances: NodeRedProcess[];

    before(async () => {
      redis = await startRedis();
      instances = await Promise.all(
        [0, shiftMs].map((clockShiftMs) => startWithRedis(redis, { clockShiftMs })),
      );
    });
    after(async () => {
      await Promise.all(instances.map((instance) => instance.stop()));
      await redis.stop();
    });

    const urlOf = (instance: number) => `${instances[instance]?.url}${PATH}`;

    /** Places calls, some at a time. @returns what the flows have kept of each */
    async function placeAll(call: (nth: number) => Promise<string>): Promise<(Ended | undefined)[]> {
      const before = (await endedCalls(instances, 0)).length;
      const ids: string[] = [];
      let next = 0;
      const caller = async () => {
        while (next < CALLS) ids.push(await call(next++));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, caller));
      const all = await endedCalls(instances, before + CALLS);
      return ids.map((id) => all.find(({ callId }) => callId === id));
    }

    /** Sends the events of one call, each as soon as the one before is answered, and each to the other instance. */
    async function callInTurns(nth: number, pauseMs: number): Promise<string> {
      const { callId, ...form } = newCall();
      const event = (fields: Record<string, string>) => ({ ...form, callId: callId as string, ...fields });
      const events = [
        event({}),
        ...KEYS.map((dtmf) => ({ event: 'dtmf', callId: callId as string, dtmf })),
        event({
          event: 'answer',
          user: 'Ann Example',
          userId: 'w0',
          fullUserId: '1234567w0',
          answeringNumber: '1',
        }),
        event({ event: 'hangup', cause: 'normalClearing', answeringNumber: '1' }),
      ];
      for (const [index, form] of events.entries()) {
        (await place(urlOf((nth + index) % 2), form)).should.equal('answered');
        await pause(pauseMs);
      }
      return callId as string;
    }

    for (const pauseMs of [50, 0]) {
      const speed = pauseMs === 0 ? 'as fast as the answers come' : `${pauseMs} ms apart`;
      it(`lose nothing of ${CALLS} calls whose events go to them by turns, ${speed}`, async () => {
        const ended = await placeAll((nth) => callInTurns(nth, pauseMs));
        lossesOf(ended).should.eql({});
      });
    }
  });
}

/** @returns how many calls have lost what */
function lossesOf(ended: readonly (Ended | undefined)[]): Record<string, number> {
  const kinds: Record<string, (call: Ended | undefined) => boolean> = {
    'whole calls': (call) => call === undefined,
    digits: (call) => call !== undefined && call.digits.join() !== KEYS.join(),
    'data of the flow': (call) => call !== undefined && call.data.note !== `of ${call.callId}`,
    'the time of the answer': (call) => call !== undefined && call.answeredAt === undefined,
    'the duration': (call) => call !== undefined && !((call.duration ?? -1) >= 0),
  };
  const counts = Object.entries(kinds).map(([kind, isLost]) => [kind, ended.filter(isLost).length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
