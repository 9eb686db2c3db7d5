/** What vcard-parser 1.0.0 does, read from its source: it ships no types. */
declare module 'vcard-parser' {
  interface VCardProperty {
    /** A list when the text holds an unescaped `;` (or else an unescaped `,`). */
    value: string | string[];
    /** Parameters by lower-case name; `undefined` stands for one without `=`. */
    meta?: Record<string, (string | undefined)[]>;
    /** The group, `item1` of `item1.TEL`. */
    namespace?: string;
  }
  /** Properties by lower-case name; those that begin with `X-` keep their spelling. */
  export function parse(text: string): Record<string, VCardProperty[]>;
}
