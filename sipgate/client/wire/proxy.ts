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

/** A proxy, and where its URL comes from: the property of a node, or the name of an environment variable. */
interface FoundProxy extends ProxyOptions {
  readonly source: string;
}

/**
 * Which proxy leads to the URL: the given one, or else what the environment variables `http_proxy`, `https_proxy`,
 * `all_proxy` and `no_proxy` say, in small or capital letters.
 * @throws SipgateError `INVALID_INPUT` when the proxy's URL is unusable; its field is `proxy`, or the variable's name
 */
export function proxyFor(
  target: URL,
  given: ProxyOptions | undefined,
  env: NodeJS.ProcessEnv = process.env,
): ProxyServer | undefined {
  const proxy = given?.url ? { ...given, source: 'proxy' } : fromEnvironment(target, env);
  if (proxy === undefined || (proxy.noProxy ?? []).some((entry) => bypasses(entry, target))) return undefined;
  const url = parseProxyUrl(proxy);
  const username = proxy.username || decoded(url.username);
  const password = proxy.password || decoded(url.password);
  return {
    protocol: url.protocol,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    ...(username || password ? { auth: { username, password } } : {}),
  };
}

function fromEnvironment(target: URL, env: NodeJS.ProcessEnv): FoundProxy | undefined {
  const names = [`${target.protocol.slice(0, -1)}_proxy`, 'all_proxy'];
  const source = names.flatMap((name) => [name, name.toUpperCase()]).find((name) => env[name]);
  if (source === undefined) return undefined;
  const url = env[source] ?? '';
  const noProxy = (env['no_proxy'] || env['NO_PROXY'] || '').split(/[,\s]+/);
  return { url: url.includes('://') ? url : `http://${url}`, noProxy, source };
}

/** A percent sign that stands for itself is a mistake of many a password. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The text is never quoted: it may hold a password. */
function parseProxyUrl({ url: text, source }: FoundProxy): URL {
  const whole = isHostAndPort(text.trim()) ? `http://${text.trim()}` : text;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  const where = source === 'proxy' ? 'in the proxy node' : 'in the environment';
  if (url?.protocol.startsWith('socks')) {
    const remedy =
      source === 'proxy'
        ? 'Use an HTTP proxy, or none.'
        : 'Set https_proxy to an HTTP proxy, or no_proxy to api.sipgate.com, login.sipgate.com to go without one.';
    throw invalidInput(source, 'must be an HTTP proxy, got a SOCKS proxy', remedy);
  }
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw invalidInput(source, 'must be the URL of a proxy', `Write it as http://host:port ${where}.`);
  // what follows such a character in a password is cut off, and something else is taken for the host
  if (url.search || url.hash || url.pathname.includes('@'))
    throw invalidInput(
      source,
      'must be the URL of a proxy',
      `Write # ? / of a password as %23 %3F %2F ${where}.`,
    );
  return url;
}

function isHostAndPort(text: string): boolean {
  const colon = text.lastIndexOf(':');
  return colon > 0 && !text.slice(0, colon).includes('/') && /^\d+\/?$/.test(text.slice(colon + 1));
}

function bypasses(entry: string, target: URL): boolean {
  const name = entry.trim().toLowerCase();
  const port = /:(\d+)$/.exec(name.slice(-6))?.[1];
  const host = port === undefined ? name : name.slice(0, -port.length - 1);
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
