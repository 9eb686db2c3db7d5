import vectors from '../../fixtures/ai-flow-vectors.json';

/** Four samples of silence: WAV, PCM, 16 kHz, 16 bit, mono. */
export const SILENCE = Buffer.from(
  'UklGRiwAAABXQVZFZm10IBAAAAABAAEAgD4AAAB9AAACABAAZGF0YQgAAAAAAAAAAAAAAA==',
  'base64',
);

/** An event as sipgate sends it. */
export interface WireEvent {
  type: string;
  session: { id: string } & Record<string, unknown>;
  [field: string]: unknown;
}

/** An event, what a flow gives for it (as `msg.response`), and what has to go out: `null` for nothing. */
export interface Vector {
  readonly event: WireEvent;
  readonly response: unknown;
  readonly answer: unknown;
}

export const VECTORS: readonly Vector[] = vectors.map(({ event, answer, response }) => ({
  event: event as unknown as WireEvent,
  answer,
  response: withSound(response),
}));

export const SESSION = VECTORS[0]?.event.session as WireEvent['session'];

function withSound(value: unknown): unknown {
  if (value === 'W') return SILENCE;
  if (Array.isArray(value)) return value.map(withSound);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withSound(inner)]));
}

/** @returns an event of a session of its own, or of the given one */
export function wireEvent(type: string, fields: object = {}, session: object = {}): WireEvent {
  return { type, ...fields, session: { ...SESSION, ...session } };
}
