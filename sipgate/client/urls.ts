import { invalidInput } from '../errors';
import { DEFAULT_API_URL, type ClientOptions, type QueryValue } from './options';

/** Characters that any server takes. */
const LONGEST_URL = 2048;

/** @returns where the API is, without a slash at its end; not checked */
export function apiUrlOf({ apiUrl }: ClientOptions): string {
  return withoutTrailingSlashes(apiUrl || DEFAULT_API_URL);
}

/** @returns the URL without blanks around it and slashes at its end, so that a path can follow */
export function withoutTrailingSlashes(url: string): string {
  const trimmed = url.trim();
  let end = trimmed.length;
  while (trimmed[end - 1] === '/') end -= 1;
  return trimmed.slice(0, end);
}

/**
 * @returns the text, if it is an address of the web and nothing more
 * @throws SipgateError `INVALID_INPUT`, which does not quote it: someone may have put a password into it
 */
export function checkedUrl(text: string, field: string): string {
  if (text.length > LONGEST_URL)
    throw invalidInput(field, `must have at most ${LONGEST_URL} characters`, 'Shorten it in the account.');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw invalidInput(
      field,
      'must be an address that begins with https://',
      'Enter it in the account, or leave it empty.',
    );
  }
  if (url.username || url.password || url.search || url.hash) {
    throw invalidInput(field, 'must be an address and nothing else', 'Enter it without login, ? and #.');
  }
  return text;
}

/** @returns `?types=CALL&types=FAX`, or an empty text */
export function queryText(query: Readonly<Record<string, QueryValue>> = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) parameters.append(name, String(one));
    }
  }
  const text = parameters.toString();
  return text && `?${text}`;
}
