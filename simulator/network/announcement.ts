import { checkWav } from './wav';
import type { WebClient } from './web-client';

/** What becomes of an announcement's URL. */
export type Announcement =
  | { readonly kind: 'playable'; readonly durationMs: number }
  /** Elsewhere on the internet: the simulator fetches from this computer only. */
  | { readonly kind: 'unseen' }
  | { readonly kind: 'skipped'; readonly why: string };

const LARGEST_FILE = 20 * 1024 * 1024;
const FETCH_TIMEOUT_MS = 5000;

/** Downloads a WAV from this computer and checks its format. Never rejects. */
export async function fetchAnnouncement(web: WebClient, url: string): Promise<Announcement> {
  if (!isLoopback(new URL(url).hostname)) return { kind: 'unseen' };
  try {
    const answer = await web.send({ method: 'GET', url, timeoutMs: FETCH_TIMEOUT_MS, largest: LARGEST_FILE });
    if (answer.status !== 200) return { kind: 'skipped', why: `the HTTP status is ${answer.status}` };
    const wav = checkWav(answer.body);
    return wav.playable
      ? { kind: 'playable', durationMs: wav.durationMs }
      : { kind: 'skipped', why: wav.why };
  } catch (error) {
    return { kind: 'skipped', why: error instanceof Error ? error.message : String(error) };
  }
}

/** @returns whether a host name means this computer and no other */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(hostname);
}
