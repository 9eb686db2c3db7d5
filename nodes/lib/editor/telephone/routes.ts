import type { CallView } from '../../telephone/view';
import type { RouteAnswer } from '../requests';
import { text } from './texts';

/** What a route answered: a value, or why not, in words for the user. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string; readonly problem: unknown };

export interface Line {
  readonly kind: 'webhook' | 'aiFlow';
  readonly id: string;
  readonly name: string;
}

export interface ListedTest {
  readonly file: string;
  readonly name: string;
  readonly problem?: string;
}

export interface TestRun {
  readonly file: string;
  readonly result:
    | { readonly kind: 'passed' }
    | { readonly kind: 'notRun'; readonly reason: string }
    | {
        readonly kind: 'failed';
        readonly step: number;
        readonly failure: { readonly field?: string; readonly expected: string; readonly got: string };
      };
}

export interface RealCalls {
  readonly isOn: boolean;
  readonly calls: readonly CallView[];
}

export interface CallOrder {
  readonly webhook: string;
  readonly from: string;
  readonly to: string;
}

/** What a person does with a telephone. */
export type Act =
  | { readonly press: string }
  | { readonly decide: 'answer' | 'busy' | 'decline'; readonly telephone: string }
  | { readonly say: string }
  | { readonly hangUp: true };

const NO_ANSWER = 0;
const FORBIDDEN: readonly number[] = [401, 403];

/** In the user's language where the telephone has words for it. */
function reasonOf({ status, body }: RouteAnswer): string {
  if (status === NO_ANSWER) return text('problem.noAnswer');
  if (FORBIDDEN.includes(status)) return text('problem.forbidden');
  const problem = body['problem'];
  return typeof problem === 'string' ? text(`problem.${problem}`) : String(body['reason'] ?? status);
}

async function ask<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer<T>> {
  const answer = await sipgateEditor.request(method, `sipgate/telephone/${path}`, body);
  if (answer.status === 200) return { ok: true, value: answer.body as T };
  return { ok: false, problem: answer.body['problem'], reason: reasonOf(answer) };
}

const language = () => encodeURIComponent(RED.i18n.lang() ?? '');

export const routes = {
  lines: () => ask<{ lines: Line[] }>('GET', 'lines'),
  call: (order: CallOrder) => ask<CallView>('POST', `calls?lang=${language()}`, order),
  /** Waits until something has changed since `seen`, or for 20 s. */
  look: (id: string, seen: number) => ask<CallView>('GET', `calls/${id}?seen=${seen}&lang=${language()}`),
  act: (id: string, act: Act) => ask<CallView>('POST', `calls/${id}?lang=${language()}`, act),
  sound: (id: string, number: number) => ask<{ wav: string }>('GET', `calls/${id}/sounds/${number}`),
  tests: () => ask<{ tests: ListedTest[] }>('GET', 'tests'),
  /** @param keepsOthers whether it gets another name where there is one of that name */
  saveTest: (name: string, call: string, keepsOthers: boolean) =>
    ask<{ file: string }>('POST', 'tests', { name, call, keepsOthers }),
  deleteTest: (file: string) => ask<object>('DELETE', `tests/${encodeURIComponent(file)}`),
  runTests: (files: readonly string[]) =>
    ask<{ runs: TestRun[] }>('POST', `tests/run?lang=${language()}`, { files }),
  realCalls: (shown: boolean) => ask<RealCalls>('GET', `real-calls${shown ? '?numbers=shown' : ''}`),
  switchRealCalls: (isOn: boolean) => ask<RealCalls>('POST', 'real-calls', { isOn }),
};
