import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import type { Duplex } from 'node:stream';
import type { ProxyServer } from './proxy';

/** What a proxy may take to open a tunnel. */
const LONGEST_OPENING_MS = 15_000;

/** `code` of the error when the proxy wants a login, or does not open a tunnel. */
export const PROXY_LOGIN = 'EPROXYLOGIN';
export const NO_TUNNEL = 'ENOTUNNEL';

type Created = (error: Error | null, socket?: Duplex) => void;

/**
 * An agent whose connections run through a tunnel of a proxy (CONNECT), so that the proxy sees neither login nor
 * content. axios has such a thing, but it leaves the connection to a silent proxy open for ever.
 */
export function createTunnelAgent(proxy: ProxyServer, options: https.AgentOptions): https.Agent {
  const agent = new https.Agent(options);
  const { autoSelectFamilyAttemptTimeout } = options;
  const toProxy = new (proxy.protocol === 'https:' ? https : http).Agent({ autoSelectFamilyAttemptTimeout });
  const opening = new Set<http.ClientRequest>();
  const createConnection = (target: tls.ConnectionOptions, created: Created) => {
    const request = openTunnel(proxy, toProxy, target, created);
    opening.add(request);
    request.on('close', () => opening.delete(request));
  };
  const destroy = () => {
    opening.forEach((request) => request.destroy());
    https.Agent.prototype.destroy.call(agent);
  };
  return Object.assign(agent, { createConnection, destroy });
}

function openTunnel(
  proxy: ProxyServer,
  agent: http.Agent,
  target: tls.ConnectionOptions,
  created: Created,
): http.ClientRequest {
  const host = String(target.host ?? '');
  const authority = `${host.includes(':') ? `[${host}]` : host}:${target.port ?? 443}`;
  const { request } = proxy.protocol === 'https:' ? https : http;
  const connect = request({
    method: 'CONNECT',
    host: proxy.host,
    port: proxy.port,
    path: authority,
    headers: { Host: authority, ...loginOf(proxy) },
    agent,
    timeout: LONGEST_OPENING_MS,
  });
  connect.once('connect', (answer, socket) => {
    if (answer.statusCode === 200) return created(null, tls.connect({ ...target, path: undefined, socket }));
    socket.destroy();
    created(refusal(answer.statusCode ?? 0));
  });
  connect.once('timeout', () => connect.destroy(new Error('The proxy does not answer')));
  connect.once('error', created);
  return connect.end();
}

function loginOf({ auth }: ProxyServer): Record<string, string> {
  if (auth === undefined) return {};
  const login = Buffer.from(`${auth.username}:${auth.password}`, 'utf8').toString('base64');
  return { 'Proxy-Authorization': `Basic ${login}` };
}

function refusal(status: number): Error {
  const code = status === 407 ? PROXY_LOGIN : NO_TUNNEL;
  return Object.assign(new Error(`The proxy opened no tunnel: HTTP ${status}`), { code });
}
