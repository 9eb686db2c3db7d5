import { Refusal, refuse } from './answers';
import type { Route } from './context';

/** The endpoint that a request means, with the placeholders of its path. */
export interface Match {
  readonly route: Route;
  readonly params: Record<string, string>;
}

/**
 * Finds the endpoint. Where two paths fit, the earlier row of the table wins.
 * @throws Refusal 404 for an unknown path, 405 for a known one with a method that it does not have
 */
export function findRoute(routes: readonly Route[], method: string, path: string): Match {
  const fitting = routes.flatMap((route) => {
    const params = matchPath(route.path, path);
    return params ? [{ route, params }] : [];
  });
  if (fitting.length === 0) throw refuse(404);
  const match = fitting.find(({ route }) => route.method === method);
  if (match) return match;
  const allow = fitting.map(({ route }) => route.method).join(', ');
  throw new Refusal({ kind: 'answer', status: 405, headers: { allow } });
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = decode(given[index] ?? '');
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined ? part !== value : !fits(name, value)) return undefined;
    if (name !== undefined) params[name] = value;
  }
  return params;
}

/** `/{userId}/…` stands at the root beside `/groups/…` and the like, so only a user's id may fill it. */
function fits(name: string, value: string): boolean {
  return name === 'userId' ? /^w\d+$/.test(value) : value !== '';
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw refuse(400);
  }
}
