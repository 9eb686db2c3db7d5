/** Of any value besides what it holds: a reference, or a number. */
const VALUE_BYTES = 8;
const CHARACTER_BYTES = 2;

/** @returns about what a value takes in memory; more than `most` as soon as it is more: a flow may put anything into it */
export function roughBytes(value: unknown, most: number): number {
  let bytes = 0;
  const rest: object[] = [];
  const add = (next: unknown) => {
    if (typeof next === 'object' && next !== null) rest.push(next);
    else bytes += typeof next === 'string' ? VALUE_BYTES + CHARACTER_BYTES * next.length : VALUE_BYTES;
  };
  add(value);
  for (let next = rest.pop(); next !== undefined && bytes <= most; next = rest.pop()) {
    bytes += VALUE_BYTES;
    if (ArrayBuffer.isView(next)) bytes += next.byteLength;
    // each event counts its session anew, and a list of what `next` holds would cost more than the count
    else if (Array.isArray(next)) for (let at = 0; at < next.length && bytes <= most; at += 1) add(next[at]);
    else for (const name in next) if (bytes <= most) add((next as Record<string, unknown>)[name]);
  }
  return bytes;
}
