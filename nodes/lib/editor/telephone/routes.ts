import type { CallView } from '../../telephone/view';
import type { RouteAnswer } from '../requests';
import type { Answer } from './answer';
import { text } from './texts';

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
  /** Whether nodes that would send something only act as if. */
  readonly pretend: boolean;
}

/** What a person does with a telephone. */
export type Act =
  | { readonly press: string }
  | { readonly decide: 'answer' | 'busy' | 'decline'; readonly telephone: string }
  | { readonly say: string }
  | { readonly hangUp: true };

/** No answer at all, or that of a proxy whose Node-RED is away. */
const NO_ANSWER: readonly number[] = [0, 502, 503, 504];
const NOT_FOUND = 404;
const FORBIDDEN: readonly number[] = [401, 403];

/** @returns a text below `problem` of the catalogue; `undefined` where the telephone has no words for it */
function problemOf({ status, body: { problem } }: RouteAnswer): string | undefined {
  if (typeof problem === 'string') return problem;
  // a Node-RED that starts listens before it has our routes
  if (NO_ANSWER.includes(status) || status === NOT_FOUND) return 'noAnswer';
  return FORBIDDEN.includes(status) ? 'forbidden' : undefined;
}

async function ask<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer<T>> {
  const answer = await sipgateEditor.request(method, `sipgate/telephone/${path}`, body);
  if (answer.status === 200) return { ok: true, value: answer.body as T };
  const problem = problemOf(answer);
  const reason = String(answer.body['reason'] ?? answer.status);
  return { ok: false, problem, reason: problem === undefined ? reason : text(`problem.${problem}`) };
}

const language = () => encodeURIComponent(RED.i18n.lang() ?? '');

export const routes = {
  lines: () => ask<{ lines: Line[] }>('GET', 'lines'),
  call: (order: CallOrder) => ask<CallView>('POST', `calls?lang=${language()}`, order),
  /** @param seen a version: waits until something has changed since, or for 20 s */
  look: (id: string, seen: number | undefined) =>
    ask<CallView>('GET', `calls/${id}?lang=${language()}${seen === undefined ? '' : `&seen=${seen}`}`),
  /** The tab is hidden: whoever waits for news is answered, and the call goes on without being asked for. */
  hide: (id: string) => ask<object>('POST', `calls/${id}/leave`, { how: 'hidden' }),
  act: (id: string, act: Act) => ask<CallView>('POST', `calls/${id}?lang=${language()}`, act),
  sound: (id: string, number: number) => ask<{ wav: string }>('GET', `calls/${id}/sounds/${number}`),
  tests: () => ask<{ tests: ListedTest[] }>('GET', `tests?lang=${language()}`),
  /** @param keepsOthers whether it gets another name where there is one of that name */
  saveTest: (name: string, call: string, keepsOthers: boolean) =>
    ask<{ file: string }>('POST', `tests?lang=${language()}`, { name, call, keepsOthers }),
  deleteTest: (file: string) => ask<object>('DELETE', `tests/${encodeURIComponent(file)}`),
  runTests: (files: readonly string[]) =>
    ask<{ runs: TestRun[] }>('POST', `tests/run?lang=${language()}`, { files }),
  realCalls: (shown: boolean) => ask<RealCalls>('GET', `real-calls${shown ? '?numbers=shown' : ''}`),
  switchRealCalls: (isOn: boolean) => ask<RealCalls>('POST', 'real-calls', { isOn }),
};
