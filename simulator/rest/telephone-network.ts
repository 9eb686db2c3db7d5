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

/** An established call, as `GET /calls` tells of it. */
export interface LiveCall {
  readonly callId: string;
  readonly muted: boolean;
  readonly recording: boolean;
  readonly hold: boolean;
  readonly participants: readonly Participant[];
}

export interface Participant {
  readonly participantId: string;
  /** May be empty. */
  readonly phoneNumber: string;
  readonly muted: boolean;
  readonly hold: boolean;
  /** The one whose account this is. */
  readonly owner: boolean;
}

/** What call control wants to happen to an established call. */
export type ControlOrder =
  | { readonly kind: 'hangUp' }
  | { readonly kind: 'mute' | 'hold'; readonly value: boolean }
  | { readonly kind: 'record'; readonly value: boolean; readonly isAnnounced: boolean }
  | { readonly kind: 'announce'; readonly url: string }
  | { readonly kind: 'dtmf'; readonly sequence: string }
  | TransferOrder;

export interface TransferOrder {
  readonly kind: 'transfer';
  /** E.164 with `+`, or a short internal number. */
  readonly to: string;
  /** Attended: the first conversation goes on when nobody answers there. Otherwise the transfer is blind. */
  readonly isAttended: boolean;
  readonly callerId?: string;
}

/** The telephone network as the REST side sees it. */
export interface TelephoneNetwork {
  /** Places the call in the background: NEW_CALL `out`, then NEW_CALL `in`, both with one origCallId. */
  clickToDial(order: ClickToDial): void;
  /** @returns the established calls: none that still rings, and none with a mailbox */
  liveCalls(): readonly LiveCall[];
  /** Does something to an established call. @returns whether there is one with that id */
  control(callId: string, order: ControlOrder): boolean;
}
