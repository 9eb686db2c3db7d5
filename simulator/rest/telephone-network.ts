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
