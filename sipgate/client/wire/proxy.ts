import { invalidInput } from '../../errors';

/** A proxy as Node-RED's core `http proxy` node holds it. */
export interface ProxyOptions {
  /** `http://host:port` or `https://…`; may hold a user and a password. */
  readonly url: string;
  /** Hosts that are reached directly: `host`, `host:port`, `.suffix`, `*.suffix`, or `*` for all. */
  readonly noProxy?: readonly string[];
  readonly username?: string;
  readonly password?: string;
}

/** A proxy that stands between us and a host. */
export interface ProxyServer {
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
  readonly auth?: { readonly username: string; readonly password: string };
}

/**
 * Which proxy leads to the URL: the given one, or else what the environment variables `http_proxy`, `https_proxy`,
 * `all_proxy` and `no_proxy` say, in small or capital letters.
 * @throws SipgateError `INVALID_INPUT` when the proxy's URL is none
 */
export function proxyFor(
  target: URL,
  given: ProxyOptions | undefined,
  env: NodeJS.ProcessEnv = process.env,
): ProxyServer | undefined {
  const proxy = given?.url ? given : fromEnvironment(target, env);
  if (proxy === undefined || (proxy.noProxy ?? []).some((entry) => bypasses(entry, target))) return undefined;
  const url = parseProxyUrl(proxy.url);
  const username = proxy.username || decoded(url.username);
  const password = proxy.password || decoded(url.password);
  return {
    protocol: url.protocol,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    ...(username || password ? { auth: { username, password } } : {}),
  };
}

function fromEnvironment(target: URL, env: NodeJS.ProcessEnv): ProxyOptions | undefined {
  const read = (name: string) => env[name] || env[name.toUpperCase()] || '';
  const url = read(`${target.protocol}_proxy`.replace(':', '')) || read('all_proxy');
  if (url === '') return undefined;
  return { url: url.includes('://') ? url : `http://${url}`, noProxy: read('no_proxy').split(/[,\s]+/) };
}

/** A percent sign that stands for itself is a mistake of many a password. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parseProxyUrl(text: string): URL {
  const whole = /^[^/]+:\d+\/?$/.test(text.trim()) ? `http://${text.trim()}` : text;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    // The text is not quoted: it may hold a password.
    throw invalidInput(
      'proxy',
      'must have a URL of a proxy',
      'Write it as http://host:port in the proxy node.',
    );
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
