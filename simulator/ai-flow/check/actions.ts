import type { Complain } from '../complaint';
import {
  checkFields,
  language,
  listOf,
  numberBetween,
  object,
  oneOf,
  phoneNumber,
  probablyOneOf,
  seconds,
  silenceMs,
  text,
  wav,
  yes,
  type Fields,
} from './fields';

const bargeIn = object(
  {
    required: { strategy: oneOf('minimum_characters', 'none', 'manual', 'immediate') },
    optional: {
      minimum_characters: numberBetween(1, 100, true),
      allow_after_ms: numberBetween(0, 10_000, true),
    },
  },
  ({ strategy, minimum_characters: characters }, field, complain) => {
    if (characters !== undefined && strategy !== 'minimum_characters')
      complain('warning', 'otherStrategy', { field });
  },
);
const tts = object(
  {
    required: { provider: probablyOneOf('azure', 'eleven_labs') },
    optional: { language, voice: text() },
  },
  (value, field, complain) => {
    if (value['provider'] === 'eleven_labs' && value['language'] !== undefined)
      complain('warning', 'noLanguage', { field });
  },
);
const vad = object({ required: { end_of_turn_silence_ms: silenceMs } });

/** What each action may hold, from sipgate's descriptions and not from this pack (ai-flow API: "Actions"). */
const ACTIONS: Readonly<Record<string, Fields>> = {
  speak: {
    optional: {
      text: text(),
      ssml: text(),
      tts,
      barge_in: bargeIn,
      user_input_timeout_seconds: seconds,
      vad,
    },
  },
  audio: { required: { audio: wav }, optional: { barge_in: bargeIn } },
  hangup: {},
  transfer: {
    required: { target_phone_number: phoneNumber, caller_id_name: text(), caller_id_number: phoneNumber },
    optional: { timeout: numberBetween(5, 120, true) },
  },
  barge_in: {},
  mix_audio: { optional: { audio: wav, volume: numberBetween(0, 1), stop: yes } },
  configure_transcription: {
    optional: {
      provider: probablyOneOf('AZURE', 'DEEPGRAM', 'ELEVEN_LABS'),
      languages: listOf(language, 1, 4),
      custom_vocabulary: listOf(text(200), 0, 100),
      vad,
    },
  },
  send_sms: { required: { phone_number: phoneNumber, message: text() } },
  configure_voice_to_voice: {
    required: { system_prompt: text() },
    optional: { greeting: text(), temperature: numberBetween(0, 2), language },
  },
};

/** Complains of what sipgate would refuse in an action, or not understand. */
export function checkAction(action: unknown, sessionId: string, complain: Complain): void {
  if (typeof action !== 'object' || action === null || Array.isArray(action))
    return complain('problem', 'actionObject');
  const { type, session_id: session, ...fields } = action as Record<string, unknown>;
  if (typeof type !== 'string') return complain('problem', 'noType');
  if (session === undefined) complain('problem', 'noSession', { type });
  else if (session !== sessionId) complain('problem', 'otherSession', { type });
  const known = Object.hasOwn(ACTIONS, type) ? ACTIONS[type] : undefined;
  if (known === undefined) return complain('problem', 'noAction', { action: JSON.stringify(type) });
  checkFields(fields, known, `${type}: `, complain);
  if (type === 'speak' && (fields['text'] === undefined) === (fields['ssml'] === undefined))
    complain('problem', 'textOrSsml');
  if (type === 'mix_audio' && fields['audio'] === undefined && fields['stop'] === undefined)
    complain('problem', 'audioOrStop');
  if (type === 'transfer' && fields['timeout'] === undefined) complain('warning', 'noTimeout');
}

/** Points out what the caller would not hear. */
export function checkOrder(types: readonly string[], complain: Complain): void {
  const end = types.findIndex((type) => type === 'hangup' || type === 'transfer');
  if (end < 0) return;
  if (types[end] === 'hangup' && types[end - 1] === 'speak') complain('warning', 'cutOff');
  if (end < types.length - 1) complain('warning', 'unheard', { type: types[end] ?? '' });
}
