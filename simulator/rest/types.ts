/** What the REST side asks of the telephone network (`POST /sessions/calls`). Numbers are E.164 with `+`. */
export interface ClickToDial {
  readonly sessionId: string;
  /** Rings first: an extension (`e0`) or a number of the account. */
  readonly caller: string;
  /** Is called once `caller` has picked up. */
  readonly callee: string;
  readonly callerId?: string;
  readonly deviceId?: string;
}

/** The telephone network as the REST side sees it. */
export interface TelephoneNetwork {
  /** Places the call in the background: NEW_CALL `out`, then NEW_CALL `in`, both with one origCallId. */
  clickToDial(order: ClickToDial): void;
}

/** A REST request as it came: the REST side knows no server. */
export interface RestRequest {
  readonly method: string;
  /** Path below `/v2`, still percent-encoded, without query: `/w0/devices`. That of the login server comes whole. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** What goes back. `reset` tears the connection instead of answering. */
export type RestAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  | { readonly kind: 'reset' };
