import {
  inspectSound,
  invalidInput,
  isAbsoluteUrl,
  MOST_SOUND_BYTES,
  SipgateError,
} from '../../../sipgate/index';

/** Whether sipgate would play what is at a URL: `plays`, or a word for why not, which the dialog translates. */
export type UrlVerdict =
  | { readonly verdict: 'plays'; readonly duration: number }
  /** A sound of another format, of which a copy can be hosted. */
  | {
      readonly verdict: 'format';
      readonly rate: number;
      readonly channels: number;
      readonly bits: number;
      readonly encoding: string;
    }
  | { readonly verdict: 'foreign'; readonly format: string }
  | { readonly verdict: 'noSound'; readonly words: string }
  | { readonly verdict: 'contentType'; readonly contentType: string }
  | { readonly verdict: 'slow'; readonly ms: number };

/** What is at a URL. */
interface Fetched {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly ms: number;
}

/** A caller hears nothing meanwhile. */
const LONGEST_FETCH_MS = 2000;
const FETCH_TIMEOUT_MS = 10_000;
const LONGEST_CONTENT_TYPE = 100;

/** @throws SipgateError `INVALID_INPUT` for what is no URL, `NETWORK`, `TIMEOUT`, `SERVER` where it cannot be fetched */
export async function checkUrl(url: unknown, signal: AbortSignal): Promise<UrlVerdict> {
  const { bytes, contentType, ms } = await fetchSound(url, signal);
  const report = inspectSound(bytes);
  if (report.kind === 'none') return { verdict: 'noSound', words: report.words };
  if (report.kind === 'foreign') return { verdict: 'foreign', format: report.format };
  if (report.kind === 'wav') {
    const { rate, channels, bits, encoding } = report;
    return { verdict: 'format', rate, channels, bits, encoding };
  }
  if (!isSoundType(contentType)) return { verdict: 'contentType', contentType };
  return ms > LONGEST_FETCH_MS ? { verdict: 'slow', ms } : { verdict: 'plays', duration: report.duration };
}

/** What is not named counts as what it is. */
function isSoundType(contentType: string): boolean {
  const [type = ''] = contentType.toLowerCase().split(';', 1);
  return /^(?:audio\/(?:x-|vnd\.)?wave?|(?:application|binary)\/octet-stream|)$/.test(type.trim());
}

/** @throws SipgateError as `checkUrl` */
export async function fetchSound(url: unknown, signal: AbortSignal): Promise<Fetched> {
  const text = typeof url === 'string' ? url.trim() : '';
  if (!isAbsoluteUrl(text))
    throw invalidInput(
      'announcement',
      'must be an absolute URL',
      'Give that of a WAV file, such as https://example.org/hello.wav.',
    );
  const startedAt = performance.now();
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), FETCH_TIMEOUT_MS);
  const stop = () => ending.abort();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const response = await fetch(text, { signal: ending.signal });
    const bytes = response.ok ? await bodyOf(response) : Buffer.alloc(0);
    if (!response.ok)
      throw new SipgateError('SERVER', `The server answered with HTTP ${response.status}. Check the URL.`);
    const contentType = (response.headers.get('content-type') ?? '').slice(0, LONGEST_CONTENT_TYPE);
    return { bytes, contentType, ms: Math.round(performance.now() - startedAt) };
  } catch (error) {
    throw error instanceof SipgateError ? error : failureOf(error, ending.signal.aborted);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    ending.abort(); // what is not read is not wanted
  }
}

async function bodyOf(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); read?.value; read = await reader?.read()) {
    length += read.value.length;
    if (length > MOST_SOUND_BYTES)
      throw new SipgateError(
        'INVALID_INPUT',
        `The file has more than ${MOST_SOUND_BYTES / 1024 / 1024} MiB. Give a shorter one.`,
      );
    chunks.push(read.value);
  }
  return Buffer.concat(chunks);
}

function failureOf(error: unknown, isAborted: boolean): SipgateError {
  if (isAborted)
    return new SipgateError('TIMEOUT', `No answer in ${FETCH_TIMEOUT_MS / 1000} s. Check the URL.`);
  const { message, cause } = error as Error;
  const why = cause instanceof Error && cause.message !== '' ? cause.message : message;
  return new SipgateError('NETWORK', `The URL cannot be reached (${why}). Check it.`);
}
