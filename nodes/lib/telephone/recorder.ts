import { fromWire } from '../../../sipgate/index';
import type { ConversationEntry, GivenReply, TranscriptEntry } from '../../../simulator/index';
import { loadSimulator } from './simulator';

/** A step as it stands in the JSON of a call test. */
export type RecordedStep = Readonly<Record<string, unknown>>;

/** Writes down what the flow answered and what people did, as the steps of a call test. */
export class Recorder {
  readonly #steps: RecordedStep[] = [];
  readonly #ownSounds: string;

  /** @param url of the webhook; the sounds that it hosts have other URLs on another machine */
  constructor(url: string) {
    this.#ownSounds = `${url.split('?')[0]}/announcements/`;
  }

  get steps(): readonly RecordedStep[] {
    return this.#steps;
  }

  /** A person did something. */
  did(step: RecordedStep): void {
    this.#steps.push(step);
  }

  heard(entry: TranscriptEntry): void {
    if (entry.kind === 'answer' && entry.order) {
      const { announcement, ...reply } = readableReply(loadSimulator().replyOf(entry.order));
      const isOwn = announcement === undefined || String(announcement).startsWith(this.#ownSounds);
      this.did({ expect: isOwn ? reply : { ...reply, announcement } });
    }
    if (entry.kind !== 'network') return;
    if (entry.code === 'pressed') this.did({ press: entry.values['digits'] });
    if (entry.code === 'pressedNothing') this.did({ press: '' });
  }
}

/** A person may read the file, too. */
function readableReply({ numbers, callerId, ...reply }: GivenReply): GivenReply {
  return {
    ...reply,
    ...(Array.isArray(numbers) && { numbers: numbers.map((number) => fromWire(String(number))) }),
    ...(typeof callerId === 'string' && { callerId: fromWire(callerId) }),
  };
}

/** The same for a conversation with an AI flow: the first actions are those that the assistant begins with. */
export class ConversationRecorder {
  readonly #steps: RecordedStep[] = [];

  get steps(): readonly RecordedStep[] {
    return this.#steps;
  }

  heard(entry: ConversationEntry): void {
    if (entry.kind === 'answer')
      for (const expect of loadSimulator().actionsIn(entry.body)) this.#steps.push({ expect });
    if (entry.kind === 'said' && entry.by === 'caller') this.#steps.push({ say: entry.text });
    if (entry.kind !== 'note') return;
    if (entry.code === 'presses') this.#steps.push({ press: entry.values['digit'] });
    if (entry.code === 'silent') this.#steps.push({ say: '' });
    if (entry.code === 'callerHangsUp') this.#steps.push({ hangup: 'caller' });
  }
}
