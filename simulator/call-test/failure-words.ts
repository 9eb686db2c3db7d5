import type { Complaint } from '../ai-flow/complaint';
import { describeEntry, describeOfTest, describeReason } from '../locales/describe-entry';
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

  ofComplaint(complaint: Complaint): string {
    return describeReason(complaint, this.#language);
  }

  ofNetwork(entry: NetworkEntry | undefined): string {
    return entry ? describeEntry(entry, this.#language) : this.of('nothing');
  }
}
