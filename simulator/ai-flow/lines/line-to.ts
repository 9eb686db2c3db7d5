import type { WebClient } from '../../network/web-client';
import { httpLine } from './http-line';
import type { Line, LineOptions } from './line';
import { socketLine, type SocketLineHooks } from './socket-line';

export interface LineToOptions extends LineOptions {
  /** Accept certificates that no authority has signed. Default false. */
  readonly selfSigned?: boolean;
}

/**
 * @param web for a line over HTTP; whoever made it closes it
 * @param hooks hear of what comes over a WebSocket
 * @returns the way to the AI flow behind a URL. Throws TypeError for one that is neither `http(s)` nor `ws(s)`
 */
export function lineTo(options: LineToOptions, web: WebClient, hooks: SocketLineHooks): Line {
  const { url, selfSigned = false } = options;
  const { protocol } = URL.canParse(url) ? new URL(url) : { protocol: '' };
  if (!/^(https?|wss?):$/.test(protocol))
    throw new TypeError(
      `the URL must start with http://, https://, ws:// or wss://, not "${url.slice(0, 200)}"`,
    );
  return protocol.startsWith('ws') ? socketLine(options, selfSigned, hooks) : httpLine(options, web);
}
