import { createHash } from 'node:crypto';

/** The keys under which things that are kept in parts stand in a context store. */
export interface PartKeys<Name extends string> {
  /** @returns the key of a thing, which is that of its first part */
  base(id: string): string;
  /** @returns the key of a part */
  of(base: string, name: Name): string;
  /** @returns the keys of all parts of a thing, in the order of their names */
  all(id: string): string[];
  /** @returns the key of the thing that the key of one of its parts belongs to */
  baseIn(key: string): string;
}

/**
 * @param prefix all keys begin with it
 * @param names of the parts; the first stands under the bare key, the others have theirs behind it
 */
export function partKeys<Name extends string>(prefix: string, names: readonly Name[]): PartKeys<Name> {
  // context keys are property expressions: what is not a plain word is replaced by its hash
  const base = (id: string) => prefix + (/^[A-Za-z0-9]{1,128}$/.test(id) ? id : hashOf(id));
  const of = (key: string, name: Name) => (name === names[0] ? key : `${key}_${name}`);
  return {
    base,
    of,
    all: (id) => names.map((name) => of(base(id), name)),
    baseIn(key) {
      const name = names.find((candidate) => key.endsWith(`_${candidate}`));
      return name ? key.slice(0, -name.length - 1) : key;
    },
  };
}

/** Characters; those of sipgate have 36 at most. */
const LONGEST_ID = 128;

/** @returns an id under which something may be kept: a stranger's may be as long as a whole request */
export function shortId(id = ''): string {
  return id.length > LONGEST_ID ? hashOf(id) : id;
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
