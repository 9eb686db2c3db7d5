import type { SimulatedAccount } from './account';
import type { FaxStatus, SentFax } from './messages';

/**
 * @param nowMs ms since 1970
 * @returns how far a fax is; undefined while the history does not know it yet
 */
export function faxStatus(
  { faxNetwork }: SimulatedAccount,
  fax: SentFax,
  nowMs: number,
): FaxStatus | undefined {
  const { graceMs, pendingMs, sendingMs } = faxNetwork;
  const ageMs = nowMs - fax.acceptedAt;
  if (ageMs < graceMs) return undefined;
  if (ageMs < graceMs + pendingMs) return 'PENDING';
  if (ageMs < graceMs + pendingMs + sendingMs) return 'SENDING';
  return fax.failure === undefined ? 'SENT' : 'FAILED';
}
