import type { NoteCode } from './entries';
import { utteranceOf, type Utterance } from './speech';
import type { WireAction } from './wire';

/** What an action does to a conversation. */
export interface Hearing {
  note(code: NoteCode, values?: Record<string, string | number>): void;
  say(utterance: Utterance): void;
  /** After so much silence the caller's sentence is over, ms. */
  endOfTurn(ms: number): void;
  fallSilent(): void;
  hangUp(): void;
  transfer(number: string, timeoutS: number | undefined): void;
  smsSent(): void;
}

/** Does what a checked action says. */
export function carryOut(action: WireAction, hearing: Hearing): void {
  const text = (name: string) => String(action[name] ?? '');
  takeSilence(action['vad'], hearing);
  switch (action.type) {
    case 'speak':
    case 'audio':
      return hearing.say(utteranceOf(action));
    case 'barge_in':
      return hearing.fallSilent();
    case 'hangup':
      return hearing.hangUp();
    case 'transfer': {
      const number = text('target_phone_number');
      hearing.note('transfers', { number, name: text('caller_id_name'), from: text('caller_id_number') });
      const { timeout } = action;
      return hearing.transfer(number, typeof timeout === 'number' ? timeout : undefined);
    }
    case 'mix_audio':
      return action['stop'] === true
        ? hearing.note('mixStops')
        : hearing.note('mixes', { volume: Number(action['volume'] ?? DEFAULT_VOLUME) });
    case 'configure_transcription':
      return hearing.note('transcription', { languages: languagesOf(action) });
    case 'send_sms':
      hearing.note('sms', { number: text('phone_number'), text: text('message') });
      return hearing.smsSent();
    case 'configure_voice_to_voice':
      return hearing.note('voiceToVoice');
  }
}

const DEFAULT_VOLUME = 0.5;

/** Without languages the provider's own ones are taken again. */
function languagesOf({ languages }: WireAction): string {
  return Array.isArray(languages) ? languages.join(', ') : '–';
}

/** It stays until another action changes it; a value outside is ignored. */
function takeSilence(vad: unknown, hearing: Hearing): void {
  const { end_of_turn_silence_ms: ms } = (vad ?? {}) as { end_of_turn_silence_ms?: unknown };
  if (typeof ms === 'number' && ms >= 150 && ms <= 2000) hearing.endOfTurn(ms);
}
