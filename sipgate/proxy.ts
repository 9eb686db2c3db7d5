import { invalidInput } from './errors';

/** A proxy as Node-RED's core `http proxy` node holds it. */
export interface ProxyOptions {
  /** `http://host:port` or `https://…`; may hold a user and a password. */
  readonly url: string;
  /** Hosts that are reached directly: `host`, `host:port`, `.suffix`, `*.suffix`, or `*` for all. */
  readonly noProxy?: readonly string[];
  readonly username?: string;
  readonly password?: string;
}

/** A proxy in the form that axios takes; `false` = none, `undefined` = as the environment variables say. */
export type WireProxy =
  | { protocol: string; host: string; port: number; auth?: { username: string; password: string } }
  | false
  | undefined;

/**
 * Which proxy stands between us and the URL.
 * @throws SipgateError `INVALID_INPUT` when the proxy's URL is none
 */
export function proxyFor(target: URL, proxy: ProxyOptions | undefined): WireProxy {
  if (!proxy?.url) return undefined;
  if ((proxy.noProxy ?? []).some((entry) => bypasses(entry, target))) return false;
  const url = parseProxyUrl(proxy.url);
  const username = proxy.username || decodeURIComponent(url.username);
  const password = proxy.password || decodeURIComponent(url.password);
  return {
    protocol: url.protocol,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    ...(username || password ? { auth: { username, password } } : {}),
  };
}

/** @returns whether the environment names a proxy at all; whether it is used for a URL is axios' to say */
export function environmentHasProxy(env: NodeJS.ProcessEnv = process.env): boolean {
  return ['http_proxy', 'https_proxy', 'all_proxy'].some((name) => env[name] || env[name.toUpperCase()]);
}

function parseProxyUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    // The text is not quoted: it may hold a password.
    throw invalidInput('proxy', 'has no usable URL', 'Give it as http://host:port in the proxy node.');
  }
  return url;
}

function bypasses(entry: string, target: URL): boolean {
  const [, host = '', port] = /^(.+?)(?::(\d+))?$/.exec(entry.trim().toLowerCase()) ?? [];
  if (host === '') return false;
  const targetPort = target.port || (target.protocol === 'https:' ? '443' : '80');
  if (port !== undefined && port !== targetPort) return false;
  if (host === '*') return true;
  if (/^[.*]/.test(host)) return target.hostname.endsWith(host.replace(/^\*/, ''));
  return host === target.hostname || (isLoopback(host) && isLoopback(target.hostname));
}

/** Names of this machine count as one another, as axios has it for `no_proxy`. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
