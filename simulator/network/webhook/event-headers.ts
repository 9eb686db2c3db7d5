/**
 * The headers of sipgate's requests (sipgate.io docs and their published sample).
 * @param length of the body in bytes
 * @param signature undefined: none; a list: the header several times
 * @param forwardedFor `X-Forwarded-For`; an empty text leaves the header out
 */
export function eventHeaders(
  length: number,
  signature: string | readonly string[] | undefined,
  forwardedFor: string,
): Record<string, string | string[]> {
  return {
    'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
    'User-Agent': 'sipgate.io',
    Accept: 'application/xml, text/plain, text/html',
    'Accept-Encoding': 'gzip,deflate',
    'X-Sipgate-Jobs': '1',
    ...(forwardedFor === '' ? {} : { 'X-Forwarded-For': forwardedFor }),
    ...(signature === undefined
      ? {}
      : { 'X-Sipgate-Signature': typeof signature === 'string' ? signature : [...signature] }),
    'Content-Length': String(length),
  };
}
