/** An action of sipgate's voice assistants, as it goes out (ai-flow API: "Actions"). Numbers are digits without `+`. */
export type AiFlowAction =
  | SpeakAction
  | AudioAction
  | MixAudioAction
  | TransferAction
  | HangupAction
  | BargeInAction
  | TranscriptionAction
  | SmsAction;

interface Action<Type extends string> {
  type: Type;
  session_id: string;
}

/** Says something; exactly one of `text` and `ssml` is there. */
export interface SpeakAction extends Action<'speak'> {
  text?: string;
  ssml?: string;
  tts?: TextToSpeech;
  barge_in?: BargeIn;
  user_input_timeout_seconds?: number;
  vad?: VoiceActivity;
}

export interface TextToSpeech {
  provider: string;
  language?: string;
  voice?: string;
}

/** How a caller may interrupt. */
export interface BargeIn {
  strategy: BargeInStrategy;
  minimum_characters?: number;
  allow_after_ms?: number;
}

export const BARGE_IN_STRATEGIES = ['minimum_characters', 'none', 'manual', 'immediate'] as const;
export type BargeInStrategy = (typeof BARGE_IN_STRATEGIES)[number];

/** After how much silence a caller has finished. */
export interface VoiceActivity {
  end_of_turn_silence_ms: number;
}

/** Plays a WAV in Base64: PCM, 16 bit, mono, 16 kHz. */
export interface AudioAction extends Action<'audio'> {
  audio: string;
  barge_in?: BargeIn;
}

/** Loops a sound in the background, or stops it. */
export interface MixAudioAction extends Action<'mix_audio'> {
  audio?: string;
  volume?: number;
  stop?: true;
}

export interface TransferAction extends Action<'transfer'> {
  target_phone_number: string;
  caller_id_name: string;
  caller_id_number: string;
  /** s */
  timeout: number;
}

export type HangupAction = Action<'hangup'>;
export type BargeInAction = Action<'barge_in'>;

/** How callers are understood; what is absent: a provider stays, languages are reset. */
export interface TranscriptionAction extends Action<'configure_transcription'> {
  provider?: string;
  languages?: string[];
  custom_vocabulary?: string[];
  vad?: VoiceActivity;
}

export interface SmsAction extends Action<'send_sms'> {
  phone_number: string;
  message: string;
}

/** What is done when the assistant has spoken. */
export type AfterSpeech = HangupAction | TransferAction;
