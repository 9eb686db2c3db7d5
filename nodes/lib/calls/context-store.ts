import type { Node, NodeAPI } from 'node-red';

/** The part of a Node-RED context that a call store uses. */
export interface ContextStore {
  get(key: string, store: string | undefined, callback: (error: unknown, value?: unknown) => void): void;
  set(key: string, value: unknown, store: string | undefined, callback: (error: unknown) => void): void;
  keys(store: string | undefined, callback: (error: unknown, keys?: string[]) => void): void;
}

/** A context store whose answers are promises that never reject, and that nobody waits long for. */
export interface BoundedStore {
  /** @returns the values, or `undefined` where the store failed or took too long, of which the user hears */
  get(keys: readonly string[]): Promise<unknown[] | undefined>;
  /** @returns when the store has it, or failed, or took too long */
  set(values: ReadonlyMap<string, unknown>): Promise<void>;
  keys(): Promise<string[]>;
  /** @returns when nothing is under way any more */
  settled(): Promise<void>;
}

/** A store that hangs must not make a caller wait. */
const STORE_TIMEOUT_MS = 400;
/**
 * The end of that time is counted anew when the rest is over: a process that was busy or stopped for so long runs its timers
 * before it looks at what has come in meanwhile, and a store that has answered is not late.
 */
const LAST_LOOK_MS = 20;

/**
 * @param store name of the Node-RED context store; `undefined` is the default store
 * @param onProblem hears of a store that fails
 */
export function boundedStore(
  context: ContextStore,
  store: string | undefined,
  onProblem: (error: unknown) => void,
): BoundedStore {
  const work = new BoundedWork(onProblem);
  return {
    get: (keys) =>
      work.result(
        Promise.all(keys.map((key) => ask<unknown>((callback) => context.get(key, store, callback)))),
      ),
    async set(values) {
      const writes = [...values].map(([key, value]) =>
        ask<void>((callback) => context.set(key, value, store, callback)),
      );
      await work.end(Promise.all(writes));
    },
    async keys() {
      const keys: unknown = await work.result(ask<string[]>((callback) => context.keys(store, callback)));
      return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
    },
    settled: () => work.settled(),
  };
}

/** A store is a plugin of somebody else: one that throws instead of calling back counts as one that failed. */
function ask<T>(act: (callback: (error: unknown, value?: T) => void) => void): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    act((error, value) => {
      if (error) reject(error instanceof Error ? error : new Error(String(error)));
      else resolve(value);
    });
  });
}

/** What a store was asked, and how long it is waited for. */
class BoundedWork {
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #onProblem: (error: unknown) => void;
  /** It has just taken too long to read: the write that follows is not waited for as well. */
  #isHanging = false;

  constructor(onProblem: (error: unknown) => void) {
    this.#onProblem = onProblem;
  }

  /** @returns `undefined` where it failed or took too long, of which the user hears */
  async result<T>(work: Promise<T>): Promise<T | undefined> {
    const timedOut = new Error(`no answer in ${STORE_TIMEOUT_MS} ms`);
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      const lookOnce = () => (timer = setTimeout(() => reject(timedOut), LAST_LOOK_MS));
      timer = setTimeout(lookOnce, STORE_TIMEOUT_MS - LAST_LOOK_MS);
    });
    this.#underWay.add(work);
    try {
      const result = await Promise.race([work, tooLate]);
      this.#isHanging = false;
      return result;
    } catch (error) {
      this.#isHanging = error === timedOut;
      this.#onProblem(error);
      return undefined;
    } finally {
      clearTimeout(timer);
      this.#underWay.delete(work);
    }
  }

  /** @returns when it has ended or taken too long; at once while the store hangs */
  async end(work: Promise<unknown>): Promise<void> {
    if (this.#isHanging) work.catch(this.#onProblem);
    else await this.result(work);
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }
}

/**
 * @returns where a node may keep things; `undefined` where the settings name no store, for then Node-RED keeps all context
 *   in memory and forgets that of a node at a deploy
 */
export function contextStoreOf(RED: NodeAPI, node: Node): ContextStore | undefined {
  const { contextStorage } = RED.settings as { contextStorage?: object };
  return contextStorage === undefined ? undefined : (node.context() as unknown as ContextStore);
}
