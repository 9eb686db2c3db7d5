import { mock } from 'node:test';

/** Timers that run when a test says so, and a wall clock that may jump. Only one at a time. */
export interface FakeClock {
  /** ms since it was started; nobody can set it */
  readonly elapsed: number;
  /** Lets time pass, and everything happen that is due. */
  pass(ms: number): Promise<void>;
  /** Sets the wall clock: no time passes. */
  jump(ms: number): void;
  /** Gives the real ones back. */
  stop(): void;
}

/** All promises that can go on have gone on by then. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Takes the place of `setTimeout` and of `Date.now`. */
export function startFakeClock(startMs = 1_700_000_000_000): FakeClock {
  let elapsed = 0;
  let offset = startMs;
  mock.timers.enable({ apis: ['setTimeout'] });
  const wall = mock.method(Date, 'now', () => offset + elapsed);
  return {
    get elapsed() {
      return elapsed;
    },
    async pass(ms) {
      elapsed += ms;
      mock.timers.tick(ms);
      await settled();
    },
    jump(ms) {
      offset += ms;
    },
    stop() {
      wall.mock.restore();
      mock.timers.reset();
    },
  };
}
