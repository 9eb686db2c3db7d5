import type { FlowAnswer, WireEvent } from '../wire';

/** Where an AI flow is reached. */
export interface LineOptions {
  /** `http(s)` or `ws(s)`. */
  readonly url: string;
  /** Empty: none is configured at sipgate, and none is sent. */
  readonly secret?: string;
  /** Default `X-API-TOKEN`. */
  readonly tokenHeader?: string;
}

/** A way to an AI flow. */
export interface Line {
  readonly overWebSocket: boolean;
  deliver(event: WireEvent): Promise<FlowAnswer | undefined>;
  close(): void;
}

const DEFAULT_HEADER = 'X-API-TOKEN';

/** @returns the headers that every request of sipgate has */
export function headersOf({
  secret = '',
  tokenHeader = DEFAULT_HEADER,
}: LineOptions): Record<string, string> {
  return secret === '' ? {} : { [tokenHeader]: secret };
}
