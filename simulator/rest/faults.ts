import type { RestAnswer, RestRequest } from './types';

/** Something that goes wrong on purpose, `times` times (once, unless said otherwise). */
export interface Fault {
  /** Method and the beginning of the path: `POST /sessions/sms`; `*` for every method: `* /settings`. */
  readonly match: string;
  times?: number;
  readonly fault: FaultKind;
}

/**
 * - `status`: that answer, and nothing is carried out.
 * - `statusAfter`: carried out, then that answer all the same: a gateway that gave up too early.
 * - `resetBefore`, `resetAfter`: the connection is torn before or after the request was carried out.
 * - `act`: something happens to the account just before, then it is carried out: an entry comes in between two pages.
 * - `delay`: carried out at once, answered `ms` later: whoever gives up in between gave up too early.
 */
export type FaultKind =
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: string }
  | { kind: 'statusAfter'; status: number }
  | { kind: 'resetBefore' }
  | { kind: 'resetAfter' }
  | { kind: 'delay'; ms: number }
  | { kind: 'act'; act: () => void };

/** @returns the first fault that fits, which is then used up by one */
export function takeFault(faults: Fault[], request: RestRequest): FaultKind | undefined {
  const index = faults.findIndex(({ match }) => fits(match, request));
  const found = faults[index];
  if (!found) return undefined;
  found.times = (found.times ?? 1) - 1;
  if (found.times <= 0) faults.splice(index, 1);
  return found.fault;
}

function fits(match: string, { method, path }: RestRequest): boolean {
  const [wantedMethod = '', prefix = ''] = match.split(' ');
  return (wantedMethod === '*' || wantedMethod === method) && path.startsWith(prefix);
}

/** Answers with the fault; `carryOut` does what the request asks for. */
export async function answerWithFault(
  fault: FaultKind | undefined,
  carryOut: () => RestAnswer,
): Promise<RestAnswer> {
  switch (fault?.kind) {
    case undefined:
      return carryOut();
    case 'status':
      return { ...fault, kind: 'answer' };
    case 'resetBefore':
      return { kind: 'reset' };
    case 'resetAfter':
      carryOut();
      return { kind: 'reset' };
    case 'statusAfter':
      carryOut();
      return { kind: 'answer', status: fault.status };
    case 'act':
      fault.act();
      return carryOut();
    case 'delay':
      return later(carryOut(), fault.ms);
  }
}

/** The timer keeps no process alive: who asks for a delay has a server that does. */
function later(answer: RestAnswer, ms: number): Promise<RestAnswer> {
  return new Promise((resolve) => setTimeout(() => resolve(answer), ms).unref());
}
