/** @returns an ISO 8601 moment on the clock of this machine, to the minute: `2026-01-31 08:00` */
export function localTime(iso: string): string {
  const date = new Date(iso);
  const minutesAhead = -date.getTimezoneOffset();
  return new Date(date.getTime() + minutesAhead * 60_000).toISOString().slice(0, 16).replace('T', ' ');
}
