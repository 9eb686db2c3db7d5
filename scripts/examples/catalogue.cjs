// The German words for the texts of the examples, and what is wrong with them.

/** What a text has to keep: what is filled in. */
const INSERTED = /\{\{.*?\}\}+|\$\{[^}]*\}/g;

class Catalogue {
  #code;
  #texts;
  /** Keys in the order in which the examples ask for them. */
  #asked = new Set();
  #missing = new Set();
  #misfits = new Set();

  /**
   * @param {{ code: readonly string[], texts: Readonly<Record<string, string>> }} content `code` are values that stay
   * as they are. A key of `texts` may begin with the number of the one example that it is meant for, `05: Answered`.
   * `NN` in a key stands for the example's number.
   */
  constructor({ code, texts }) {
    this.#code = new Set(code);
    this.#texts = texts;
  }

  /**
   * @param {string} text @param {string} number of the example, two digits
   * @returns {string} the text in German; as it is where there is none, which `problems` tells
   */
  say(text, number) {
    const [, before, words, after] = /^(\s*)(.*?)(\s*)$/s.exec(text);
    if (!/\p{L}/u.test(words.replace(INSERTED, '').replace(/\\./g, ''))) return text;
    if (this.#code.has(words)) {
      this.#asked.add(words);
      return text;
    }
    const general = words.replace(new RegExp(`\\b${number}\\b`), 'NN');
    const key =
      [`${number}: ${words}`, words, general].find((one) => Object.hasOwn(this.#texts, one)) ?? words;
    this.#asked.add(key);
    const translated = this.#texts[key];
    if (!translated) {
      this.#missing.add(words);
      return text;
    }
    if (!this.#fits(key, translated)) this.#misfits.add(key);
    return before + (key === general ? translated.replace('NN', number) : translated) + after;
  }

  /** Whether the same is filled in, and nodes are called what they are called in the German flow. */
  #fits(key, translated) {
    const names = [...key.matchAll(/\*+([^*]+)\*+/g)].map(([, name]) => this.#texts[name] ?? '');
    return insertedInto(key) === insertedInto(translated) && names.every((name) => translated.includes(name));
  }

  /** @returns {{ missing: string[], unused: string[], misfits: string[] }} once all texts were asked for */
  problems() {
    const known = [...this.#code, ...Object.keys(this.#texts)];
    return {
      missing: [...this.#missing],
      unused: known.filter((key) => !this.#asked.has(key)),
      misfits: [...this.#misfits],
    };
  }

  /** @returns {{ code: string[], texts: Record<string, string> }} the content in the order of the examples, with an empty place for each text that is missing; what is unused comes last */
  completed() {
    const { unused } = this.problems();
    const keys = [...this.#asked, ...unused];
    return {
      code: keys.filter((key) => this.#code.has(key)),
      texts: Object.fromEntries(
        keys.filter((key) => !this.#code.has(key)).map((key) => [key, this.#texts[key] ?? '']),
      ),
    };
  }
}

/** @param {string} text @returns {string} what is filled into it, in any order */
function insertedInto(text) {
  return (text.match(INSERTED) ?? []).sort().join(' ');
}

module.exports = { Catalogue };
