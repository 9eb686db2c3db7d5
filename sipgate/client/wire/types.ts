/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From start to the last byte of the answer; a long body gets more. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether a connection that is open already will do. On such a one a request can meet the server's hanging up, and
   * then nobody knows whether it arrived; the price of a new one is a handshake.
   */
  readonly mayReuseConnection: boolean;
  /** The answer is a file: it comes as `bytes`, and `text` is empty where it went well. */
  readonly isFile?: boolean;
}

/** What became of it: any HTTP answer, or the reason why there is none. */
export type WireResult =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: WireHeaders;
      readonly text: string;
      readonly bytes?: Buffer;
    }
  | {
      readonly kind: 'failure';
      readonly reason: FailureReason;
      readonly cause: Error;
      /** Whether sipgate may have got anything of the request. */
      readonly wasSent: boolean;
    };

/** Header names in lower case. */
export type WireHeaders = Readonly<Record<string, string | undefined>>;

/**
 * - `unreached`: there was no connection, whatever the reason: no host, no route, no handshake, no tunnel, no time.
 * - `tls`: the certificate is not trusted; trying again does not help.
 * - `proxy`: the proxy wants a login.
 * - `timeout`: sent, but not answered in time.
 * - `tooLarge`: so is the answer.
 * - `broken`: the connection ended before the answer did.
 */
export type FailureReason = 'timeout' | 'cancelled' | 'unreached' | 'tls' | 'proxy' | 'tooLarge' | 'broken';
