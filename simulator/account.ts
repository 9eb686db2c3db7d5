/** What the simulated sipgate account holds. The REST side changes it, the telephone network obeys it. */
export interface SimulatedAccount {
  /** `/settings/sipgateio`: where the network posts NEW_CALL events to. An empty URL: nowhere. */
  settings: WebhookSettings;
}

/** As `GET /settings/sipgateio` gives it. `whitelist` null: every line; a list: only these extensions. */
export interface WebhookSettings {
  incomingUrl: string;
  outgoingUrl: string;
  log: boolean;
  whitelist: string[] | null;
  pushApiVersion: number;
}

/** @returns an account as sipgate hands it out: no webhook set, log off, every line allowed */
export function createAccount(): SimulatedAccount {
  return {
    settings: { incomingUrl: '', outgoingUrl: '', log: false, whitelist: null, pushApiVersion: 1 },
  };
}
