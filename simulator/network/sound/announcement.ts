import { isLoopback } from '../../loopback';
import type { Web } from '../web-client';
import { checkWav } from './wav';

/** What becomes of an announcement's URL. */
export type Announcement =
  | { readonly kind: 'playable'; readonly durationMs: number }
  /** Elsewhere on the internet: the simulator fetches from this computer only. */
  | { readonly kind: 'unseen' }
  | { readonly kind: 'skipped'; readonly why: string };

const MOST_SOUND_BYTES = 20 * 1024 * 1024;
const FETCH_TIMEOUT_MS = 5000;

/** Downloads a WAV from this computer and checks its format. Never rejects. */
export async function fetchAnnouncement(web: Web, url: string): Promise<Announcement> {
  try {
    if (!isLoopback(new URL(url).hostname)) return { kind: 'unseen' };
    const answer = await web.send({
      method: 'GET',
      url,
      timeoutMs: FETCH_TIMEOUT_MS,
      mostBytes: MOST_SOUND_BYTES,
    });
    if (answer.status !== 200) return { kind: 'skipped', why: `the HTTP status is ${answer.status}` };
    const wav = checkWav(answer.body);
    return wav.playable
      ? { kind: 'playable', durationMs: wav.durationMs }
      : { kind: 'skipped', why: wav.why };
  } catch (error) {
    return { kind: 'skipped', why: error instanceof Error ? error.message : String(error) };
  }
}
