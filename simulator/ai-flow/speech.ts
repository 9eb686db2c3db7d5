import { checkWav } from '../network/sound/wav';
import { RATE_HZ } from './check/fields';
import type { WireAction } from './wire';

/** Invented: about what a person takes to say a character. */
export const CHARACTER_MS = 60;
const SHORTEST_MS = 400;
const LONGEST_MS = 600_000;

/** Something that the caller hears. */
export interface Utterance {
  readonly action: WireAction;
  /** What is said, without the marks of SSML; empty for a sound. */
  readonly text: string;
  readonly durationMs: number;
  /** BCP 47, where the action tells it. */
  readonly language?: string;
}

/** @returns an invented time for a text, or for a part of it */
export function speechMs(text: string): number {
  return Math.min(Math.max(text.length * CHARACTER_MS, SHORTEST_MS), LONGEST_MS);
}

/** @returns what a `speak` or `audio` lets the caller hear, and for how long: a sound's length is its own, a text's is invented */
export function utteranceOf(action: WireAction): Utterance {
  if (action.type === 'audio') {
    const sound = checkWav(Buffer.from(String(action['audio']), 'base64'), RATE_HZ);
    return { action, text: '', durationMs: sound.playable ? sound.durationMs : 0 };
  }
  const text = typeof action['ssml'] === 'string' ? plainText(action['ssml']) : String(action['text']);
  const language = languageOf(action['tts']);
  const utterance = { action, text, durationMs: speechMs(text) };
  return language === undefined ? utterance : { ...utterance, language };
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function plainText(ssml: string): string {
  const text = ssml.replace(/<[^<>]*>/g, ' ').replace(/\s+/g, ' ');
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_all, name: string) => ENTITIES[name] ?? '').trim();
}

function languageOf(tts: unknown): string | undefined {
  const { language, voice } = (tts ?? {}) as { language?: unknown; voice?: unknown };
  if (typeof language === 'string') return language;
  return typeof voice === 'string' ? /^[a-z]{2}-[A-Z]{2}(?=-)/.exec(voice)?.[0] : undefined;
}
