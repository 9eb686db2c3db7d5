import { SipgateError } from '../../../sipgate/index';
import type { InvalidTest } from '../../../simulator/index';

/** Texts of the catalogue below `problem`: what the tab says in the user's language. */
export type ProblemCode =
  | 'noWebhook'
  | 'noCall'
  | 'noSound'
  | 'tooManyCalls'
  | 'noFrom'
  | 'noTo'
  | 'noNumber'
  | 'nothingToDo'
  | 'notRinging'
  | 'nothingToSay'
  | 'keys'
  | 'aiFlowKeys'
  | 'testName'
  | 'noSimulator';

/** @returns whether somebody has written a test that is none; its class is not loaded before the simulator is */
function isInvalidTest(error: Error): error is InvalidTest {
  return error.name === 'InvalidTest';
}

/** What a route answers instead of what was asked for. */
export interface RouteProblem {
  readonly status: number;
  readonly body: { readonly reason: string; readonly problem?: ProblemCode };
}

const STATUSES: Readonly<Record<string, number>> = { NOT_FOUND: 404, RATE_LIMITED: 429, SERVER: 500 };

/** @param language as a browser names it: for what the tab has no words for */
export function routeProblem(error: Error, language: string): RouteProblem {
  if (isInvalidTest(error)) return { status: 400, body: { reason: error.describe(language) } };
  const { message: reason } = error;
  if (error instanceof TelephoneProblem)
    return { status: STATUSES[error.code] ?? 400, body: { reason, problem: error.problem } };
  return { status: error instanceof SipgateError ? (STATUSES[error.code] ?? 400) : 500, body: { reason } };
}

/** Why something cannot be done with the telephone; the message is for whoever asks without the tab. */
export class TelephoneProblem extends SipgateError {
  readonly problem: ProblemCode;

  constructor(
    code: 'SERVER' | 'NOT_FOUND' | 'RATE_LIMITED' | 'INVALID_INPUT',
    problem: ProblemCode,
    message: string,
  ) {
    super(code, message);
    this.problem = problem;
  }
}
