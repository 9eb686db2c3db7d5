import { Assistant } from './assistant';
import { Caller } from './caller';
import { carryOut, type Hearing } from './carry-out';
import { Changes } from './changes';
import { readAnswer, readFrame, type ReadAnswer } from './check/answer';
import { systemClock, type Clock } from './clock';
import { complaintOf } from './complaint';
import type { Conversation, ConversationOptions } from './conversation';
import type { ConversationEntry } from './entries';
import { EventQueue } from './event-queue';
import { Expectation } from './expectation';
import { keysOf } from './input';
import { ConversationLog } from './log';
import type { Utterance } from './speech';
import type { Switch } from './switches';
import { wireSession, type FlowAnswer, type Parties, type WireEvent } from './wire';

const DEFAULT_INTERRUPTION = 'Stop';

/** What a flow sends before its word: each action comes in a frame of its own. */
const PREPARATIONS = new Set(['barge_in', 'configure_transcription', 'mix_audio']);

function isPreparation({ actions: [action] }: ReadAnswer): boolean {
  return action !== undefined && PREPARATIONS.has(action.type);
}

/** sipgate's side of a conversation (ai-flow API: "Order"). */
export class SimulatedConversation implements Conversation {
  readonly number: number;
  readonly sessionId: string;
  readonly ended: Promise<void>;
  readonly #options: ConversationOptions;
  readonly #parties: Parties;
  readonly #clock: Clock;
  readonly #log: ConversationLog;
  readonly #events: EventQueue;
  readonly #assistant: Assistant;
  readonly #caller: Caller;
  readonly #expected: Expectation;
  readonly #changes = new Changes();
  /** Ends the wait for the caller's voice, or for somebody who takes a transfer. */
  #callOffWait: () => void = () => undefined;
  #isOver = false;
  /** sipgate no longer listens to the caller. */
  #isDeaf = false;
  /** The call is being transferred: nobody hears the assistant. */
  #isAway = false;

