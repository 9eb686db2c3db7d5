/** Runs a task when no earlier one with the same key runs or waits. @returns what the task returns */
export type InOrder = <T>(key: string, task: () => Promise<T>) => Promise<T>;

/** @returns what runs tasks of one key one after the other, first come, first served; others run side by side */
export function createOrder(): InOrder {
  const busy = new Set<string>();
  const waiting: { readonly key: string; readonly start: () => void }[] = [];

  return async (key, task) => {
    if (busy.has(key)) await new Promise<void>((start) => waiting.push({ key, start }));
    else busy.add(key);
    try {
      return await task();
    } finally {
      const next = waiting.findIndex((one) => one.key === key);
      if (next < 0) busy.delete(key);
      else waiting.splice(next, 1)[0]?.start();
    }
  };
}
