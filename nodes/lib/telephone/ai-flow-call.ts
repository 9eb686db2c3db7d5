import { randomUUID } from 'node:crypto';
import { toE164, type AiFlowNotice, type Country } from '../../../sipgate/index';
import type { Conversation, ConversationEntry, WireEvent } from '../../../simulator/index';
import { callContext, type CallContext } from './call-context';
import { CallPath } from './call-path';
import { Changes } from './changes';
import type { AfterDeploy, LastingAiFlow } from './lasting-line';
import { TelephoneProblem } from './problem';
import { ConversationRecorder } from './recorder';
import { loadSimulator } from './simulator';
import type { CallView, Leaving, Note, ViewEntry } from './view';

const MOST_ENTRIES = 500;
/** Of somebody who hides their number: as webhooks are told; how AI flows are is not known. */
export const HIDDEN = 'anonymous';

/** Somebody at the editor's telephone who talks to an AI flow: what they say is typed, what they hear is read. */
export class AiFlowCall {
  readonly id = randomUUID();
  readonly changes = new Changes();
  readonly path = new CallPath(() => this.changes.tell());
  readonly context: CallContext;
  readonly line: LastingAiFlow;
  readonly recorder = new ConversationRecorder();
  readonly #from: string;
  readonly #to: string;
  /** Each tells itself in a language. */
  readonly #entries: ((language: string) => ViewEntry)[] = [];
  readonly #startedAt = new Date();
  /** An event came when the flows did not run: it is told already. */
  #isInterrupted = false;
  readonly #conversation: Conversation;

  /**
   * Begins at once. Throws SipgateError `INVALID_INPUT` for what is no phone number.
   * @param pretend whether nodes that would send something only act as if
   */
  constructor(line: LastingAiFlow, { from, to }: { from: string; to: string }, pretend: boolean) {
    this.line = line;
    this.context = { pretend, path: this.path };
    this.#from = from === HIDDEN ? HIDDEN : numberOf(from, line, 'from');
    this.#to = numberOf(to, line, 'to');
    this.#conversation = loadSimulator().createConversation({
      from: this.#from,
      to: this.#to,
      sessionId: this.id,
      deliver: (event) => deliverTo(this.line, event, this.context),
      onEntry: (entry) => this.#heard(entry),
    });
    const stopHearing = line.onDeploy({
      onWithoutFlows: () => this.#interrupted(),
      onStarted: (after) => this.#deployed(after),
    });
    const stopNoticing = line.onNotice((notice) => this.#noticed(notice));
    void this.#conversation.ended.then(() => {
      stopHearing();
      stopNoticing();
      this.changes.tell();
    });
  }

  /** Resolves when the conversation is over; never rejects. */
  get ended(): Promise<void> {
    return this.#conversation.ended;
  }

  get isOver(): boolean {
    return this.#conversation.isOver;
  }

  /** As a caller does who lets the assistant finish. */
  say(sentence: string): void {
    void this.#conversation.say(sentence);
  }

  press(digits: string): void {
    try {
      this.#conversation.press(digits);
    } catch {
      throw new TelephoneProblem(
        'INVALID_INPUT',
        'aiFlowKeys',
        'sipgate tells an AI flow of the keys 0 to 9, * and # only.',
      );
    }
  }

  hangUp(): void {
    if (!this.isOver) this.#conversation.hangUp();
  }

  /** No editor looks at the call any more. */
  abandon(leaving: Leaving): void {
    if (this.isOver) return;
    this.#note(leaving);
    this.hangUp();
  }

  /** @param language of the transcript, as a browser names it */
  view(language: string): CallView {
    return {
      id: this.id,
      kind: 'aiFlow',
      webhook: this.line.id,
      from: this.#from,
      to: this.#to,
      startedAt: this.#startedAt.toISOString(),
      version: this.changes.version,
      display: this.isOver ? 'over' : 'talking',
      isOver: this.isOver,
      ringing: [],
      sound: 0,
      entries: this.#entries.map((entry) => entry(language)),
      path: this.path.visits,
    };
  }

  /** Why the flow has said nothing. */
  #noticed(notice: AiFlowNotice): void {
    if (!('event' in notice) || notice.event.sessionId !== this.id) return;
    if (notice.kind === 'failed') return this.#note({ note: 'failed' });
    if (notice.kind !== 'deadline') return;
    const seconds = notice.afterMs / 1000;
    const end = this.path.deadEnd(notice.event.event);
    if (!end) return this.#note({ note: 'aiFlowDeadline', seconds });
    this.#note({ note: 'aiFlowDeadEnd', seconds, nodeId: end.nodeId, node: end.name || end.type });
  }

  /** Told once for each deploy or stop. */
  #interrupted(): void {
    if (!this.#isInterrupted) this.#note({ note: 'interrupted' });
    this.#isInterrupted = true;
  }

  #deployed(after: AfterDeploy): void {
    this.#note({ note: after === 'removed' ? 'aiFlowRemoved' : after });
    this.#isInterrupted = false;
  }

  #note(note: Note): void {
    const atMs = Date.now() - this.#startedAt.getTime();
    this.#add(() => ({ kind: 'note', atMs, ...note }));
  }

  #heard(entry: ConversationEntry): void {
    this.recorder.heard(entry);
    this.#add((language) => shown(entry, language));
  }

  #add(entry: (language: string) => ViewEntry): void {
    if (this.#entries.length < MOST_ENTRIES) this.#entries.push(entry);
    this.changes.tell();
  }
}

/** Hands an event to an AI flow, in the context of its call. */
export async function deliverTo(
  line: LastingAiFlow,
  event: WireEvent,
  context: CallContext,
): Promise<{ status: number; contentType: string; body: string }> {
  const body = Buffer.from(JSON.stringify(event));
  const answer = await callContext.run(context, () => line.receive(body));
  return { ...answer, contentType: 'application/json' };
}

function numberOf(number: string, { country }: LastingAiFlow, field: string): string {
  try {
    return toE164(number, country as Country, field);
  } catch (error) {
    throw new TelephoneProblem('INVALID_INPUT', 'noNumber', (error as Error).message);
  }
}

function shown(entry: ConversationEntry, language: string): ViewEntry {
  const { atMs } = entry;
  switch (entry.kind) {
    case 'event': {
      const { type, session: _session, ...fields } = entry.event;
      return { kind: 'event', atMs, topic: type, fields };
    }
    case 'answer': {
      const { to: topic = '', tookMs = 0, body } = entry;
      return { kind: 'answer', atMs, topic, action: actionsOf(body), tookMs, xml: body };
    }
    case 'said':
      return { kind: 'said', atMs, by: entry.by, text: entry.text };
    case 'note':
      return {
        kind: 'network',
        atMs,
        text: loadSimulator().describeNote(entry.code, entry.values, language),
      };
    case 'problem':
    case 'warning':
      return { kind: 'network', atMs, text: loadSimulator().describeComplaint(entry, language) };
  }
}

/** @returns the actions that an answer holds, by their names in `msg.response`; empty for none */
function actionsOf(body: string): string {
  return loadSimulator()
    .actionsIn(body)
    .map(({ action }) => action)
    .join(', ');
}
