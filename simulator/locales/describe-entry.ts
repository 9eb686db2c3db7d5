import type { TranscriptEntry } from '../network/transcript';
import de from './de.json';
import en from './en.json';
import { sentenceIn } from './sentence';

/**
 * @param language as a browser names it; any but German is answered in English
 * @returns what the network or a person did, in a sentence; an event or an answer in its own short line
 */
export function describeEntry(entry: TranscriptEntry, language: string): string {
  if (entry.kind !== 'network') return entry.text;
  return sentenceIn(/^de\b/i.test(language) ? de : en, entry.code, entry.values);
}
