/** Events by their name on the wire, with the name that users of the Node-RED nodes know. */
export const TOPICS = { newCall: 'NEW_CALL', answer: 'ANSWER', hangup: 'HANGUP', dtmf: 'DATA' } as const;

/** Event names as they stand on the wire. */
export type EventName = keyof typeof TOPICS;

/** Form fields by wire name; `user[]` and the like hold a list. */
export type EventFields = Readonly<Record<string, string | readonly string[]>>;

/** One thing that is wrong with the next event, so that a test sees what the webhook makes of it. */
export type EventFault = { readonly event?: EventName } & (
  | { readonly kind: 'wrongSignature' | 'noSignature' | 'twoSignatures' }
  | { readonly kind: 'extraFields'; readonly fields: EventFields }
  /** Signed whole, sent without its last bytes (default: the second half is missing). */
  | { readonly kind: 'truncatedBody'; readonly bytes?: number }
  | { readonly kind: 'manyUsers'; readonly count: number }
  /** `user[]=` as in the documentation's samples, instead of `user%5B%5D=`. */
  | { readonly kind: 'rawBrackets' }
  /** `user[][0]=` as in some captured requests. */
  | { readonly kind: 'indexedBrackets' }
  /** The same bytes once more; the first answer counts. */
  | { readonly kind: 'duplicate' }
  /** Never sent: hang-ups do get lost. */
  | { readonly kind: 'lost' }
);

/** @returns the form-encoded body, brackets percent-encoded as sipgate does */
export function encodeFields(fields: EventFields): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of typeof value === 'string' ? [value] : value) form.append(name, one);
  }
  return form.toString();
}

/** @returns the fields of an event, with what a fault adds to them */
export function fieldsWithFault(fields: EventFields, fault: EventFault | undefined): EventFields {
  switch (fault?.kind) {
    case 'extraFields':
      return { ...fields, ...fault.fields };
    case 'manyUsers':
      return { ...fields, ...manyUsers(fault.count) };
    case 'indexedBrackets':
      return Object.fromEntries(Object.entries(fields).flatMap(withIndex));
    default:
      return fields;
  }
}

function manyUsers(count: number): EventFields {
  const each = (make: (index: number) => string) => Array.from({ length: count }, (_, index) => make(index));
  return {
    'user[]': each((index) => `User ${index + 1}`),
    'userId[]': each((index) => `w${index}`),
    'fullUserId[]': each((index) => `1234567w${index}`),
  };
}

function withIndex([name, value]: [string, string | readonly string[]]): [string, string][] {
  if (typeof value === 'string') return [[name, value]];
  return value.map((one, index) => [`${name}[${index}]`, one]);
}
