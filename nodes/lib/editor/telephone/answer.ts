/** What a route answered: a value, or why not, in words for the user. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string; readonly problem: string | undefined };
