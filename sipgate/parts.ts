/** A part of what is known, written by one kind of event only: events that two instances get at once undo nothing. */
export interface Part<Value> {
  /** Grows with each change. Clocks of two machines differ, so no time tells which of two is newer. */
  readonly version: number;
  /** When it last changed, in ms since 1970: when to forget it. */
  readonly at: number;
  readonly value: Value;
}

/** What is known of one thing, by who writes it. A part is never changed, only replaced, so memory and store can share it. */
export type Parts<Name extends string> = { readonly [name in Name]?: Part<unknown> };

/** @returns the next version of a part */
export function nextPart<Value>(before: Part<Value> | undefined, value: Value, nowMs: number): Part<Value> {
  return { version: (before?.version ?? 0) + 1, at: nowMs, value };
}

/** @returns of each part the newer one */
export function mergeParts<Name extends string, Known extends Parts<Name>>(
  names: readonly Name[],
  stored: Known,
  remembered: Known,
): Known {
  const merged: { [name in Name]?: Part<unknown> } = {};
  for (const name of names) {
    const [one, other] = [stored[name], remembered[name]];
    const newer = one && other ? (other.version > one.version ? other : one) : (one ?? other);
    if (newer) merged[name] = newer;
  }
  return merged as Known;
}