  constructor(options: ConversationOptions, parties: Parties) {
    const { number = 1, clock = systemClock(), deliver, onEntry, overWebSocket = false } = options;
    this.#options = options;
    this.#parties = parties;
    this.number = number;
    this.sessionId = parties.sessionId;
    this.#clock = clock;
    const log = (this.#log = new ConversationLog(number, clock, onEntry));
    this.#events = new EventQueue({
      deliver,
      clock,
      log,
      isOverlapping: this.#has('overlapping'),
      onAnswer: (to, answer) => this.#answered(to, answer),
      onSettled: () => this.#changes.tell(),
    });
    this.#assistant = new Assistant(clock, {
      onBegin: (utterance) => this.#assistantBegins(utterance),
      onSpoken: (utterance) => this.#assistantHasSpoken(utterance),
    });
    this.#caller = new Caller(clock, this.#assistant, {
      onBegin: (text, durationMs) => this.#callerBegins(text, durationMs),
      onDetected: () => overWebSocket && this.#send('user_speech_started'),
      onInterrupted: () => this.#fallSilent('interrupts'),
      onSpoken: (text, bargedIn, wasTalkedOver) => this.#callerHasSpoken(text, bargedIn, wasTalkedOver),
    });
    this.#expected = new Expectation(options.patienceClock ?? clock, () => this.#changes.tell());
    this.#begin();
    this.ended = this.#untilOver();
  }

  get entries(): readonly ConversationEntry[] {
    return this.#log.entries;
  }

  get problems(): readonly string[] {
    return this.#log.problems;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  async say(sentence: string): Promise<void> {
    await this.quiet();
    if (this.#isOver) return;
    this.#caller.speak(sentence);
    await this.quiet();
  }

  interrupt(sentence: string = DEFAULT_INTERRUPTION): void {
    if (!this.#isOver && !this.#isAway) this.#caller.speak(sentence);
  }

  press(digits: string): void {
    for (const digit of keysOf(digits)) {
      if (this.#isOver || this.#isAway) return;
      this.#log.note('presses', { digit });
      if (!this.#has('keyKeepsTimeout')) this.#callOffWait();
      this.#send('dtmf_received', { digit });
    }
  }

  hangUp(): void {
    if (this.#isOver) return;
    this.#log.note('callerHangsUp');
    this.#end(true);
  }

  receive(json: string): void {
    this.#log.add({ kind: 'answer', body: json });
    if (this.#isOver) return this.#log.complain(complaintOf('problem', 'afterEnd'));
    const read = readFrame(json, this.sessionId);
    if (!isPreparation(read)) this.#expected.fulfil();
    this.#take(read);
  }

  lose(why: string): void {
    if (this.#isOver) return;
    this.#log.note('lost', { why });
    this.#log.complain(complaintOf('problem', 'lost', { why }));
    this.#end(false);
  }

  quiet(): Promise<void> {
    return this.#changes.until(() => this.#isOver || this.#isQuiet());
  }

  speaking(): Promise<void> {
    const isSpeaking = () => this.#assistant.speech !== undefined;
    return this.#changes.until(() => this.#isOver || isSpeaking() || this.#isQuiet());
  }

  settled(): Promise<void> {
    return this.#changes.until(() => this.#events.isIdle);
  }

  answered(): Promise<void> {
    const isExpected = () => this.#expected.isOpen && this.problems.length === 0;
    return this.#changes.until(() => this.#events.isIdle && !isExpected());
  }

  #begin(): void {
    const { from, to } = this.#parties;
    this.#log.note('begins', { from, to });
    this.#send('session_start');
    if (this.#has('unknownEvent')) this.#send('invented_by_the_simulator', { something: 1 });
  }

  async #untilOver(): Promise<void> {
    await this.#changes.until(() => this.#isOver && this.#events.isIdle);
    this.#log.note('ended', { ms: this.#log.nowMs() });
  }

  #isQuiet(): boolean {
    const isSpoken = this.#assistant.speech !== undefined || this.#caller.isSpeaking;
    return !isSpoken && this.#events.isIdle && !this.#expected.isOpen && !this.#isAway;
  }

  #send(type: string, fields: Record<string, unknown> = {}, expectsWord = true): void {
    if (this.#options.overWebSocket === true && expectsWord) this.#expected.open(type);
    this.#events.send(this.#event(type, fields));
  }

  #event(type: string, fields: Record<string, unknown> = {}): WireEvent {
    const session = wireSession(this.#parties, this.#has('bareSession'), this.#has('plus'));
    return { type, ...fields, session };
  }

  #answered(to: string, answer: FlowAnswer): void {
    const read = readAnswer(answer, this.sessionId);
    if (this.#isOver && read.actions.length > 0)
      this.#log.complain(complaintOf('problem', 'endAnswered', { event: to }));
    else this.#take(read);
  }

  #take({ actions, complaints, stopsListening }: ReadAnswer): void {
    for (const complaint of complaints) this.#log.complain(complaint);
    if (stopsListening) this.#isDeaf = true;
    const speaks = actions.some(({ type }) => type === 'speak' || type === 'audio');
    if (speaks && this.#has('laterReplaces')) this.#assistant.stop();
    for (const action of actions) if (!this.#isOver && !this.#isAway) carryOut(action, this.#hearing());
    this.#changes.tell();
  }

  #hearing(): Hearing {
    return {
      note: (code, values) => this.#log.note(code, values),
      say: (utterance) => this.#assistant.say(utterance),
      endOfTurn: (ms) => (this.#caller.silenceMs = ms),
      fallSilent: () => this.#fallSilent('stopped'),
      hangUp: () => {
        this.#log.note('hangsUp');
        this.#end(true);
      },
      transfer: (number, timeoutS) => this.#transfer(number, timeoutS),
      smsSent: () => {
        if (!this.#has('smsFails')) return;
        this.#log.note('smsFails');
        this.#send('sms_failed');
      },
    };
  }

  #transfer(number: string, timeoutS: number | undefined): void {
    this.#isAway = true;
    this.#assistant.stop();
    this.#caller.stop();
    this.#callOffWait();
    if (this.#options.takesTransfers !== false) {
      this.#log.note('transferTaken', { number });
      this.#end(this.#has('endAfterTransfer'));
    } else if (timeoutS === undefined) {
      this.#log.note('transferFailed');
      this.#end(true);
    } else {
      this.#callOffWait = this.#clock.after(timeoutS * 1000, () => {
        this.#isAway = false;
        this.#log.note('returns');
        this.#send('session_start');
      });
    }
  }

  #assistantBegins({ text, action, durationMs, language }: Utterance): void {
    this.#callOffWait();
    if (action.type === 'audio')
      return this.#log.note('plays', { ms: durationMs, audio: String(action['audio']) });
    const spoken = language === undefined ? {} : { language };
    this.#log.add({ kind: 'said', by: 'assistant', text, durationMs, ...spoken });
    if (this.#has('noAssistantSpeak')) return;
    const words = typeof action['ssml'] === 'string' ? { ssml: action['ssml'] } : { text };
    this.#send('assistant_speak', { ...words, duration_ms: durationMs, speech_started_at: Date.now() });
  }

  #assistantHasSpoken({ action }: Utterance): void {
    const seconds = action['user_input_timeout_seconds'];
    const isCallersTurn = typeof seconds === 'number';
    this.#log.note('speechEnds');
    this.#send('assistant_speech_ended', {}, !isCallersTurn);
    if (!isCallersTurn) return;
    this.#callOffWait = this.#clock.after(seconds * 1000, () => {
      this.#log.note('silent', { ms: seconds * 1000 });
      this.#send('user_input_timeout');
    });
  }

  #fallSilent(why: 'interrupts' | 'stopped'): void {
    if (this.#assistant.stop() === undefined) return;
    this.#log.note(why);
    if (this.#has('endedAfterInterruption')) this.#send('assistant_speech_ended');
  }

  #callerBegins(text: string, durationMs: number): void {
    this.#callOffWait();
    this.#log.add({ kind: 'said', by: 'caller', text, durationMs });
  }

  #callerHasSpoken(text: string, bargedIn: boolean, wasTalkedOver: boolean): void {
    if (wasTalkedOver) this.#log.note('cannotInterrupt');
    if (this.#isDeaf) this.#log.note('deaf', { text });
    else if (wasTalkedOver && this.#has('talkOverLost')) this.#log.note('talkedOver');
    else if (!this.#has('legacy')) this.#send('user_speak', { text, barged_in: bargedIn });
    else if (bargedIn) this.#send('user_barge_in', { text });
    else this.#send('user_speak', { transcript: text });
    this.#changes.tell();
  }

  #end(isTold: boolean): void {
    this.#isOver = true;
    this.#assistant.stop();
    this.#caller.stop();
    this.#callOffWait();
    this.#expected.fulfil();
    this.#events.end(isTold ? this.#event('session_end') : undefined);
    this.#changes.tell();
  }

  #has(name: Switch): boolean {
    return this.#options.switches?.includes(name) === true;
  }
}
