import type { RestRequest } from './types';

/** A request as the log keeps it, without its secrets. */
export interface LoggedRequest {
  readonly method: string;
  /** As it came: still percent-encoded, without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed where it was JSON or a form, otherwise text; undefined where there was none. */
  readonly body: unknown;
  /** ms since 1970 */
  readonly at: number;
  /** What was answered; undefined as long as it was not. */
  outcome?: number | 'reset';
}

const REDACTED = '(redacted)';
const SECRET_FIELDS = new Set(['refresh_token', 'access_token', 'client_secret', 'password', 'code']);

/** A simulator that runs for weeks must not fill the memory, hence the bounds. */
const MOST_REQUESTS = 10_000;
/** Of one text, and of all texts of a request. */
const MOST_TEXT_CHARACTERS = 100_000;
const MOST_BODY_CHARACTERS = 200_000;
const MOST_LEVELS = 20;

/** Enters a request into the log. @returns its line, so that the outcome can be added */
export function logRequest(log: LoggedRequest[], request: RestRequest, at: number): LoggedRequest {
  const { authorization, ...headers } = request.headers;
  const entry: LoggedRequest = {
    method: request.method,
    path: request.path,
    query: new URLSearchParams(request.query),
    headers: authorization === undefined ? headers : { ...headers, authorization: REDACTED },
    body: logBody(request),
    at,
  };
  log.push(entry);
  if (log.length > MOST_REQUESTS) log.splice(0, log.length - MOST_REQUESTS);
  return entry;
}

function logBody({ headers, body }: RestRequest): unknown {
  if (body.length === 0) return undefined;
  const text = body.toString('utf8');
  const shortener = new Shortener();
  if (String(headers['content-type']).startsWith('application/x-www-form-urlencoded')) {
    return shortener.shorten(Object.fromEntries(new URLSearchParams(text)));
  }
  try {
    return shortener.shorten(JSON.parse(text));
  } catch {
    return shortener.shorten(text);
  }
}

/** Redacts secrets, and cuts what is too long, too much or too deep. */
class Shortener {
  #charactersLeft = MOST_BODY_CHARACTERS;

  shorten(value: unknown, level = 0): unknown {
    if (typeof value === 'string') return this.#shortenText(value);
    if (typeof value !== 'object' || value === null) return value;
    if (level > MOST_LEVELS || this.#charactersLeft <= 0) return '(left out)';
    if (Array.isArray(value)) return value.map((each) => this.shorten(each, level + 1));
    return Object.fromEntries(
      Object.entries(value).map(([key, field]) => {
        this.#charactersLeft -= key.length;
        return [key, SECRET_FIELDS.has(key) ? REDACTED : this.shorten(field, level + 1)];
      }),
    );
  }

  #shortenText(text: string): string {
    const isKept = text.length <= MOST_TEXT_CHARACTERS && text.length <= this.#charactersLeft;
    if (!isKept) return `(${text.length} characters)`;
    this.#charactersLeft -= text.length;
    return text;
  }
}
