import type { Request, Response } from 'express';
import { isCancelled, isRecord, SipgateError } from '../../../sipgate/index';
import { toError } from '../errors';
import type { Saved } from '../node-config';

/** ms; who sits before a dialog waits no longer. */
const LONGEST_ANSWER_MS = 20_000;

/** @returns what the dialog sent */
export function fieldsOf({ body }: Request): Saved {
  return isRecord(body) ? body : {};
}

/**
 * Answers a dialog with what was made for it, with `{ code, message }` where that failed, or with `{ reason }`. Never rejects.
 * @param make its signal aborts when it takes too long, or the dialog is gone
 */
export async function answerDialog(
  response: Response,
  make: (signal: AbortSignal) => Promise<object | string>,
): Promise<void> {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), LONGEST_ANSWER_MS);
  response.on('close', () => ending.abort());
  try {
    const made = await make(ending.signal);
    if (typeof made === 'string') response.status(403).json({ reason: made });
    else response.json(made);
  } catch (thrown) {
    if (!response.headersSent) refuse(response, toError(thrown));
  } finally {
    clearTimeout(timer);
  }
}

function refuse(response: Response, error: Error): void {
  if (isCancelled(error)) {
    const message = `Not done in ${LONGEST_ANSWER_MS / 1000} s. Try a shorter text, or another voice.`;
    response.status(504).json({ code: 'TIMEOUT', message });
    return;
  }
  const code = error instanceof SipgateError ? error.code : 'SERVER';
  // never 401: the editor would take it for the end of its own login
  response.status(code === 'INVALID_INPUT' ? 400 : 502).json({ code, message: error.message });
}
