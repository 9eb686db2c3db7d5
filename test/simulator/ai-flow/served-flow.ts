import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WireEvent } from '../../../simulator/ai-flow/wire';

/** An AI flow that listens on a port, over HTTP and WebSockets. */
export class ServedFlow {
  readonly seen: { headers: IncomingHttpHeaders; event: WireEvent }[] = [];
  status = 200;
  /** Before each action over a WebSocket. */
  delayMs = 0;
  say: (event: WireEvent) => object | undefined = () => undefined;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;

  constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const action = this.#hear(request.headers, body);
        if (action === undefined) response.writeHead(204).end();
        else
          response.writeHead(this.status, { 'Content-Type': 'application/json' }).end(JSON.stringify(action));
      });
    });
    this.#sockets = new WebSocketServer({
      server: this.#server,
      verifyClient: ({ req }, allow) => allow(req.headers['x-api-token'] === 'secret', 401),
    });
    this.#sockets.on('connection', (socket, request) => {
      socket.on('message', (data) => {
        const action = this.#hear(request.headers, (data as Buffer).toString());
        for (const [nth, one] of [action ?? []].flat().entries())
          setTimeout(() => socket.send(JSON.stringify(one)), this.delayMs * (nth + 1));
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}/ai`;
  }

  get types(): string[] {
    return this.seen.map(({ event }) => event.type);
  }

  get openConnections(): number {
    return this.#sockets.clients.size;
  }

  dropAll(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  async close(): Promise<void> {
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #hear(headers: IncomingHttpHeaders, body: string): object | undefined {
    const event = JSON.parse(body) as WireEvent;
    this.seen.push({ headers, event });
    return this.say(event);
  }
}
