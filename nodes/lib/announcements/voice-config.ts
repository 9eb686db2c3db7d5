import { describe, invalidInput, isAbsoluteUrl, type SpeechEngine, type Voice } from '../../../sipgate/index';
import { savedAddress, savedChoice, savedCount, savedText, type Saved } from '../node-config';

const ESPEAK_ARGUMENTS = '-v {voice} -s {wpm} --stdout';
const PIPER_PORT = 10_200;
const DEFAULT_TIMEOUT_MS = 10_000;
/** A sound longer in the making would be of use to nobody. */
const LONGEST_TIMEOUT_MS = 120_000;
const SPEEDS = [0.5, 2] as const;

/**
 * A `sipgate-voice` as its dialog saved it, checked.
 * @throws SipgateError `INVALID_INPUT` that names the property
 */
export function readVoiceConfig(saved: Saved, apiKey: string): Voice {
  return {
    engine: readEngine(saved, apiKey),
    language: savedText(saved, 'language') || 'de',
    name: savedText(saved, 'voice'),
    speed: readSpeed(saved),
    timeoutMs: savedCount(saved, 'timeout', {
      fallback: DEFAULT_TIMEOUT_MS,
      least: 1,
      most: LONGEST_TIMEOUT_MS,
    }),
  };
}

function readEngine(saved: Saved, apiKey: string): SpeechEngine {
  const kind = savedChoice(saved, 'engine', ['command', 'wyoming', 'http']);
  switch (kind) {
    case 'command': {
      const command = savedText(saved, 'command') || 'espeak-ng';
      const args = saved['args'] === undefined ? ESPEAK_ARGUMENTS : savedText(saved, 'args');
      return { kind, command, args };
    }
    case 'wyoming': {
      const host = savedAddress(saved, 'host');
      if (host === '')
        throw invalidInput('host', 'is missing', 'Enter the address of the Wyoming server in the voice.');
      const port = savedCount(saved, 'port', { fallback: PIPER_PORT, least: 1, most: 65_535 });
      return { kind, host, port };
    }
    case 'http': {
      const url = savedAddress(saved, 'url');
      if (!isAbsoluteUrl(url))
        throw invalidInput(
          'url',
          url === '' ? 'is missing' : 'must be an absolute URL',
          'Enter the whole endpoint in the voice, such as https://api.openai.com/v1/audio/speech.',
        );
      return { kind, url, model: savedText(saved, 'model'), apiKey };
    }
  }
}

function readSpeed(saved: Saved): number {
  const [least, most] = SPEEDS;
  const text = savedText(saved, 'speed') || '1';
  const speed = Number(text.replace(',', '.'));
  if (speed >= least && speed <= most) return speed;
  throw invalidInput(
    'speed',
    `must be a number from ${least} to ${most}, got ${describe(text.slice(0, 12))}`,
    'Correct it in the voice.',
  );
}
