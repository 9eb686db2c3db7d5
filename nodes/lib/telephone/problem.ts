import { SipgateError } from '../../../sipgate/index';

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
