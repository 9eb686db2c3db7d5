import { createServer, request, type IncomingMessage, type RequestOptions } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

/** Something like the ingress of a home automation in front of a Node-RED: under a path of its own, which it strips. */
export interface SubPathProxy {
  /** Origin and path, without a closing slash. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a proxy that hands on requests and WebSockets. @param target origin, as `http://127.0.0.1:1880` */
export async function startSubPathProxy(target: string, path = '/api/ingress/f00'): Promise<SubPathProxy> {
  const { hostname, port } = new URL(target);
  const inner = (url = '') => (url.startsWith(`${path}/`) ? url.slice(path.length) : undefined);
  const server = createServer((asked, answer) => {
    const url = inner(asked.url);
    if (url === undefined) return void answer.writeHead(404).end();
    const order: RequestOptions = { hostname, port, path: url, headers: asked.headers };
    const passed = request({ ...order, method: asked.method ?? 'GET' }, (came) => {
      answer.writeHead(came.statusCode ?? 502, came.headers);
      came.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  });
  server.on('upgrade', (asked: IncomingMessage, client, head: Buffer) => {
    const url = inner(asked.url);
    if (url === undefined) return void client.destroy();
    const upstream = connect(Number(port), hostname, () => {
      const pairs = asked.rawHeaders.flatMap((name, at, all) => (at % 2 ? [] : [`${name}: ${all[at + 1]}`]));
      upstream.write(`GET ${url} HTTP/1.1\r\n${pairs.join('\r\n')}\r\n\r\n`);
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
