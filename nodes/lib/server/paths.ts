import type { IncomingMessage, ServerResponse } from 'node:http';
import { invalidInput, type HttpEndpoint } from '../../../sipgate/index';
import { waitAtMost } from '../bounded-wait';
import type { Deploys, Stopping } from '../deploys';
import { serveRequest, type Behind } from './serve-endpoint';

/** Whether a webhook can be reached, and under which URL on this machine. */
export type ListenState =
  | { kind: 'listening'; localUrl: string; where: string; certificateEnds?: Date }
  | { kind: 'failed'; where: string; error: Error };

/** What listens at a path: a webhook, or an AI flow. */
export interface Listener {
  readonly endpoint: HttpEndpoint;
  readonly onState: (state: ListenState) => void;
}

/** A listener's place on a server. */
export interface Mount {
  /** The flows behind it are about to stop: requests wait for the next ones, or are answered without any. */
  interrupt(kind: Stopping['kind']): void;
  /** The listener is closed. @returns when what came in before is answered, or has been waited for long enough */
  release(): Promise<void>;
}

/** A path of a server; between the two halves of a deploy nobody listens there. */
export interface ServedPath {
  readonly listener: Listener | undefined;
  /** @throws SipgateError `INVALID_INPUT` when another listener has it */
  take(listener: Listener): Mount;
  /** Answers a request. */
  serve(request: IncomingMessage, response: ServerResponse): void;
  /** Answers without flows from now on. */
  stop(): void;
}

/**
 * A call that comes between the two halves of a deploy waits for the flows instead of finding a closed door or a flow that
 * is not there yet. Longer than a start takes, shorter than sipgate waits.
 */
const HANDOVER_MS = 2000;
/** Until an orderly end has answered what came in before. */
const LONGEST_RELEASE_MS = 3000;

/**
 * @param onUnused is called when the flows run again and nobody has taken the path
 */
export function createServedPath(deploys: Deploys, first: HttpEndpoint, onUnused: () => void): ServedPath {
  let listener: Listener | undefined;
  /** The latest: while nobody listens it still knows whom to refuse and what to answer. */
  let endpoint = first;
  let state: 'running' | Stopping['kind'] = deploys.flowsRun ? 'running' : 'deploy';
  const waiting = new Set<() => void>();
  const inHand = new Set<Promise<void>>();

  const stopWatching = deploys.onStarted(() => {
    state = 'running';
    wake();
    if (listener) return;
    stopWatching();
    onUnused();
  });

  function wake(): void {
    for (const go of [...waiting]) go();
  }

  function interrupt(kind: Stopping['kind']): void {
    state = kind;
    if (kind === 'stop') wake();
  }

  async function behind(): Promise<Behind> {
    if (state === 'deploy') await untilWoken();
    return state === 'running' && listener
      ? { kind: 'running', endpoint: listener.endpoint }
      : { kind: 'stopped', endpoint };
  }

  function untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        waiting.delete(go);
        resolve();
      };
      const timer = setTimeout(go, HANDOVER_MS);
      waiting.add(go);
    });
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    if (state === 'stop') response.setHeader('Connection', 'close');
    const work = serveRequest(request, response, endpoint, behind).finally(() => inHand.delete(work));
    inHand.add(work);
  }

  return {
    get listener() {
      return listener;
    },
    take(next) {
      if (listener) {
        throw invalidInput('path', 'is taken by another webhook', 'Give each webhook a path of its own.');
      }
      listener = next;
      endpoint = next.endpoint;
      return {
        interrupt,
        async release() {
          if (listener === next) listener = undefined;
          if (state === 'running') state = 'deploy';
          if (state === 'stop') await waitAtMost(Promise.all(inHand), LONGEST_RELEASE_MS);
        },
      };
    },
    serve,
    stop: () => interrupt('stop'),
  };
}

/** A longer request target is nobody's path. */
const LONGEST_TARGET = 2048;

/**
 * @param target of a request: `/path?query`, or the absolute form that proxies write (RFC 9112, 3.2.2)
 * @returns the path in the one way of writing in which paths are compared; `undefined` where it is none
 */
export function pathOf(target: string | undefined): string | undefined {
  if (target === undefined || target.length > LONGEST_TARGET) return undefined;
  const absolute = /^https?:\/\/[^/?#]*/i.exec(target)?.[0] ?? '';
  const [path = ''] = target.slice(absolute.length).split(/[?#]/, 1);
  return normalPath(path === '' ? '/' : path);
}

/** Letters, digits and `-._~` mean the same when they are percent-encoded (RFC 3986, 6.2.2.2); a slash at the end is dropped. */
export function normalPath(path: string): string {
  const decoded = path.replace(
    /%(?:4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae]|3[0-9]|2[de])/gi,
    decodeURIComponent,
  );
  let end = decoded.length;
  while (end > 1 && decoded[end - 1] === '/') end -= 1;
  return decoded.slice(0, end);
}

/** Takes as long for a near miss as for a far one: the path is a secret. */
export function findPath<T>(paths: ReadonlyMap<string, T>, wanted: string | undefined): T | undefined {
  let found: T | undefined;
  if (wanted !== undefined) for (const [path, served] of paths) if (isSame(path, wanted)) found = served;
  return found;
}

function isSame(secret: string, guess: string): boolean {
  if (secret.length !== guess.length) return false;
  let difference = 0;
  for (let index = 0; index < secret.length; index += 1)
    difference |= secret.charCodeAt(index) ^ guess.charCodeAt(index);
  return difference === 0;
}

/** An address to listen on is not always one to call. */
export function hostForUrl(host: string | undefined): string {
  if (host === undefined || host === '' || host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
