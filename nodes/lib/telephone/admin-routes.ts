import type { NodeAPI } from 'node-red';
import { isRecord, printable } from '../../../sipgate/index';
import { addAdminRoute, type AdminMethod } from '../admin-routes';
import { deploysOf } from '../deploys';
import { toError } from '../errors';
import { maskedView } from './call-view';
import type { CallView } from './view';
import { AiFlowCall } from './ai-flow-call';
import { PhoneCall } from './phone-call';
import { routeProblem, TelephoneProblem } from './problem';
import { FOLLOWED_AFTER_MS, Telephone } from './telephone';

type Body = Readonly<Record<string, unknown>>;
type Query = Readonly<Record<string, unknown>>;

/** A request of the sidebar, as far as the routes look at it. */
interface Asked {
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Query;
  readonly body: unknown;
}

type Route = (method: AdminMethod, path: string, answer: (asked: Asked) => Promise<object> | object) => void;

/** Shorter than the idle limits of the usual proxies. */
const LONGEST_POLL_MS = 20_000;

const LONGEST_SENTENCE = 1000;

const ROOT = '/telephone';

/**
 * What the telephone in the sidebar asks of Node-RED: reading takes the permission `flows.read`, ringing `flows.write`.
 * Nothing of it runs before the first request.
 */
export function registerTelephoneRoutes(RED: NodeAPI, createTelephone = () => new Telephone(RED)): void {
  let made: Telephone | undefined;
  deploysOf(RED); // the first request may come in the middle of a deploy, and has to know of it
  const telephone = () => (made ??= createTelephone());

  const route: Route = (method, path, answer) =>
    addAdminRoute(
      RED,
      method,
      `${ROOT}${path}`,
      RED.auth.needsPermission(method === 'GET' ? 'flows.read' : 'flows.write'),
      async (request, response) => {
        try {
          response.json(await answer(request as unknown as Asked));
        } catch (thrown) {
          const { query } = request as unknown as Asked;
          const { status, body } = routeProblem(toError(thrown), languageOf(query));
          response.status(status).json(body);
        }
      },
    );

  registerCallRoutes(route, telephone);
  registerRealCallRoutes(route, telephone);
  registerTestRoutes(route, telephone);
}

function registerCallRoutes(route: Route, telephone: () => Telephone): void {
  route('GET', '/lines', async () => {
    await telephone().deployed();
    const told = (kind: string) => (line: { id: string; name: string }) => ({
      id: line.id,
      name: line.name,
      kind,
    });
    return {
      lines: [...telephone().lines().map(told('webhook')), ...telephone().aiFlows().map(told('aiFlow'))],
    };
  });
  route('POST', '/calls', async ({ body, query }) => {
    const { webhook, from, to, pretend } = bodyOf(body);
    const language = languageOf(query);
    return (await telephone().place({ webhook, from, to, pretend, language })).view(language);
  });
  route('GET', '/calls/:id', async ({ params, query }) => {
    const { seen } = query;
    const call = telephone().call(params['id'] ?? '', seen !== undefined);
    if (seen !== undefined)
      await call.changes.after(Number(seen), call.isOver ? FOLLOWED_AFTER_MS : LONGEST_POLL_MS);
    return call.view(languageOf(query));
  });
  route('POST', '/calls/:id', ({ params, body, query }) => {
    const call = telephone().call(params['id'] ?? '');
    act(call, bodyOf(body));
    return call.view(languageOf(query));
  });
  route('POST', '/calls/:id/leave', ({ params, body }) => {
    const { how } = bodyOf(body);
    if (how !== 'hidden' && how !== 'closed')
      throw new TelephoneProblem('INVALID_INPUT', 'nothingToDo', 'There is nothing to do.');
    telephone().leave(params['id'] ?? '', how);
    return {};
  });
  route('GET', '/calls/:id/sounds/:number', ({ params }) => {
    const call = telephone().call(params['id'] ?? '');
    const wav = call instanceof PhoneCall ? call.sound(Number(params['number'])) : undefined;
    if (!wav) throw new TelephoneProblem('NOT_FOUND', 'noSound', 'There is no such sound any more.');
    return { wav: wav.toString('base64') };
  });
}

