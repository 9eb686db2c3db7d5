import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { NodeAPI } from 'node-red';

/** A layer of an Express application. */
export interface Layer {
  name?: string;
  route?: { stack: { handle: unknown }[] };
}

/** An Express application with what Express has no words for. */
export interface App extends Pick<NodeAPI['httpNode'], 'all' | 'mountpath'> {
  parent?: App;
  _router?: { stack: Layer[] };
  router?: { stack: Layer[] };
}

/** Takes a request. @returns whether it did; if not, the request goes its usual way */
export type Doorman = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;

/** What Express itself puts first into every application, and Node-RED's http in for its own requests. */
const HARMLESS: readonly (string | undefined)[] = ['query', 'expressInit', 'rawBodyCapture'];

/**
 * Lets requests for webhooks in before Express sees them. Express gives each request and response another prototype,
 * after which Node.js itself handles them at half the speed; together with the routes of the editor that costs more than
 * all the rest of a call. Only where nobody stands before Node-RED's own applications: no login, no middleware of the
 * settings or of a program that embeds Node-RED. The price: listeners of the server's `request` event (there are none in
 * Node-RED but Express) do not hear of these requests.
 * @param doorman gets the path below httpNodeRoot, with what follows it
 * @returns a function that closes the door, `undefined` where there must be none
 */
export function openFrontDoor(RED: NodeAPI, doorman: Doorman): (() => void) | undefined {
  const root = rootOf(RED);
  const server = RED.server as Server | undefined;
  if (root === undefined || !server) return undefined;
  let isOpen = true;
  const earlier = Object.hasOwn(server, 'emit') ? server.emit : undefined;
  const emit = server.emit;
  const guarded = function (this: Server, event: string, ...values: unknown[]): boolean {
    if (isOpen && event === 'request') {
      const [request, response] = values as [IncomingMessage, ServerResponse];
      const { url = '' } = request;
      if (url.startsWith(root) && doorman(request, response, url.slice(root.length))) return true;
    }
    return Reflect.apply(emit, this, [event, ...values]) as boolean;
  };
  server.emit = guarded;
  return () => {
    isOpen = false;
    if (server.emit !== guarded) return; // somebody put theirs around ours, which then only passes on
    if (earlier) server.emit = earlier;
    else delete (server as Partial<Server>).emit;
  };
}

/** @returns where HTTP nodes begin, without a slash at the end; `undefined` where somebody wants to see requests first */
function rootOf(RED: NodeAPI): string | undefined {
  const { parent, mountpath } = RED.httpNode as unknown as App;
  const settings = RED.settings as unknown as Record<string, unknown>;
  const inFront = ['httpNodeAuth', 'httpAdminMiddleware', 'httpNodeMiddleware'].some(
    (name) => settings[name],
  );
  const stack = stackOf(parent);
  const firstApp = stack.findIndex((layer) => layer.name === 'mounted_app');
  const isFirst = firstApp >= 0 && stack.slice(0, firstApp).every(({ name }) => HARMLESS.includes(name));
  if (inFront || !isFirst || parent?.parent || typeof mountpath !== 'string') return undefined;
  return mountpath.replace(/\/+$/, '');
}

/** @returns the layers of an application, to be changed in place: Express has no other way to take a route away */
export function stackOf(app: App | undefined): Layer[] {
  return (app?._router ?? app?.router)?.stack ?? [];
}
