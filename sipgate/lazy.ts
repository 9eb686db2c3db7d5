/**
 * Makes a value when it is first asked for: a heavy library is loaded by whoever needs it, not when Node-RED starts.
 * The drawback: a library that is missing is noticed only then.
 */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
