/** What work failed with. */
export interface Failure extends Error {
  readonly code: string;
  readonly field?: string;
  readonly statusCode?: number;
}

/** @throws Error when it did not fail */
export async function errorOf(work: Promise<unknown>): Promise<Failure> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error as Failure,
  );
  if (outcome === undefined) throw new Error('it succeeded');
  return outcome;
}
