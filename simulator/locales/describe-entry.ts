import type { Complaint } from '../ai-flow/complaint';
import type { TranscriptEntry } from '../network/transcript';
import de from './de.json';
import en from './en.json';
import {
  complaintSentence,
  conversationSentence,
  invalidTestSentence,
  sentenceIn,
  soundSentence,
  testSentence,
  type Values,
} from './sentence';

/**
 * @param language as a browser names it; any but German is answered in English
 * @returns what the network or a person did, in a sentence; an event or an answer in its own short line
 */
export function describeEntry(entry: TranscriptEntry, language: string): string {
  if (entry.kind !== 'network') return entry.text;
  return sentenceIn(catalogueOf(language), entry.code, entry.values);
}

/**
 * @param code of a note in a conversation with an AI flow
 * @returns what sipgate or a person did, in a sentence
 */
export function describeNote(code: string, values: Values, language: string): string {
  return conversationSentence(catalogueOf(language), code, values);
}

/** @returns why sipgate would not take what a voice assistant said, or what its user wants to know, in a sentence */
export function describeComplaint({ kind, code, values }: Complaint, language: string): string {
  const texts = catalogueOf(language);
  return texts.page[kind].replace('{why}', () => complaintSentence(texts, code, values));
}

/** @returns the same, for the middle of a sentence */
export function describeReason({ code, values }: Complaint, language: string): string {
  return complaintSentence(catalogueOf(language), code, values);
}

/**
 * @param code of what a call test expects, or of what came instead
 * @returns it in the words of the language
 */
export function describeOfTest(code: keyof typeof en.test, values: Values, language: string): string {
  return testSentence(catalogueOf(language), code, values);
}

/** What can be wrong with the file of a call test. */
export type InvalidTestCode = keyof typeof en.invalidTest;

/**
 * @param values what the sentence names; `step` where it is about one step of the test
 * @returns what is wrong with the file of a call test
 */
export function describeInvalidTest(code: InvalidTestCode, values: Values, language: string): string {
  return invalidTestSentence(catalogueOf(language), code, values);
}

/** @returns how a sound is called in a sentence of the network, instead of its URL */
export function describeSound(code: keyof typeof en.sound, values: Values, language: string): string {
  return soundSentence(catalogueOf(language), code, values);
}

function catalogueOf(language: string): typeof en | typeof de {
  return /^de\b/i.test(language) ? de : en;
}
