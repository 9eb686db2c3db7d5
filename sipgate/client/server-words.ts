import { isRecord, parseJson } from '../json';

/** Characters of a server's own words that an error repeats. */
const MOST_WORDS = 300;
/** Longer ones say nothing that a user could read. */
const MOST_BODY_CHARACTERS = 64 * 1024;
/** A word of a sentence, or what was taken out of it; what lists, settings and keys are made of is none. */
const WORD = /^['"(]?[\p{L}\p{N}+*][\p{L}\p{N}'’+*/%.-]*['")]?[.,:;!?]?$/u;

/**
 * sipgate's own words in an error body: `{ errors: [{ title, detail }] }`, `{ name, message }` or a plain sentence (sipgate
 * API, error shapes), or the login server's `{ error, error_description }`. Anything else is not repeated: the URL may
 * lead to a server that is none of sipgate's, whose answers are nobody's business.
 * @param confidential what the words must not hold
 * @returns a line of at most 300 characters without control characters; empty where there are no such words
 */
export function wordsOf(body: string, confidential: readonly string[] = []): string {
  if (body.length > MOST_BODY_CHARACTERS) return '';
  const words = inOneLine(scrub(statements(body, confidential).join('; '), confidential));
  return words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS)}…` : words;
}

/** @returns whether the body is HTML or XML, as proxies and guest networks answer */
export function isWebPage(body: string): boolean {
  return body.slice(0, MOST_BODY_CHARACTERS).trimStart().startsWith('<');
}

function statements(body: string, confidential: readonly string[]): string[] {
  const parsed = parseJson(body);
  if (isRecord(parsed)) {
    const { errors } = parsed;
    return Array.isArray(errors) ? errors.flatMap((error) => statementsIn(error)) : statementsIn(parsed);
  }
  if (isWebPage(body)) return ['a web page'];
  const sentence = scrub(typeof parsed === 'string' ? parsed : body, confidential).trim();
  return isPlainSentence(sentence) ? [sentence] : [];
}

/** As in "This endpoint requires a sipgate Classic PBX Account". */
function isPlainSentence(text: string): boolean {
  const words = text.split(' ');
  return words.length > 1 && words.every((word) => WORD.test(word));
}

/** A name alone is none: many a server introduces itself with one. */
function statementsIn(error: unknown): string[] {
  if (typeof error === 'string') return [error];
  if (!isRecord(error)) return [];
  const { title, detail, name, message, error: kind, error_description: description } = error;
  const parts = [title, isText(message) ? name : undefined, kind, detail, message, description].filter(
    isText,
  );
  return parts.length > 0 ? [[...new Set(parts)].join(': ')] : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function inOneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * Takes out what must not be shown, also as JSON or a URL would write it. Under three characters nothing is
 * a secret, and all of a text would be lost.
 */
function scrub(text: string, confidential: readonly string[]): string {
  return confidential
    .filter((secret) => secret.length >= 3)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), inUrl(secret)])
    .reduce((result, secret) => result.replaceAll(secret, '***'), text);
}

function inUrl(text: string): string {
  // half a surrogate pair has no place in a URL
  return encodeURIComponent(Buffer.from(text).toString());
}
