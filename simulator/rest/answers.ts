import type { RestAnswer } from './types';

/** An answer with JSON, as every GET gives it. */
export function json(value: unknown, status = 200): RestAnswer {
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/json;charset=utf-8' },
    body: JSON.stringify(value),
  };
}

/** How a list comes. */
export function items(list: readonly unknown[]): RestAnswer {
  return json({ items: list });
}

/** What a write answers: nothing. */
export function done(): RestAnswer {
  return { kind: 'answer', status: 204 };
}

/** A request that the platform does not carry out, with the answer that says so. */
export class Refusal extends Error {
  constructor(readonly answer: RestAnswer) {
    super('refused');
  }
}

// The platform words its refusals in four ways (fact sheet, 1.5). The simulator has all of them, so that
// a client which knows only one shows it.

/** No word at all: most 401, 403 and 404. */
export function refuse(status: number): Refusal {
  return new Refusal({ kind: 'answer', status });
}

/** A sentence as plain text. */
export function refuseInWords(status: number, sentence: string): Refusal {
  return new Refusal({
    kind: 'answer',
    status,
    headers: { 'content-type': 'text/plain;charset=utf-8' },
    body: sentence,
  });
}

/** `{name, message}` */
export function refuseByName(status: number, name: string, message: string): Refusal {
  return new Refusal(json({ name, message }, status));
}

/** `{errors: [{status, title, detail, source}]}` */
export function refuseWithErrors(status: number, detail: string, pointer: string): Refusal {
  const title = status === 400 ? 'Bad Request' : 'Error';
  return new Refusal(json({ errors: [{ status, title, detail, source: { pointer } }] }, status));
}
