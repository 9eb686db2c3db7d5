/**
 * What dialogs ask of an account. It is asked before the first deploy, too: then the values that stand in the editor go
 * along with the question.
 */
import { field } from './fields';
import { request, type RouteAnswer } from './requests';
import { text } from './texts';

/** A list is shown again without asking; the reload button asks at any time. */
const FRESH_MS = 5 * 60_000;
/** What is another list a moment later. */
const NEVER_KEPT = ['calls'];
const PROPERTIES = ['authType', 'apiUrl', 'oauthUrl', 'proxy', 'country', 'timeout'];
const CREDENTIALS = [
  'tokenId',
  'token',
  'accessToken',
  'refreshToken',
  'clientId',
  'clientSecret',
  'username',
  'password',
];

export interface Item {
  readonly value: string;
  readonly label: string;
}

/** What the account has, or why that is not known. */
export type AccountList = { readonly items: readonly Item[] } | { readonly reason: string };

const cache = new Map<string, { readonly since: number; readonly list: Promise<AccountList> }>();

/** @returns whether the value of a config select names an account, and not "add new" or nothing */
export function isAccount(id: unknown): id is string {
  return typeof id === 'string' && !['', '_ADD_'].includes(id) && RED.nodes.node(id) !== null;
}

/**
 * @param id of the account, deployed or not
 * @param what below `sipgate/accounts/<id>/`
 * @param question what the login is; by default what stands in the editor and is not deployed yet
 */
export function ask(id: string, what: string, question: object = unsaved(id)): Promise<RouteAnswer> {
  return request('POST', `sipgate/accounts/${encodeURIComponent(id)}/${what}`, question);
}

/** @returns a text that changes with the account, and with what is typed into its dialog and not deployed yet */
export function stateOf(id: unknown): string {
  return JSON.stringify([id, isAccount(id) ? unsaved(id) : {}]);
}

/** Nothing for an account that is deployed as it stands in the editor. */
function unsaved(id: string): Record<string, unknown> {
  const account = RED.nodes.node(id);
  if (!account?.changed) return {};
  return { ...pick(account, PROPERTIES), ...pick(account.credentials ?? {}, CREDENTIALS) };
}

/** @returns what stands in the fields of the open account dialog */
export function inDialog(account: EditorNode): Record<string, unknown> {
  const names = [...PROPERTIES, ...CREDENTIALS];
  return pick(Object.fromEntries(names.map((name) => [name, field(account, name).val()])), names);
}

/** @returns those of the properties that are there */
function pick(from: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  const there = names.filter((name) => from[name] !== undefined && from[name] !== null);
  return Object.fromEntries(there.map((name) => [name, from[name]]));
}

/**
 * @param id of the account that was asked
 * @returns why a question was not answered, in the user's language; sipgate's own words follow where there are some
 */
export function reasonOf({ status, body }: RouteAnswer, id: string): string {
  // Node-RED starts no node of a template, only those of the places where it is used
  const isInTemplate = RED.nodes.subflow(RED.nodes.node(id)?.z ?? '') !== undefined;
  if (body['reason'] === 'notDeployed' && isInTemplate) return text('refused.unusedSubflow');
  if (body['reason']) return text(`refused.${String(body['reason'])}`);
  if (body['code']) return `${text(`code.${String(body['code'])}`)} ${String(body['message'] ?? '')}`.trim();
  return text(status === 401 || status === 403 ? 'refused.notAllowed' : 'refused.noAnswer');
}

/**
 * @param resource the name of one of our lists, such as `faxlines`
 * @returns never rejects; answers of the last minutes come from memory
 */
export function listOf(id: string, resource: string): Promise<AccountList> {
  const key = `${stateOf(id)} ${resource}`;
  const known = cache.get(key);
  if (known && Date.now() - known.since < FRESH_MS && !NEVER_KEPT.includes(resource)) return known.list;
  const list = ask(id, `lookup/${resource}`).then((answer): AccountList => {
    if (Array.isArray(answer.body['items'])) return { items: answer.body['items'] as Item[] };
    cache.delete(key);
    return { reason: reasonOf(answer, id) };
  });
  cache.set(key, { since: Date.now(), list });
  return list;
}

/** From now on the lists of this account are asked for again. */
export function forget(id: string): void {
  const start = JSON.stringify([id]).slice(0, -1);
  [...cache.keys()].filter((key) => key.startsWith(start)).forEach((key) => cache.delete(key));
}
