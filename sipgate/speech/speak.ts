import { invalidInput, mustBe } from '../errors';
import { speakByCommand, voicesOfCommand } from './command';
import type { OfferedVoice, Voice } from './engine';
import { speakByHttp } from './http';
import { speakByWyoming, voicesOfWyoming } from './wyoming';

/** Ten minutes of speech have some 9,000. */
const LONGEST_TEXT = 10_000;

/**
 * @param input a text, or a number that is to be read out
 * @param field names the property in errors
 * @returns what is to be spoken
 * @throws SipgateError `INVALID_INPUT` where it is empty, too long or no text
 */
export function parseSpeechText(input: unknown, field: string): string {
  const text = typeof input === 'number' ? String(input) : input;
  if (typeof text !== 'string') throw mustBe(field, 'a text', input, 'Give what is to be spoken.');
  if (text.trim() === '')
    throw invalidInput(field, 'must be a text, got an empty text', 'Give what is to be spoken.');
  if (text.length > LONGEST_TEXT)
    throw invalidInput(field, `has ${text.length} characters`, `Give at most ${LONGEST_TEXT}.`);
  return text.trim();
}

/**
 * Has an engine say a text, once: what fails is not tried again, for a caller may wait.
 * @param text as `parseSpeechText` gives it
 * @param signal ends it
 * @returns the bytes of a sound, which are not looked at
 * @throws SipgateError `NOT_FOUND`, `SERVER`, `NETWORK`, `TIMEOUT`, or what the status of an HTTP engine means
 */
export function speak(voice: Voice, text: string, signal?: AbortSignal): Promise<Buffer> {
  const { engine } = voice;
  switch (engine.kind) {
    case 'command':
      return speakByCommand({ ...voice, engine }, text, signal);
    case 'wyoming':
      return speakByWyoming({ ...voice, engine }, text, signal);
    case 'http':
      return speakByHttp({ ...voice, engine }, text, signal);
  }
}

/**
 * @returns the voices of an engine; none where it has no list that could be asked for
 * @throws SipgateError as `speak`
 */
export async function listVoices(voice: Voice, signal?: AbortSignal): Promise<OfferedVoice[]> {
  const { engine } = voice;
  if (engine.kind === 'command') return voicesOfCommand({ ...voice, engine }, signal);
  return engine.kind === 'wyoming' ? voicesOfWyoming({ ...voice, engine }, signal) : [];
}
