import { isLoopback } from '../../loopback';
import type { Web } from '../web-client';
import { checkWav } from './wav';

/** What becomes of an announcement's URL. */
export type Announcement =
  | { readonly kind: 'playable'; readonly durationMs: number; readonly wav: Buffer }
  /** Elsewhere on the internet: the simulator fetches from this computer only. */
  | { readonly kind: 'unseen' }
  | { readonly kind: 'skipped'; readonly why: string };

const MOST_SOUND_BYTES = 20 * 1024 * 1024;
/** A caller hears nothing until then; what takes longer counts as silent. */
const FETCH_TIMEOUT_MS = 2000;
/** How servers call WAV, or any file; what is not named counts as what it is. */
const CONTENT_TYPE = /^(?:audio\/(?:x-|vnd\.)?wave?|(?:application|binary)\/octet-stream|)$/;
const LONGEST_CONTENT_TYPE = 100;

/** Downloads a WAV from this computer and checks its type and format. Never rejects. */
export async function fetchAnnouncement(web: Web, url: string): Promise<Announcement> {
  try {
    const localUrl = web.localUrlOf(url);
    if (!isLoopback(new URL(localUrl).hostname)) return { kind: 'unseen' };
    const answer = await web.send({
      method: 'GET',
      url: localUrl,
      timeoutMs: FETCH_TIMEOUT_MS,
      mostBytes: MOST_SOUND_BYTES,
    });
    if (answer.status !== 200) return { kind: 'skipped', why: `the HTTP status is ${answer.status}` };
    const type = contentType(answer.headers['content-type']);
    if (!CONTENT_TYPE.test(type))
      return { kind: 'skipped', why: `its content type is ${type}, not audio/wav` };
    const wav = checkWav(answer.body);
    return wav.playable
      ? { kind: 'playable', durationMs: wav.durationMs, wav: answer.body }
      : { kind: 'skipped', why: wav.why };
  } catch (error) {
    return { kind: 'skipped', why: error instanceof Error ? error.message : String(error) };
  }
}

function contentType(header = ''): string {
  const [type = ''] = header.slice(0, LONGEST_CONTENT_TYPE).toLowerCase().split(';', 1);
  return type.trim();
}
