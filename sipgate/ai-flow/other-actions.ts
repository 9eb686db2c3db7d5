import { describe, invalidInput } from '../errors';
import { toDialTarget, toE164, toWire } from '../phone-number';
import type { SmsAction, TranscriptionAction, TransferAction } from './action';
import { isLanguage } from './language';
import { voiceActivity } from './speech';
import {
  defined,
  isUnset,
  listOf,
  numberOf,
  requiredText,
  textOf,
  type AnswerContext,
  type Draft,
} from './values';

/** Without one, a transfer that fails would end the call; sipgate takes 5 to 120 s. */
const DEFAULT_TRANSFER_TIMEOUT_S = 30;

/** @throws SipgateError `INVALID_INPUT` that names the field */
export function transferAction(draft: Draft, context: AnswerContext): TransferAction {
  const bounds = { least: 5, most: 120, isWhole: true };
  const callerIdNumber = callerId(draft, context);
  return {
    type: 'transfer',
    session_id: context.sessionId,
    target_phone_number: toDialTarget(draft['number'], context.country, 'number'),
    caller_id_name: textOf(draft, 'callerIdName')?.trim() ?? callerIdNumber,
    caller_id_number: callerIdNumber,
    timeout: numberOf(draft, 'transferTimeout', bounds) ?? DEFAULT_TRANSFER_TIMEOUT_S,
  };
}

function callerId(draft: Draft, { number, country }: AnswerContext): string {
  const given = draft['callerIdNumber'];
  if (!isUnset(given)) {
    // whatever sipgate itself calls the flow's number may be handed on
    return given === number ? toWire(String(given)) : toDialTarget(given, country, 'callerIdNumber');
  }
  if (number !== undefined && number !== '') return toWire(number);
  throw invalidInput(
    'callerIdNumber',
    'is missing, and the session does not tell its own number',
    'Give the number that the person who is called sees.',
  );
}

export function smsAction(draft: Draft, { sessionId, country }: AnswerContext): SmsAction {
  return {
    type: 'send_sms',
    session_id: sessionId,
    phone_number: toWire(toE164(draft['number'], country, 'number')),
    message: requiredText(draft, 'text', 'Give the text of the SMS.'),
  };
}

const KNOWN_PROVIDERS = ['AZURE', 'DEEPGRAM', 'ELEVEN_LABS'];
const MOST_LANGUAGES = 4;
const MOST_WORDS = 100;
const LONGEST_WORD = 200;

export function transcriptionAction(draft: Draft, context: AnswerContext): TranscriptionAction {
  return defined<TranscriptionAction>({
    type: 'configure_transcription',
    session_id: context.sessionId,
    provider: sttProvider(draft, context),
    languages: languages(draft),
    custom_vocabulary: vocabulary(draft),
    vad: voiceActivity(draft),
  });
}

function sttProvider(draft: Draft, { warn }: AnswerContext): string | undefined {
  const given = textOf(draft, 'sttProvider')?.trim();
  if (given === undefined) return undefined;
  const known = KNOWN_PROVIDERS.find((name) => name === given.toUpperCase());
  if (known === undefined) warn({ kind: 'unknownProvider', provider: given });
  return known ?? given;
}

function languages(draft: Draft): string[] | undefined {
  const given = listOf(draft, 'languages', /,/);
  if (given.length > MOST_LANGUAGES)
    throw invalidInput('languages', `has ${given.length} entries`, `Give 1 to ${MOST_LANGUAGES} languages.`);
  const wrong = given.find((language) => !isLanguage(language));
  if (wrong !== undefined)
    throw invalidInput(
      'languages',
      `must hold languages, got ${describe(wrong)}`,
      'Write them as de-DE, en-US.',
    );
  return given.length > 0 ? given : undefined;
}

function vocabulary(draft: Draft): string[] | undefined {
  const given = listOf(draft, 'vocabulary', /\r?\n/);
  if (given.length > MOST_WORDS)
    throw invalidInput('vocabulary', `has ${given.length} entries`, `Give at most ${MOST_WORDS}.`);
  const long = given.find((word) => word.length > LONGEST_WORD);
  if (long !== undefined)
    throw invalidInput(
      'vocabulary',
      `has an entry of ${long.length} characters`,
      `Each may have at most ${LONGEST_WORD}.`,
    );
  return given.length > 0 ? given : undefined;
}
