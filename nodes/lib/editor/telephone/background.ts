/**
 * Starts work that nobody waits for. What the routes answer is told where it is asked for; anything else that goes wrong
 * is a mistake of ours, and the browser's console is where a user finds it for a report.
 */
export function inBackground(work: Promise<unknown>): void {
  work.catch((error: unknown) => console.error('sipgate telephone:', error));
}
