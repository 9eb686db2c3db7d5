/** Node-RED itself gives up on a closing node after 15 s and complains. */
const LONGEST_CLOSE_MS = 10_000;

/**
 * Waits for work that a deploy must let come to its end, but not for ever. What is not done by then goes on.
 * @returns a promise that never rejects
 */
export async function waitAtMost(work: Promise<unknown>, longestMs = LONGEST_CLOSE_MS): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, longestMs)));
  await Promise.race([work.catch(() => undefined), enough]);
  clearTimeout(timer);
}
