import { cancelled, isCancelled, SipgateError } from '../errors';

/** What every writing operation can be given. */
export interface WriteOptions {
  /** Stops the work before the next request; one under way is brought to its end where its outcome would be unknown. */
  readonly signal?: AbortSignal | undefined;
}

/** How far a long operation is, counted in contacts. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** Who hears what about an operation on many contacts while it runs. */
export interface BulkOptions extends WriteOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Hears whole sentences about the input, such as that a file has a header but no contacts. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Requests at a time; more would only meet sipgate's rate limit earlier. */
export const PARALLEL_REQUESTS = 4;

/** After the first failure nothing new begins, and what is under way is waited for. @throws the first failure */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const item = items[next]!;
      next += 1;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: PARALLEL_REQUESTS }, worker));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
}

/** Where an import stands that ended early. */
interface ImportState {
  /** All that was to be sent, in the order of the file. */
  readonly all: readonly { readonly line: number }[];
  readonly imported: number;
  /** What was under way: it is not in the address book, or nobody knows. */
  readonly failed: readonly { readonly line: number }[];
  /** So many were tried, from the first on. */
  readonly tried: number;
}

/** @returns what an import that ended early has done, so that one can go on with the rest of the file */
export function importSummary({ all, imported, failed, tried }: ImportState): string {
  const lines = failed.map(({ line }) => line).sort((a, b) => a - b);
  const range = lines.length > PARALLEL_REQUESTS ? `${lines[0]} to ${lines.at(-1)}` : lines.join(', ');
  const next = all[tried]?.line;
  return [
    `${grouped(imported)} of ${grouped(all.length)} contacts were imported.`,
    ...(lines.length === 0 ? [] : [`Failed or not sure: ${lines.length === 1 ? 'line' : 'lines'} ${range}.`]),
    ...(next === undefined ? [] : [`Not tried: from line ${next} on.`]),
  ].join(' ');
}

/** `1,250` */
function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** @returns the same error, with a sentence on what was done before it */
export function withSummary(error: unknown, summary: string): unknown {
  if (isCancelled(error)) return cancelled(`Stopped, by a deploy or a stop. ${summary}`);
  return error instanceof SipgateError ? error.reworded(`${error.message} ${summary}`) : error;
}
