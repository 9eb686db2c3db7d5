import { isAbsoluteUrl } from '../../absolute-url';
import type { Country } from '../../country';
import { describe, invalidInput, mustBe } from '../../errors';
import { isExtension } from '../../extension';
import { toDialable } from '../../phone-number';

/** Characters; sipgate's ids have some 40. */
const LONGEST_CALL_ID = 200;
/** So many take 20 s and more on the telephone; no limit of sipgate's is documented. */
const MOST_TONES = 100;

/**
 * @returns the id of a call as sipgate takes it, without blanks around it
 * @throws SipgateError `INVALID_INPUT` for `callId`
 */
export function toCallId(input: unknown): string {
  const isNumber = typeof input === 'number' && Number.isSafeInteger(input);
  const text = typeof input === 'string' || isNumber ? String(input).trim() : undefined;
  const remedy =
    'Take it from an event of the call (msg.payload.callId behind webhook in), or from msg.payload.sessionId behind start call.';
  if (text === '') throw invalidInput('callId', 'is missing', remedy);
  const isId =
    text !== undefined &&
    text.length <= LONGEST_CALL_ID &&
    !/[\p{Cc}\p{Cs}]/u.test(text) &&
    !/^\.\.?$/.test(text);
  if (!isId) throw mustBe('callId', 'the id of a call', input, remedy);
  return text;
}

/**
 * @returns the URL of an announcement as it was written
 * @throws SipgateError `INVALID_INPUT` for `announcement`
 */
export function toUrl(input: unknown): string {
  const text = typeof input === 'string' ? input.trim() : '';
  if (isAbsoluteUrl(text)) return text;
  throw mustBe(
    'announcement',
    'an absolute URL',
    input,
    'Give that of a WAV file (mono, 16 bit, 8 kHz), such as https://example.org/hello.wav.',
  );
}

/**
 * @returns the keys in capitals; the official client sends `0` to `9`, `*`, `#`, `A` to `D` and no others
 * @throws SipgateError `INVALID_INPUT` for `sequence`
 */
export function toSequence(input: unknown): string {
  const isNumber = typeof input === 'number' && Number.isSafeInteger(input) && input >= 0;
  const text = typeof input === 'string' || isNumber ? String(input).trim().toUpperCase() : undefined;
  const remedy = 'Give the keys without blanks: 0 to 9, *, # and A to D.';
  if (text === '') throw invalidInput('sequence', 'is missing', remedy);
  if (text === undefined) throw mustBe('sequence', 'a text of telephone keys', input, remedy);
  if (text.length > MOST_TONES) {
    const problem = `must have at most ${MOST_TONES} keys, got ${text.length}`;
    throw invalidInput('sequence', problem, 'Send it in parts, with a delay node between them.');
  }
  if (/^[0-9A-D*#]+$/.test(text)) return text;
  if (/^[0-9A-D*#,PW]+$/.test(text)) {
    const problem = `must not hold a pause, got ${describe(input)}`;
    throw invalidInput('sequence', problem, 'Send the parts one by one, with a delay node between them.');
  }
  throw mustBe('sequence', 'telephone keys', input, remedy);
}

/**
 * @param country completes a national number
 * @returns E.164 with `+`, the digits of a short number, or an extension as it came
 * @throws SipgateError `INVALID_INPUT` for `number`
 */
export function toTarget(input: unknown, country: Country): string {
  const text = typeof input === 'string' ? input.trim() : '';
  return isExtension(text) ? text : toDialable(input, country, 'number');
}
