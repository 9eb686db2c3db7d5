import { randomBytes } from 'node:crypto';

/** @returns a call id in sipgate's style: 64 capital hex digits */
export function newCallId(): string {
  return randomBytes(32).toString('hex').toUpperCase();
}

/** @returns an `xcid` in sipgate's style: 20 small hex digits */
export function newXcid(): string {
  return randomBytes(10).toString('hex');
}
