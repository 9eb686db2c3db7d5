/** The addresses of webhooks and announcements. */
import { isAbsoluteUrl } from '../../../sipgate/absolute-url';

const PATH_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** @returns a path that nobody guesses */
export function randomPath(): string {
  return `/sipgate/${randomWord()}`;
}

/** @returns a word that nobody guesses: 24 characters of 6 random bits each, 144 bits in all */
export function randomWord(): string {
  const bytes = window.crypto.getRandomValues(new Uint8Array(24));
  return Array.from(bytes, (byte) => PATH_ALPHABET[byte % 64]).join('');
}

/** @returns the absolute http(s) URL, or `undefined` when the text is something else */
export function parseUrl(value: unknown): URL | undefined {
  const written = String(value ?? '').trim();
  return isAbsoluteUrl(written) ? new URL(written) : undefined;
}

/** What keeps sipgate from reaching a URL, or others from not listening: each has a text below `reach` in the catalogue. */
export type Obstacle = 'loopback' | 'private' | 'http';

/** @returns what is in the way; nothing for what is no URL */
export function obstacles(value: unknown): Obstacle[] {
  const url = parseUrl(value);
  if (!url) return [];
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isLoopback(host)) return ['loopback'];
  return [
    ...(isPrivate(host) ? (['private'] as const) : []),
    ...(url.protocol === 'http:' ? (['http'] as const) : []),
  ];
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host.startsWith('127.') || host === '::1';
}

/** RFC 1918, RFC 6598 (carriers), RFC 3927 (link-local). */
const PRIVATE_IPV4 =
  /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;
/** RFC 4193 (unique local), RFC 4291 (link-local). */
const PRIVATE_IPV6 = /^(f[cd]|fe[89ab])/i;
const HOME_NETWORK = /\.(local|lan|home|internal|fritz\.box)$/;

/** A name without a dot counts, too. */
function isPrivate(host: string): boolean {
  if (host.includes(':')) return PRIVATE_IPV6.test(host);
  if (/^[\d.]+$/.test(host)) return PRIVATE_IPV4.test(host);
  return !host.includes('.') || HOME_NETWORK.test(host);
}
