import { invalidInput } from '../errors';
import {
  BARGE_IN_STRATEGIES,
  type BargeIn,
  type SpeakAction,
  type TextToSpeech,
  type VoiceActivity,
} from './action';
import {
  choiceOf,
  defined,
  flagOf,
  isUnset,
  numberOf,
  requiredText,
  textOf,
  type AnswerContext,
  type Draft,
} from './values';

/** Providers that are documented; a third exists whose name on the wire is not known, so any other passes. */
const KNOWN_PROVIDERS = ['azure', 'eleven_labs'];

/** sipgate's own range is not known; a day is surely no silence that anybody waits for. */
const LONGEST_INPUT_TIMEOUT_S = 86_400;

/**
 * @param draft `text` (with `ssml: true` it is SSML; or `ssml` itself is the SSML) and how it is said
 * @throws SipgateError `INVALID_INPUT` that names the field
 */
export function speakAction(draft: Draft, context: AnswerContext): SpeakAction {
  return defined<SpeakAction>({
    type: 'speak',
    session_id: context.sessionId,
    ...words(draft),
    tts: textToSpeech(draft, context),
    barge_in: bargeIn(draft),
    user_input_timeout_seconds: inputTimeout(draft),
    vad: voiceActivity(draft),
  });
}

const SAY_SOMETHING = 'Give the text that the assistant says, or choose the action listen to say nothing.';

function words(draft: Draft): Pick<SpeakAction, 'text' | 'ssml'> {
  const { ssml } = draft;
  const isSsmlText = typeof ssml === 'string' && !['', 'true', 'false'].includes(ssml);
  if (isSsmlText && !isUnset(draft['text']))
    throw invalidInput('ssml', 'must not be given together with `text`', 'Give one of them.');
  if (isSsmlText) return { ssml: requiredText(draft, 'ssml', SAY_SOMETHING) };
  const text = requiredText(draft, 'text', SAY_SOMETHING);
  return flagOf(draft, 'ssml') ? { ssml: text } : { text };
}

function textToSpeech(draft: Draft, { warn }: AnswerContext): TextToSpeech | undefined {
  const provider = ttsProvider(draft);
  const voice = textOf(draft, 'ttsVoice')?.trim();
  const language = textOf(draft, 'ttsLanguage')?.trim();
  if (provider === undefined) {
    if (voice !== undefined || language !== undefined) warn({ kind: 'noProvider' });
    return undefined;
  }
  if (!KNOWN_PROVIDERS.includes(provider)) warn({ kind: 'unknownProvider', provider });
  // voices of ElevenLabs speak all languages, and take none
  const takesLanguage = provider !== 'eleven_labs';
  return defined<TextToSpeech>({ provider, language: takesLanguage ? language : undefined, voice });
}

/** In the letters that sipgate uses. */
function ttsProvider(draft: Draft): string | undefined {
  const given = textOf(draft, 'ttsProvider')?.trim();
  return KNOWN_PROVIDERS.find((name) => name === given?.toLowerCase()) ?? given;
}

/** @returns how a caller may interrupt; `undefined` where nothing is said of it, which leaves it to sipgate */
export function bargeIn(draft: Draft): BargeIn | undefined {
  const strategy = choiceOf(draft, 'bargeInStrategy', BARGE_IN_STRATEGIES);
  const characters = numberOf(draft, 'bargeInCharacters', { least: 1, most: 100, isWhole: true });
  const afterMs = numberOf(draft, 'bargeInAfter', { least: 0, most: 10_000, isWhole: true });
  if (strategy === undefined && characters === undefined && afterMs === undefined) return undefined;
  const chosen = strategy ?? 'minimum_characters';
  return defined<BargeIn>({
    strategy: chosen,
    minimum_characters: chosen === 'minimum_characters' ? characters : undefined,
    allow_after_ms: afterMs,
  });
}

function inputTimeout(draft: Draft): number | undefined {
  const bounds = { least: 0, most: LONGEST_INPUT_TIMEOUT_S, isWhole: false };
  const seconds = numberOf(draft, 'inputTimeout', bounds);
  if (seconds !== 0) return seconds;
  throw invalidInput('inputTimeout', 'must be more than 0', 'Give the seconds, or leave it empty.');
}

/** Other values are ignored by sipgate without a word, so they are refused here. */
export function voiceActivity(draft: Draft): VoiceActivity | undefined {
  const silence = numberOf(draft, 'silence', { least: 150, most: 2000, isWhole: true });
  return silence === undefined ? undefined : { end_of_turn_silence_ms: silence };
}

/** @returns what a speak action says, without the marks of SSML: what a language model is to read later */
export function spokenText({ text, ssml = '' }: SpeakAction): string {
  if (text !== undefined) return text;
  const plain = ssml
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(lt|gt|amp|quot|apos);/g, (_, name) => ENTITIES[name as string] ?? '');
  return plain.replace(/\s+/g, ' ').trim();
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
