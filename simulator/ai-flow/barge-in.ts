import type { Speech } from './assistant';
import { CHARACTER_MS } from './speech';

/** sipgate says 20 to 120 ms from the first sound until a voice is detected. */
export const VOICE_DETECTED_MS = 50;
const DEFAULT_CHARACTERS = 3;

/**
 * When a caller who begins to speak now interrupts (ai-flow API: "Barge-in").
 * @param spokenText what the caller says, in the invented time per character
 * @returns ms from now; `undefined`: not by speaking
 */
export function interruptionMs(speech: Speech, spokenText: string, nowMs: number): number | undefined {
  const {
    strategy = 'minimum_characters',
    minimum_characters: characters = DEFAULT_CHARACTERS,
    allow_after_ms: protectedMs = 0,
  } = (speech.utterance.action['barge_in'] ?? {}) as {
    strategy?: string;
    minimum_characters?: number;
    allow_after_ms?: number;
  };
  const untilAllowedMs = speech.beganAtMs + protectedMs - nowMs;
  if (strategy === 'immediate') return Math.max(VOICE_DETECTED_MS, untilAllowedMs);
  if (strategy !== 'minimum_characters' || spokenText.length < characters) return undefined;
  return Math.max(characters * CHARACTER_MS, untilAllowedMs);
}
