import { randomUUID } from 'node:crypto';
import { fromWire, type EndpointNotice } from '../../../sipgate/index';
import type {
  AnswerEntry,
  CallScript,
  LocalNetwork,
  NetworkEntry,
  SimulatedCall,
  TranscriptEntry,
} from '../../../simulator/index';
import { CallPath } from './call-path';
import { displayOf, noteOf } from './call-view';
import type { AfterDeploy, LastingLine } from './lasting-line';
import type { CallView, Display, Leaving, Note, ViewEntry } from './view';
import { soundName, withoutPlaces } from './plain-places';
import { Recorder } from './recorder';
import { loadSimulator } from './simulator';
import { Changes } from './changes';

const MOST_ENTRIES = 500;

/** A call of the editor's telephone, from the first ring to what is left of it. */
export class PhoneCall {
  readonly id = randomUUID();
  readonly changes = new Changes();
  readonly path = new CallPath(() => this.changes.tell());
  readonly recorder: Recorder;
  readonly line: LastingLine;
  readonly #entries: { readonly entry: TranscriptEntry | ViewEntry }[] = [];
  readonly #startedAt = new Date();
  readonly #callIds = new Set<string>();
  #call: SimulatedCall | undefined;
  #display: Display = 'connecting';
  #sound = 0;
  #network: LocalNetwork | undefined;
  /** An event came when the flows did not run, or was open when they stopped: it is told already. */
  #isInterrupted = false;

  constructor(line: LastingLine) {
    this.line = line;
    this.recorder = new Recorder(line.url());
  }

  /** Places the call. @returns the call of the network; throws TypeError when the script makes no sense */
  place(network: LocalNetwork, script: CallScript): SimulatedCall {
    this.#network = network;
    network.onEntry((entry) => this.#heard(entry));
    const stopHearing = this.line.onDeploy({
      onWithoutFlows: () => this.#interrupted(),
      onStarted: (after) => this.#deployed(after),
    });
    const call = network.call(script);
    this.#call = call;
    void call.ended.then(() => {
      stopHearing();
      this.changes.tell();
    });
    return call;
  }

  /**
   * Something happened at the webhook, in this call or in another one.
   * @param flowsRun no while a deploy or a stop is under way
   */
  noticed(notice: EndpointNotice, flowsRun: boolean): void {
    if (!('event' in notice) || !this.#callIds.has(notice.event.callId ?? '')) return;
    const note = noteOf(notice, this.path, flowsRun);
    if (note?.note === 'interrupted') this.#interrupted();
    else if (note) this.#note(note);
  }

  /** Told once for each deploy or stop, whatever comes while the flows do not run. */
  #interrupted(): void {
    if (!this.#isInterrupted) this.#note({ note: 'interrupted' });
    this.#isInterrupted = true;
  }

  /** Resolves when the call is over; never rejects. */
  get ended(): Promise<unknown> {
    return this.#call?.ended ?? Promise.resolve();
  }

  get isOver(): boolean {
    return this.#call !== undefined && this.#call.outcome.kind !== 'running';
  }

  press(digits: string): void {
    this.#call?.press(digits);
  }

  hangUp(): void {
    if (this.isOver) return;
    this.recorder.did({ hangup: 'caller' });
    this.#call?.hangUp();
  }

  /** No editor looks at the call any more. */
  abandon(leaving: Leaving): void {
    if (this.isOver) return;
    this.#note(leaving);
    this.hangUp();
  }

  /** @returns whether a telephone rings with that name (empty: the first one) */
  decide(telephone: string, decision: 'answer' | 'busy' | 'decline'): boolean {
    const name = telephone || this.#call?.ringing()[0];
    const decided = { answer: 'answers', busy: 'busy', decline: 'noAnswer' } as const;
    if (name === undefined || !this.#call?.decide(name, decided[decision])) return false;
    // in the file of a test stands what rings everywhere: the account's person has no such name on a command line
    const isOwn = this.#call.script.user?.some((user) => user.name === name) ?? false;
    this.recorder.did({ [decision]: isOwn ? fromWire(this.#call.script.to) : name });
    return true;
  }

  /** @returns an announcement that the caller hears (WAV), by its number */
  sound(number: number): Buffer | undefined {
    return this.#network?.sound(number);
  }

  /** @param language of the transcript, as a browser names it */
  view(language: string): CallView {
    const { script } = this.#call ?? {};
    return {
      id: this.id,
      kind: 'telephone',
      webhook: this.line.id,
      from: fromWire(script?.from ?? ''),
      to: fromWire(script?.to ?? ''),
      startedAt: this.#startedAt.toISOString(),
      version: this.changes.version,
      display: this.isOver ? 'over' : this.#display,
      isOver: this.isOver,
      ringing: this.#call?.ringing() ?? [],
      sound: this.#sound,
      entries: this.#entries.map(({ entry }) =>
        'call' in entry ? shown(entry, this.line, language) : entry,
      ),
      path: this.path.visits,
    };
  }

  #heard(entry: TranscriptEntry): void {
    if (entry.kind === 'event') this.#callIds.add(entry.callId);
    if (entry.kind === 'network') this.#networkDid(entry);
    this.recorder.heard(entry);
    this.#add(entry);
  }

  #networkDid({ code, values }: NetworkEntry): void {
    this.#display = displayOf(code) ?? this.#display;
    if (code === 'plays') this.#sound = Number(values['sound']);
    else if (['stopsPlaying', 'heardPart', 'pressed', 'rings', 'ended', 'mailbox'].includes(code))
      this.#sound = 0;
  }

  #deployed(after: AfterDeploy): void {
    if (after === 'removed' || !this.#isInterrupted) this.#note({ note: after });
    this.#isInterrupted = false;
  }

  #note(note: Note): void {
    this.#add({ kind: 'note', atMs: Date.now() - this.#startedAt.getTime(), ...note });
  }

  #add(entry: TranscriptEntry | ViewEntry): void {
    if (this.#entries.length < MOST_ENTRIES) this.#entries.push({ entry });
    this.changes.tell();
  }
}

function shown(entry: TranscriptEntry, line: LastingLine, language: string): ViewEntry {
  const { atMs } = entry;
  if (entry.kind === 'event')
    return { kind: 'event', atMs, topic: loadSimulator().TOPICS[entry.event], fields: entry.fields };
  if (entry.kind === 'answer') return shownAnswer(entry, line);
  return {
    kind: 'network',
    atMs,
    text: loadSimulator().describeEntry(withSoundName(entry, line, language), language),
  };
}

function withSoundName(entry: NetworkEntry, line: LastingLine, language: string): NetworkEntry {
  const { url } = entry.values;
  if (typeof url !== 'string') return entry;
  return { ...entry, values: { ...entry.values, url: soundName(line, url, language) } };
}

function shownAnswer(entry: AnswerEntry, line: LastingLine): ViewEntry {
  const { atMs, event, tookMs, xml, xmlError, order } = entry;
  const { replyOf, TOPICS } = loadSimulator();
  return {
    kind: 'answer',
    atMs,
    topic: TOPICS[event],
    action: order ? replyOf(order).action : '',
    tookMs,
    xml: withoutPlaces(xml, line),
    ...(xmlError === undefined ? {} : { refused: withoutPlaces(xmlError, line) }),
  };
}
