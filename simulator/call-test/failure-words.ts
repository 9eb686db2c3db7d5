import { describeEntry, describeOfTest } from '../locales/describe-entry';
import type { Values } from '../locales/sentence';
import type { NetworkEntry } from '../network/transcript';

/** What is told of a failure, in one language. */
export class FailureWords {
  readonly #language: string;

  constructor(language: string) {
    this.#language = language;
  }

  of(code: Parameters<typeof describeOfTest>[0], values: Values = {}): string {
    return describeOfTest(code, values, this.#language);
  }

  ofNetwork(entry: NetworkEntry | undefined): string {
    return entry ? describeEntry(entry, this.#language) : this.of('nothing');
  }
}
