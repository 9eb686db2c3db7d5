/**
 * Tells Node-RED that this page is closed while it has a call. `keepalive` outlives the page as `sendBeacon` does, and has
 * headers: with `adminAuth` Node-RED wants the user's token in one, as the editor's own requests have it. Firefox before
 * 133 knows no `keepalive`: there a call ends after a minute.
 */
export function sayGoodbye(call: string): void {
  const token = RED.settings.get('auth-tokens')?.access_token;
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const url = `${RED.settings.apiRootUrl ?? ''}sipgate/telephone/calls/${call}/leave`;
  const body = JSON.stringify({ how: 'closed' });
  // nobody is there any more to be told of a failure
  fetch(url, { method: 'POST', headers, body, keepalive: true }).catch(() => undefined);
}
