import 'should';
import { createCallStore } from '../../../../nodes/lib/calls/call-store';
import type { ContextStore } from '../../../../nodes/lib/calls/context-store';

/** What people do who test with curl: the id of a call that is over is used for another one. */
const NEW_CALL = { event: 'NEW_CALL', callId: 'A1' } as const;
const HANGUP = { event: 'HANGUP', callId: 'A1' } as const;
const press = (dtmf: string) => ({ event: 'DATA', callId: 'A1', dtmf }) as const;
const second = { callId: 'A2', originalCallId: 'A1' };

function kept(): ContextStore {
  const values = new Map<string, unknown>();
  return {
    get: (key, _store, callback) => callback(null, structuredClone(values.get(key)) as never),
    set: (key, value, _store, callback) => {
      values.set(key, structuredClone(value));
      callback(null);
    },
    keys: (_store, callback) => callback(null, [...values.keys()]),
  };
}

function open(context: ContextStore | undefined) {
  const onProblem = (error: unknown) => {
    throw error;
  };
  return createCallStore({ memory: new Map(), context, store: undefined, onProblem });
}

for (const where of ['memory', 'a context store', 'a context store, after a restart'] as const) {
  describe(`A call with the id of one that is over, kept in ${where}`, () => {
    function start() {
      const context = where === 'memory' ? undefined : kept();
      let calls = open(context);
      const restart = () => {
        if (where.endsWith('restart')) calls = open(context);
      };
      return { track: (event: Parameters<typeof calls.track>[0]) => calls.track(event), restart };
    }

    it('keeps its digits and notes when its NEW_CALL comes twice', async () => {
      const { track, restart } = start();
      for (const event of [NEW_CALL, HANGUP, NEW_CALL, press('1')]) await track(event);
      restart();
      (await track(NEW_CALL)).digits.should.deepEqual(['1']);
    });

    it('has no legs of the other', async () => {
      const { track, restart } = start();
      await track(NEW_CALL);
      await track({ event: 'NEW_CALL', ...second });
      await track({ event: 'ANSWER', ...second, user: 'Ann' });
      await track(HANGUP);
      (await track(NEW_CALL)).should.have.properties({ answered: false, openLegs: 1 });
      restart();
      (await track(press('1'))).should.have.properties({ answered: false, openLegs: 1, digits: ['1'] });
    });
  });
}
