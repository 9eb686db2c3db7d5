import { note, type ActiveCall } from '../call';
import { pause } from '../pause';
import { fetchAnnouncement } from '../sound/announcement';

/** Plays an announcement to its end, or until the caller hangs up. */
export async function play(call: ActiveCall, url: string): Promise<void> {
  const durationMs = await startPlaying(call, url);
  const startedAtMs = Date.now();
  await pause(durationMs / call.script.speed, call.hungUp);
  if (durationMs > 0 && call.hungUp.aborted) note(call, 'heardPart', { ms: heardSince(call, startedAtMs) });
}

/** @returns how much of an announcement was heard, ms of it at normal speed */
export function heardSince(call: ActiveCall, startedAtMs: number): number {
  const { speed } = call.script;
  return Number.isFinite(speed) ? Math.round((Date.now() - startedAtMs) * speed) : 0;
}

/** @returns how long the announcement takes at normal speed, ms; 0 when nothing can be heard */
export async function startPlaying(call: ActiveCall, url: string): Promise<number> {
  const announcement = await fetchAnnouncement(call.events.web, url);
  if (announcement.kind === 'skipped') {
    note(call, 'skips', { url, why: announcement.why });
    return 0;
  }
  call.played.push(url);
  if (announcement.kind === 'unseen') {
    note(call, 'playsUnseen', { url });
    return 0;
  }
  note(call, 'plays', { url, ms: announcement.durationMs, sound: call.heard.add(announcement.wav) });
  return announcement.durationMs;
}
