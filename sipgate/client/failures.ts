import { cancelled, notOnNeo, SipgateError, tooLarge, type SipgateErrorCode } from '../errors';
import { wordsOf } from './server-words';
import type { WireResult } from './wire/types';

/** What a request was for, in the words of its error messages. */
export interface Purpose {
  /** Completes "asked to …": `send the SMS`. */
  readonly what: string;
  /** Scopes of a token of which one is enough, the narrowest first. */
  readonly scopes?: readonly string[];
  /** For what sipgate's new platform, neo, does not have: what to use there, as a sentence. */
  readonly onNeo?: string;
  /** What a status means for this operation, where it is not the usual. */
  readonly meanings?: Readonly<Record<number, Meaning>>;
}

/** The meaning of a status for one operation. */
export interface Meaning {
  readonly code?: SipgateErrorCode;
  /** What is wrong and what to do, as whole sentences. */
  readonly hint: string;
}

/** A request that failed for good. */
export interface FailedRequest extends Purpose {
  readonly method: string;
  /** Without the values in it: `/history/{}`. */
  readonly template: string;
  readonly result: WireResult;
  readonly timeoutMs: number;
  readonly loginHint: string;
  readonly scopeHint: string;
  /** Texts that no message may hold: credentials, the text of an SMS. */
  readonly confidential: readonly string[];
  /** s; the pause that sipgate asked for, when it is too long to wait. */
  readonly askedPauseS?: number;
}

const UNSURE = 'It may have been carried out all the same: look before trying again.';

/** @returns the error that a user reads: what was asked for, what sipgate said, what to do */
export function requestError(failed: FailedRequest): SipgateError {
  return failed.result.kind === 'failure'
    ? fromFailure(failed, failed.result)
    : fromStatus(failed, failed.result);
}

type Failure = Extract<WireResult, { kind: 'failure' }>;
type Answer = Extract<WireResult, { kind: 'answer' }>;

function fromFailure(failed: FailedRequest, { reason, cause, wasSent }: Failure): SipgateError {
  const asked = `when asked to ${failed.what}`;
  const isUnsure = failed.method === 'POST' && wasSent;
  const next = isUnsure ? UNSURE : 'Try again later.';
  const network = (message: string) => new SipgateError('NETWORK', message, { cause });
  switch (reason) {
    case 'cancelled':
      return cancelled(
        `Cancelled by a deploy or a stop when sipgate was asked to ${failed.what}.${isUnsure ? ` ${UNSURE}` : ''}`,
      );
    case 'timeout':
      return new SipgateError('TIMEOUT', `No answer in ${failed.timeoutMs / 1000} s ${asked}. ${next}`, {
        cause,
      });
    case 'unreached':
      return network(
        `sipgate could not be reached ${asked} (${cause.message}). Nothing was carried out, as nothing was sent. Check the network, the proxy and the API URL.`,
      );
    case 'tls':
      return network(
        `The server's certificate is not trusted (${cause.message}), so nothing was sent. Check the API URL, the proxy and the clock of this machine.`,
      );
    case 'proxy':
      return new SipgateError(
        'NETWORK',
        'The proxy wants a login, so nothing was sent to sipgate. Enter user and password in the proxy node.',
        { cause, statusCode: 407 },
      );
    case 'tooLarge':
      return tooLarge(`The answer was too large ${asked}. Ask for less at once.`, cause);
    case 'broken':
      return network(`The connection broke ${asked} (${cause.message}). ${next}`);
  }
}

function fromStatus(failed: FailedRequest, answer: Answer): SipgateError {
  const meaning = failed.meanings?.[answer.status];
  const words = wordsOf(answer.text, failed.confidential);
  const usual = usualMeaning(failed, answer, words);
  const said = `HTTP ${answer.status}${words && `: ${words}`}`;
  const hint = meaning?.hint ?? usual.hint;
  const summary = `${failed.method} ${failed.template}: HTTP ${answer.status}`;
  const cause = answer.status === 403 && isAboutNeo(words) ? notOnNeo(summary) : new Error(summary);
  return new SipgateError(meaning?.code ?? usual.code, `sipgate did not ${failed.what} (${said}). ${hint}`, {
    cause,
    statusCode: answer.status,
    ...(failed.askedPauseS === undefined ? {} : { retryAfterS: failed.askedPauseS }),
  });
}

interface Usual {
  readonly code: SipgateErrorCode;
  readonly hint: string;
}

function usualMeaning(failed: FailedRequest, { status }: Answer, words: string): Usual {
  if (failed.askedPauseS !== undefined || status === 429) return rateLimited(failed.askedPauseS);
  if (status === 401) return { code: 'UNAUTHORIZED', hint: failed.loginHint };
  if (status === 402) return { code: 'INSUFFICIENT_FUNDS', hint: 'Top up the credit at app.sipgate.com.' };
  if (status === 403) return { code: 'FORBIDDEN', hint: forbiddenHint(failed, words) };
  if (status === 404)
    return { code: 'NOT_FOUND', hint: 'Check the id; it may be gone or belong to another account.' };
  if (status === 407)
    return { code: 'NETWORK', hint: 'The proxy wants a login: enter user and password in the proxy node.' };
  if (status === 408)
    return { code: 'TIMEOUT', hint: failed.method === 'POST' ? UNSURE : 'Try again later.' };
  if (status >= 400 && status < 500)
    return { code: 'INVALID_INPUT', hint: 'Check the values that were given.' };
  if (status >= 300 && status < 400) {
    return {
      code: 'SERVER',
      hint: 'The server points elsewhere, which is not followed: check the API URL of the account.',
    };
  }
  if (status === 500)
    return { code: 'SERVER', hint: 'sipgate says this to bad values, too: check them, or try again later.' };
  return { code: 'SERVER', hint: failed.method === 'POST' ? UNSURE : 'Try again later.' };
}

function rateLimited(askedPauseS: number | undefined): Usual {
  const when = askedPauseS === undefined ? 'in some minutes' : `in ${askedPauseS} s`;
  return { code: 'RATE_LIMITED', hint: `Too many requests: try again ${when}, and send fewer at once.` };
}

/** 403 is overloaded: a scope, a feature, an owner, the kind of account (sipgate API, status table). */
function forbiddenHint({ scopes = [], scopeHint, onNeo = '' }: FailedRequest, words: string): string {
  if (isAboutNeo(words))
    return `The account is on sipgate's new platform (neo), which does not have this. ${onNeo}`.trim();
  const [narrow, ...parents] = scopes;
  if (narrow === undefined) return 'The login may lack a scope or a right, or the feature is not booked.';
  const parent = parents.length ? `, or its parent ${parents.join(' or ')}` : '';
  return (
    `The token lacks the scope ${narrow}${parent}; ${scopeHint}. ` +
    'If it has the scope: the feature is not booked, or what was named belongs to someone else.'
  );
}

/**
 * A third party has seen "This endpoint requires a sipgate Classic PBX Account". sipgate does not document what it says,
 * so any words about one of the two platforms count.
 */
function isAboutNeo(words: string): boolean {
  return /\b(?:classic|neo)\b/i.test(words);
}
