const POLL_MS = 10;

type Probe<T> = () => T | undefined | false | null | Promise<T | undefined | false | null>;

/**
 * Waits until `probe` gives something true. The limit is for a machine that is busy with other things: it bounds a test
 * that fails, no test that succeeds waits for it.
 * @param what is to come, for the error
 */
export async function eventually<T>(
  probe: Probe<T>,
  what: string | (() => string) = 'what was awaited',
  limitMs = 20_000,
): Promise<T> {
  const until = Date.now() + limitMs;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > until)
      throw new Error(`${typeof what === 'string' ? what : what()} did not come in ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
