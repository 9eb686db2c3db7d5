/** Longer than our admin routes wait for sipgate. */
const LONGEST_WAIT_MS = 25_000;

/** What one of our admin routes answered. */
export interface RouteAnswer {
  /** HTTP status; 0 when Node-RED did not answer. */
  readonly status: number;
  /** The fields of the JSON object; which ones depends on the route. */
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Asks one of our admin routes. The path is relative on purpose: only then does Node-RED add its admin root and the
 * user's token.
 * @param path `sipgate/...`, without a leading slash
 * @param question is sent as JSON
 * @returns never rejects
 */
export function request(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  question?: object,
): Promise<RouteAnswer> {
  const body = question ? { contentType: 'application/json', data: JSON.stringify(question) } : {};
  return new Promise((resolve) => {
    const call = { method, url: path, dataType: 'json', timeout: LONGEST_WAIT_MS, ...body } as const;
    // jQuery hands over (body, state, request) for a success, and (request, state, error) for a failure
    $.ajax(call).always((first, _state, last) => {
      const { status = 0, responseJSON } = typeof last === 'object' ? last : first;
      resolve({ status, body: isObject(responseJSON) ? responseJSON : {} });
    });
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
