import { unlessAborted } from '../abort';
import { SipgateError } from '../errors';
import { requestError, type Purpose } from './failures';
import { packageHeaders } from './package-info';
import type { RequestContext } from './request';
import { sendWithRetries, type LastTry } from './retry';
import { apiUrlOf } from './urls';
import type { WireRequest } from './wire/types';

/** A file as it came. */
export interface DownloadedFile {
  readonly content: Buffer;
  /** The type that the server named, without parameters and in lower case; empty where it named none. */
  readonly contentType: string;
}

/** What goes with a download. */
export interface DownloadOptions extends Purpose {
  readonly signal?: AbortSignal | undefined;
}

/** Links of files may lead on to a store of files. */
const MOST_REDIRECTS = 5;
const LONGEST_URL = 8192;

/**
 * Fetches a file. The login goes to the API's own server and to no other: the link of a file is a secret by itself, and
 * where it leads is for the server to say.
 * @throws SipgateError `NOT_FOUND` for a link that has expired, …
 */
export async function downloadFile(
  context: RequestContext,
  link: string,
  options: DownloadOptions,
  signal: AbortSignal,
): Promise<DownloadedFile> {
  let url = checkedLink(context, link);
  for (let redirects = 0; ; redirects += 1) {
    const lastTry = await sendFor(context, url, signal);
    const { result } = lastTry;
    if (result.kind === 'answer' && result.status >= 200 && result.status < 300) {
      const [type = ''] = (result.headers['content-type'] ?? '').split(';');
      return { content: result.bytes ?? Buffer.alloc(0), contentType: type.trim().toLowerCase() };
    }
    const location = redirects < MOST_REDIRECTS ? redirectOf(lastTry) : undefined;
    if (location === undefined) throw errorOf(context, options, lastTry);
    url = checkedLink(context, location, url);
  }
}

function redirectOf({ result }: LastTry): string | undefined {
  const isRedirect = result.kind === 'answer' && [301, 302, 303, 307, 308].includes(result.status);
  return isRedirect ? result.headers['location'] : undefined;
}

/** What is fetched from an API behind https comes over https, too. */
function checkedLink({ options }: RequestContext, link: string, base?: URL): URL {
  const url = link.length <= LONGEST_URL && URL.canParse(link, base) ? new URL(link, base) : undefined;
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && apiUrlOf(options).startsWith('http:'));
  if (url !== undefined && isSafe && !url.username && !url.password) return url;
  throw new SipgateError(
    'SERVER',
    'sipgate gave a link to a file that cannot be followed. Look at it in the web app.',
  );
}

function sendFor(
  { options, transport, authorizer, timing, timeoutMs }: RequestContext,
  url: URL,
  signal: AbortSignal,
) {
  const isOwnServer = url.origin === new URL(apiUrlOf(options)).origin;
  const next = async (): Promise<WireRequest> => {
    const login: Record<string, string> = isOwnServer
      ? { Authorization: await unlessAborted(authorizer.header(), signal) }
      : {};
    const headers = { ...packageHeaders(), Accept: '*/*', ...login };
    const request = { method: 'GET', url: url.href, headers, timeoutMs, signal } as const;
    return { ...request, mayReuseConnection: true, isFile: true };
  };
  return sendWithRetries(transport, { next, isRepeatable: true, timing, signal });
}

function errorOf(
  { authorizer: { loginHint, scopeHint, secrets }, timeoutMs }: RequestContext,
  { what, scopes, meanings }: DownloadOptions,
  { result, askedPauseS }: LastTry,
): SipgateError {
  return requestError({
    what,
    method: 'GET',
    template: '(file)',
    result,
    timeoutMs,
    loginHint,
    scopeHint,
    confidential: secrets(),
    ...(scopes === undefined ? {} : { scopes }),
    ...(meanings === undefined ? {} : { meanings }),
    ...(askedPauseS === undefined ? {} : { askedPauseS }),
  });
}
