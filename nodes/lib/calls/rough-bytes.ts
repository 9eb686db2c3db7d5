/** Of any value besides what it holds: a reference, or a number. */
const VALUE_BYTES = 8;
const CHARACTER_BYTES = 2;

/** @returns about what a value takes in memory; more than `most` as soon as it is more: a flow may put anything into it */
export function roughBytes(value: unknown, most: number): number {
  let bytes = 0;
  const rest: unknown[] = [value];
  while (rest.length > 0 && bytes <= most) {
    const next = rest.pop();
    bytes += VALUE_BYTES;
    if (typeof next === 'string') bytes += CHARACTER_BYTES * next.length;
    else if (ArrayBuffer.isView(next)) bytes += next.byteLength;
    else if (typeof next === 'object' && next !== null)
      for (const inner of Object.values(next)) rest.push(inner);
  }
  return bytes;
}
