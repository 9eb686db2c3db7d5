import { byId } from './dom';

/** Asks the simulator for something. Rejects when it does not answer. */
export async function fetchText(path: string): Promise<string> {
  return await (await fetch(path)).text();
}

/**
 * Orders something of the simulator.
 * @returns its answer, or undefined when it was refused: then the reason is shown below the keys
 */
export async function order(path: string, body: object): Promise<Record<string, unknown> | undefined> {
  return await orderShowing('problem', path, body);
}

/** Likewise. @param problemId the element that shows the reason */
export async function orderShowing(
  problemId: string,
  path: string,
  body: object,
): Promise<Record<string, unknown> | undefined> {
  const problem = byId(problemId, HTMLElement);
  problem.textContent = '';
  try {
    return await post(path, body);
  } catch (error) {
    problem.textContent = error instanceof Error ? error.message : String(error);
    return undefined;
  }
}

async function post(path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Sipgate-Simulator': 'page' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(String(answer.message));
  return answer;
}
