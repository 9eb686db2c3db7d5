import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { invalidInput, type HttpAnswer, type HttpEndpoint } from '../../../sipgate/index';
import { waitAtMost } from '../bounded-wait';
import type { Deploys, Stopping } from '../deploys';
import { serveRequest, type Behind } from './serve-endpoint';
import { refuseUpgrade, serveUpgrade } from './web-sockets';

/** Whether a webhook can be reached, and under which URL on this machine. */
export type ListenState =
  | { kind: 'listening'; localUrl: string; where: string; certificateEnds?: Date }
  | { kind: 'failed'; where: string; error: Error };

/** What listens at a path: a webhook, or an AI flow. */
export interface Listener {
  readonly endpoint: HttpEndpoint;
  readonly onState: (state: ListenState) => void;
  /** Answers a request for one of its sounds; never rejects. */
  readonly serveSound?: ServeSound;
}

/** @param id the sound's name without its ending */
export type ServeSound = (id: string, request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A listener's place on a server. */
export interface Mount {
  /** The flows behind it are about to stop: requests wait for the next ones, or are answered without any. */
  interrupt(kind: Stopping['kind']): void;
  /** The listener is closed. @returns when what came in before is answered, or has been waited for long enough */
  release(): Promise<void>;
}

/** A path of a server; between the two halves of a deploy nobody listens there. */
export interface ServedPath {
  /** Whoever listens now. */
  readonly listener: Listener | undefined;
  /** @throws SipgateError `INVALID_INPUT` when another listener has it */
  take(listener: Listener): Mount;
  /** Answers a request. */
  serve(request: IncomingMessage, response: ServerResponse): void;
  /** Answers a request for a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Answers a request for a sound, also while flows stop. */
  serveSound(id: string, request: IncomingMessage, response: ServerResponse): void;
  /**
   * Answers without flows from now on.
   * @param closed is fulfilled when the server takes no new connections any more
   */
  stop(closed: Promise<void>): void;
}

/**
 * A call that comes between the two halves of a deploy waits for the flows instead of finding a closed door or a flow that
 * is not there yet. Longer than a start takes, shorter than sipgate waits.
 */
export const HANDOVER_MS = 2000;
/** A connection that was accepted just before the door closed sends its request in that time. */
export const GRACE_MS = 250;
/** Until an orderly end has answered what came in before. */
const LONGEST_RELEASE_MS = 3000;

/**
 * @param first while nobody listens yet, it knows whom to refuse and what to answer
 * @param onUnused is called when the flows run again and nobody has taken the path
 */
export function createServedPath(deploys: Deploys, first: HttpEndpoint, onUnused: () => void): ServedPath {
  return new Path(deploys, first, onUnused);
}

class Path implements ServedPath {
  listener: Listener | undefined;
  /** The latest: also between two listeners somebody must know whom to refuse and what to answer. */
  #endpoint: HttpEndpoint;
  #serveSound: ServeSound | undefined;
  #state: 'running' | Stopping['kind'];
  #closed: Promise<void> = Promise.resolve();
  readonly #waiting = new Set<() => void>();
  /** How many requests are not answered yet. */
  #inHand = 0;
  #whenIdle: (() => void)[] = [];

  constructor(deploys: Deploys, first: HttpEndpoint, onUnused: () => void) {
    this.#endpoint = first;
    this.#state = deploys.flowsRun ? 'running' : 'deploy';
    const stopWatching = deploys.onStarted(() => {
      this.#state = 'running';
      this.#wake();
      if (this.listener) return;
      stopWatching();
      onUnused();
    });
  }

  take(next: Listener): Mount {
    if (this.listener) {
      throw invalidInput('path', 'is taken by another webhook or AI flow', 'Give each a path of its own.');
    }
    this.listener = next;
    this.#endpoint = next.endpoint;
    this.#serveSound = next.serveSound;
    return { interrupt: (kind) => this.#interrupt(kind), release: () => this.#release(next) };
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    if (this.#state === 'stop') response.setHeader('Connection', 'close');
    this.#inHand += 1;
    void this.#answer(request, response);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await serveRequest(request, response, this.#endpoint, () => this.#behind());
    } catch {
      response.destroy(); // a request that breaks must end neither the process nor anybody's wait
    }
    this.#inHand -= 1;
    if (this.#inHand === 0) for (const go of this.#whenIdle.splice(0)) go();
  }

  #untilIdle(): Promise<void> {
    return this.#inHand === 0
      ? Promise.resolve()
      : new Promise((resolve) => void this.#whenIdle.push(resolve));
  }

  /** Connections outlive flows: one that comes during a deploy is opened, and its frames wait. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { sockets } = this.#endpoint;
    if (this.#state === 'stop') refuseUpgrade(socket, refusal(503, 'Node-RED is stopping'));
    else if (!sockets) refuseUpgrade(socket, refusal(404, 'This path takes no WebSockets'));
    else serveUpgrade(request, socket, head, sockets);
  }

  serveSound(id: string, request: IncomingMessage, response: ServerResponse): void {
    if (this.#serveSound) void this.#serveSound(id, request, response);
    else response.writeHead(404).end();
  }

  stop(closed: Promise<void>): void {
    this.#closed = closed;
    this.#interrupt('stop');
  }

  #interrupt(kind: Stopping['kind']): void {
    this.#state = kind;
    if (kind === 'stop') this.#wake();
  }

  async #release(listener: Listener): Promise<void> {
    if (this.listener === listener) this.listener = undefined;
    if (this.#state === 'running') this.#state = 'deploy';
    if (this.#state !== 'stop') return;
    await nextTurn(); // on the same signal, Node-RED stops its flows before we hear that the process ends
    await this.#closed;
    await sleep(GRACE_MS);
    await nextTurn(); // a process that stood still runs its timers first, and takes what has come in meanwhile after them
    await waitAtMost(this.#untilIdle(), LONGEST_RELEASE_MS);
  }

  async #behind(): Promise<Behind> {
    if (this.#state === 'deploy') await this.#untilWoken();
    return this.#state === 'running' && this.listener
      ? { kind: 'running', endpoint: this.listener.endpoint }
      : { kind: 'stopped', endpoint: this.#endpoint };
  }

  #untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        this.#waiting.delete(go);
        resolve();
      };
      const timer = setTimeout(go, HANDOVER_MS);
      this.#waiting.add(go);
    });
  }

  #wake(): void {
    for (const go of [...this.#waiting]) go();
  }
}

function refusal(status: number, reason: string): HttpAnswer {
  return { status, body: JSON.stringify({ error: reason }) };
}

/** A longer request target is nobody's path. */
const LONGEST_TARGET = 2048;

/**
 * @param target of a request: `/path?query`, or the absolute form that proxies write (RFC 9112, 3.2.2)
 * @returns the path in the one way of writing in which paths are compared; `undefined` where it is none
 */
export function pathOf(target: string | undefined): string | undefined {
  if (target === undefined || target.length > LONGEST_TARGET) return undefined;
  const start = target.startsWith('/') ? 0 : (/^https?:\/\/[^/?#]*/i.exec(target)?.[0].length ?? 0);
  const length = target.slice(start).search(/[?#]/);
  const path = length < 0 ? target.slice(start) : target.slice(start, start + length);
  return normalPath(path === '' ? '/' : path);
}

/**
 * Letters, digits and `-._~` mean the same when they are percent-encoded, and so do capitals in such a code (RFC 3986,
 * 6.2.2); a slash at the end is dropped.
 */
export function normalPath(path: string): string {
  const decoded = path.includes('%') ? decodePlain(path) : path;
  let end = decoded.length;
  while (end > 1 && decoded[end - 1] === '/') end -= 1;
  return decoded.slice(0, end);
}

function decodePlain(path: string): string {
  return path.replace(/%[\da-f]{2}/gi, (code) => {
    const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : code.toUpperCase();
  });
}

/** Takes as long for a near miss as for a far one: the path is a secret. */
export function findPath<T>(paths: ReadonlyMap<string, T>, wanted: string | undefined): T | undefined {
  let found: T | undefined;
  if (wanted !== undefined) for (const [path, served] of paths) if (isSame(path, wanted)) found = served;
  return found;
}

const SOUNDS = '/announcements';
const SOUND_ENDING = '.wav';

/** @returns whether it is worth a look: nearly all requests of an editor are for something else */
export function isSoundUrl(url: string | undefined): boolean {
  return url?.includes(SOUNDS) === true;
}

/** @returns the path whose sound is wanted, and the sound's id */
export function findSound<T>(
  paths: ReadonlyMap<string, T>,
  wanted: string | undefined,
): { readonly served: T; readonly id: string } | undefined {
  if (wanted === undefined || !wanted.endsWith(SOUND_ENDING)) return undefined;
  const nameAt = wanted.lastIndexOf('/');
  const folder = wanted.slice(0, nameAt);
  if (!folder.endsWith(SOUNDS)) return undefined;
  const served = findPath(paths, folder.slice(0, -SOUNDS.length) || '/');
  return served && { served, id: wanted.slice(nameAt + 1, -SOUND_ENDING.length) };
}

/** @param url of a webhook. @returns that of one of its sounds */
export function soundUrl(url: string, name: string): string {
  const [base = ''] = url.split(/[?#]/, 1);
  return `${base.endsWith('/') ? base.slice(0, -1) : base}${SOUNDS}/${name}`;
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
