/** A session as each event tells of it (ai-flow API: "Events"); numbers with or without `+`. */
export interface WireSession {
  readonly id: string;
  readonly account_id?: string;
  readonly phone_number?: string;
  readonly direction?: 'inbound' | 'outbound';
  readonly from_phone_number?: string;
  readonly to_phone_number?: string;
}

/** An event as it goes to an AI flow. */
export type WireEvent = { readonly type: string; readonly session: WireSession } & Readonly<
  Record<string, unknown>
>;

/** An action as it comes from an AI flow, checked. */
export type WireAction = { readonly type: string; readonly session_id: string } & Readonly<
  Record<string, unknown>
>;

/** What an AI flow answered over HTTP. */
export interface FlowAnswer {
  readonly status: number;
  readonly contentType?: string | undefined;
  readonly body: string;
}

/** Who talks to whom. */
export interface Parties {
  readonly sessionId: string;
  /** With `+`. */
  readonly from: string;
  /** The AI flow's number, with `+`. */
  readonly to: string;
  readonly direction: 'inbound' | 'outbound';
}

const ACCOUNT = 'simulated';

/**
 * @param isBare without the fields that are missing in some of sipgate's samples
 * @param withPlus older descriptions write numbers with `+`, newer ones without
 */
export function wireSession(parties: Parties, isBare: boolean, withPlus: boolean): WireSession {
  const { sessionId, direction } = parties;
  const written = (number: string) => (withPlus ? number : number.replace('+', ''));
  const [from, to] = [written(parties.from), written(parties.to)];
  const base = { id: sessionId, account_id: ACCOUNT, phone_number: direction === 'inbound' ? to : from };
  return isBare ? base : { ...base, direction, from_phone_number: from, to_phone_number: to };
}