function registerRealCallRoutes(route: Route, telephone: () => Telephone): void {
  const answer = (query: Query) => {
    const { isOn, views } = realCalls();
    return { isOn, calls: views.map((view) => shownTo(view, query)) };
  };
  const realCalls = () => {
    const { realCalls: calls } = telephone();
    return { isOn: calls.isOn, views: calls.views() };
  };
  route('GET', '/real-calls', ({ query }) => answer(query));
  route('POST', '/real-calls', ({ body, query }) => {
    telephone().realCalls.switch(bodyOf(body)['isOn'] === true);
    return answer(query);
  });
}

function registerTestRoutes(route: Route, telephone: () => Telephone): void {
  route('GET', '/tests', async ({ query }) => {
    const saved = await telephone().tests.list();
    return {
      tests: saved.map((one) =>
        'problem' in one
          ? { file: one.file, name: one.file, problem: one.problem.describe(languageOf(query)) }
          : { file: one.file, name: printable(one.test.name) },
      ),
    };
  });
  route('POST', '/tests', async ({ body }) => ({
    file: await telephone().tests.save(
      testOf(telephone(), bodyOf(body)),
      bodyOf(body)['keepsOthers'] === true,
    ),
  }));
  route('POST', '/tests/run', async ({ body, query }) => {
    const { files } = bodyOf(body);
    const wanted = files === undefined ? undefined : [files].flat().map(String);
    return { runs: await telephone().runTests(wanted, languageOf(query)) };
  });
  route('DELETE', '/tests/:file', async ({ params }) => {
    await telephone().tests.remove(params['file'] ?? '');
    return {};
  });
}

/** A call that was placed here, or a whole test. */
function testOf(telephone: Telephone, { call: id, name, keepsOthers: _, ...test }: Body): Body {
  if (typeof id !== 'string') return { name, call: id, ...test };
  const call = telephone.call(id);
  const { from, to } = call.view('');
  const called = call instanceof AiFlowCall ? { aiFlow: call.line.id } : { webhook: call.line.id };
  return { name, ...called, pretend: true, call: { from, to }, steps: call.recorder.steps };
}

function act(call: PhoneCall | AiFlowCall, { press, decide, telephone, hangUp, say }: Body): void {
  if (hangUp === true) return call.hangUp();
  if (press !== undefined) return call.press(keysOf(press));
  if (call instanceof AiFlowCall) return call.say(sentenceOf(say));
  if (decide !== 'answer' && decide !== 'busy' && decide !== 'decline')
    throw new TelephoneProblem('INVALID_INPUT', 'nothingToDo', 'There is nothing to do.');
  if (!call.decide(typeof telephone === 'string' ? telephone : '', decide))
    throw new TelephoneProblem('NOT_FOUND', 'notRinging', 'No such telephone rings at the moment.');
}

function sentenceOf(say: unknown): string {
  const sentence = typeof say === 'string' ? say.trim().slice(0, LONGEST_SENTENCE) : '';
  if (sentence !== '') return sentence;
  throw new TelephoneProblem(
    'INVALID_INPUT',
    'nothingToSay',
    'There is nothing to say. Type a sentence first.',
  );
}

function keysOf(press: unknown): string {
  if (typeof press === 'string' && /^[0-9*#A-D]{1,64}$/.test(press)) return press;
  throw new TelephoneProblem('INVALID_INPUT', 'keys', 'A telephone has the keys 0 to 9, *, # and A to D.');
}

function shownTo(view: CallView, query: Query): CallView {
  return query['numbers'] === 'shown' ? view : maskedView(view);
}

function languageOf(query: Query): string {
  return String(query['lang'] ?? '').slice(0, 20);
}

function bodyOf(body: unknown): Body {
  return isRecord(body) ? body : {};
}
