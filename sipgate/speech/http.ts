import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AxiosStatic } from 'axios';
import { createEnding, type EndingReason } from '../ending';
import { cancelled, SipgateError, type SipgateErrorCode } from '../errors';
import { isRecord, parseJson } from '../json';
import { lazy } from '../lazy';
import { printable } from '../printable';
import { MOST_SPEECH_BYTES, type SpeechEngine, type Voice } from './engine';
import { rubbish, tooSlow, unreachable } from './failures';

type HttpVoice = Voice & { readonly engine: Extract<SpeechEngine, { kind: 'http' }> };

const WHO = 'The speech server';
/** A connection for each text: on one that was kept, a request can meet the server's hanging up, and is not sent again. */
const agents = lazy(() => ({
  httpAgent: new HttpAgent({ keepAlive: false }),
  httpsAgent: new HttpsAgent({ keepAlive: false }),
}));
/** Bytes of an error's body that are read, and characters of its words that an error repeats. */
const MOST_ERROR_BYTES = 64 * 1024;
const MOST_WORDS = 300;

// eslint-disable-next-line @typescript-eslint/no-require-imports
const axios = lazy(() => require('axios') as AxiosStatic);

/**
 * Has a server say a text as OpenAI's `/v1/audio/speech` takes it.
 * @returns what it sent, which may be anything
 * @throws SipgateError by its status as the REST API, `NETWORK` where it cannot be reached, `TIMEOUT`
 */
export async function speakByHttp(voice: HttpVoice, text: string, signal?: AbortSignal): Promise<Buffer> {
  const { engine, name, speed, timeoutMs } = voice;
  let reason: EndingReason | undefined;
  const ending = createEnding(timeoutMs, signal, (why) => (reason = why));
  try {
    const { status, data } = await axios().post<Buffer>(
      engine.url,
      { model: engine.model, voice: name, input: text, speed, response_format: 'wav' },
      {
        headers: engine.apiKey === '' ? {} : { Authorization: `Bearer ${engine.apiKey}` },
        ...agents(),
        responseType: 'arraybuffer',
        signal: ending.signal,
        validateStatus: null,
        maxRedirects: 0, // it would carry the key elsewhere
        maxContentLength: MOST_SPEECH_BYTES,
      },
    );
    if (status !== 200) throw statusError(status, data, engine.apiKey);
    if (data.length === 0) throw rubbish(WHO, 'said nothing');
    return data;
  } catch (error) {
    if (error instanceof SipgateError) throw error;
    if (reason === 'timeout') throw tooSlow(WHO, timeoutMs);
    if (reason === 'cancelled') throw cancelled();
    throw connectionError(error);
  } finally {
    ending.dispose();
  }
}

/** axios' own error holds the request with its key: only its words and code go on. */
function connectionError(error: unknown): SipgateError {
  const { message = '', code = '' } = error as { message?: string; code?: string };
  if (message.includes('maxContentLength'))
    return rubbish(WHO, `sent more than ${MOST_SPEECH_BYTES / 1024 / 1024} MiB`);
  return unreachable(WHO, Object.assign(new Error(printable(message)), { code }));
}

/** What a status means, and what to do about it. */
interface Meaning {
  readonly code: SipgateErrorCode;
  readonly hint: string;
}

const MEANINGS: Readonly<Record<number, Meaning>> = {
  401: { code: 'UNAUTHORIZED', hint: "Check the key in the voice's node." },
  402: { code: 'INSUFFICIENT_FUNDS', hint: 'Top up the credit there.' },
  403: { code: 'FORBIDDEN', hint: 'The key may not use this model or voice.' },
  404: { code: 'NOT_FOUND', hint: 'Check the URL, the model and the voice.' },
  408: { code: 'TIMEOUT', hint: 'Try again later.' },
  429: { code: 'RATE_LIMITED', hint: 'Try again in some minutes, and ask for less at once.' },
};

function statusError(status: number, body: Buffer, apiKey: string): SipgateError {
  const { code, hint } = MEANINGS[status] ?? usualMeaning(status);
  const words = wordsIn(body, apiKey);
  return new SipgateError(code, `${WHO} refused (HTTP ${status}${words && `: ${words}`}). ${hint}`, {
    statusCode: status,
  });
}

function usualMeaning(status: number): Meaning {
  if (status >= 400 && status < 500)
    return { code: 'INVALID_INPUT', hint: 'Check the model, the voice and the text.' };
  if (status >= 300 && status < 400)
    return { code: 'SERVER', hint: 'It points elsewhere: give the URL of the endpoint itself.' };
  return { code: 'SERVER', hint: 'Try again later.' };
}

/** `{ error: { message } }`, as OpenAI and those who follow it say what is wrong. */
function wordsIn(body: Buffer, apiKey: string): string {
  if (body.length > MOST_ERROR_BYTES) return '';
  const parsed = parseJson(body.toString());
  const error = isRecord(parsed) ? (parsed['error'] ?? parsed['detail'] ?? parsed['message']) : undefined;
  const words = isRecord(error) ? error['message'] : error;
  if (typeof words !== 'string') return '';
  const shown = apiKey === '' ? words : words.replaceAll(apiKey, '***');
  return printable(shown).slice(0, MOST_WORDS);
}
