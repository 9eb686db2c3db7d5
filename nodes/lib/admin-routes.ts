import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { NodeAPI } from 'node-red';

export type AdminMethod = 'GET' | 'POST' | 'DELETE';

/** What answers a request, or lets the next one do it: a check of permissions, and the route itself. */
type Handlers = readonly RequestHandler[];

interface AdminRoute {
  readonly method: AdminMethod;
  /** Parts of the path below {@link ROOT}; one that begins with a colon names a parameter. */
  readonly parts: readonly string[];
  readonly handlers: Handlers;
}

const ROOT = '/sipgate';

/** By Node-RED's admin server: routes by the first part of their paths. */
const tables = new WeakMap<object, Map<string, AdminRoute[]>>();

/**
 * Adds a route that the editor asks. All of them stand behind one mount: Express tries each of its own routes for every
 * request, also for each event of a call to a webhook on Node-RED's server.
 * @param path below `/sipgate`, such as `/accounts/:id/test`
 */
export function addAdminRoute(RED: NodeAPI, method: AdminMethod, path: string, ...handlers: Handlers): void {
  if (!(RED.httpAdmin as unknown)) return; // a program that embeds Node-RED without its editor
  const parts = path.slice(1).split('/');
  const table = tableOf(RED);
  const [first = ''] = parts;
  table.set(first, [...(table.get(first) ?? []), { method, parts, handlers }]);
}

function tableOf(RED: NodeAPI): Map<string, AdminRoute[]> {
  const known = tables.get(RED.httpAdmin);
  if (known) return known;
  const table = new Map<string, AdminRoute[]>();
  tables.set(RED.httpAdmin, table);
  RED.httpAdmin.use(ROOT, (request, response, next) => answer(table, request, response, next));
  return table;
}

function answer(
  table: ReadonlyMap<string, readonly AdminRoute[]>,
  request: Request,
  response: Response,
  next: NextFunction,
): void {
  const parts = request.path.slice(1).split('/');
  for (const { method, parts: wanted, handlers } of table.get(parts[0] ?? '') ?? []) {
    const params = method === request.method ? paramsIn(parts, wanted) : undefined;
    if (!params) continue;
    request.params = params;
    return runAll(handlers, request, response, next);
  }
  next();
}

/** @returns the parameters of a path, if it is one of that route */
function paramsIn(parts: readonly string[], wanted: readonly string[]): Record<string, string> | undefined {
  if (parts.length !== wanted.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, name] of wanted.entries()) {
    const part = decoded(parts[index] ?? '');
    if (part === undefined) return undefined;
    if (name.startsWith(':')) params[name.slice(1)] = part;
    else if (name !== part) return undefined;
  }
  return params;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined; // no URL of the editor
  }
}

function runAll(
  [first, ...others]: Handlers,
  request: Request,
  response: Response,
  next: NextFunction,
): void {
  if (!first) return next();
  const goOn = (error?: unknown) => {
    if (error === undefined) runAll(others, request, response, next);
    else next(error);
  };
  Promise.resolve(first(request, response, goOn)).catch(next);
}
