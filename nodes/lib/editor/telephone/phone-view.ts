import type { CallView } from '../../telephone/view';
import { displayText, pathEntry, transcriptEntry } from './call-view';
import { button, element, fill, part } from './dom';
import { createKeypad } from './keypad';
import { markPath } from './marks';
import { routes, type Act, type Answer, type CallOrder } from './routes';
import { Earpiece } from './sound';
import { text } from './texts';

export interface PhoneOptions {
  /** Whether the user may place calls. */
  readonly mayCall: boolean;
  /** While the tab is hidden, nothing is asked but for a call that runs: one that nobody asks for is hung up. */
  isShown(): boolean;
  order(): CallOrder;
  /** A call could not be placed: the webhook may be gone. */
  onRefused(): void;
  onSaved(file: string): void;
}

/** A flow goes on for a moment when the call is over: so long the way may still grow, ms. */
const LOOKED_AFTER_MS = 4000;
/** Of looks in a row: a network that is away for a moment ends no call. */
const MOST_FAILURES = 20;
const RETRY_MS = 2000;

/** The telephone: places one call at a time and shows it. */
export class PhoneView {
  readonly element: HTMLElement;
  readonly #options: PhoneOptions;
  readonly #display = part('div', 'display', {
    class: 'sipgate-phone-display',
    role: 'status',
    'aria-live': 'polite',
  });
  readonly #transcript = part('ol', 'transcript', { class: 'sipgate-phone-transcript' });
  readonly #path = part('ol', 'path', { class: 'sipgate-phone-path' });
  readonly #earpiece = new Earpiece(element('audio', { 'data-phone-sound': true }));
  readonly #call = button('call', text('call'), () => void this.#place());
  readonly #hangUp = button('hangup', text('hangup'), () => void this.#act({ hangUp: true }));
  readonly #decisions = (['answer', 'busy', 'decline'] as const).map((decide) =>
    button(decide, text(decide), () => void this.#act({ decide, telephone: '' })),
  );
  readonly #sentence = part('input', 'sentence', {
    type: 'text',
    'aria-label': text('say.sentence'),
    placeholder: text('say.sentence'),
    change: () => void this.#say(),
  });
  readonly #speech = buttons(
    this.#sentence,
    button('say', text('say.button'), () => void this.#say()),
  );
  readonly #keypad = createKeypad((press) => void this.#act({ press }));
  readonly #testName = element('input', {
    type: 'text',
    'aria-label': text('save.name'),
    placeholder: text('save.name'),
  });
  readonly #save = button('save-test', text('save.button'), () => void this.#saveTest());
  #view: CallView | undefined;
  /** The call that is asked for. */
  #followed = '';
  /** When the call was seen to be over, by `performance.now()`. */
  #overAtMs = 0;

  constructor(options: PhoneOptions) {
    this.#options = options;
    this.element = element('div', {}, this.#display, ...this.#controls(), this.#earpiece.element);
    this.element.append(
      element('h4', {}, text('heading.transcript')),
      this.#transcript,
      element('h4', {}, text('heading.path')),
      this.#path,
    );
    if (options.mayCall) this.element.append(buttons(this.#testName, this.#save));
    this.#enable();
    this.#display.textContent = text('display.ready');
  }

  /** Goes on showing a call that runs; one request at a time, each waits for news. */
  async follow(): Promise<void> {
    const id = this.#view?.id;
    if (id === undefined || this.#followed === id) return;
    this.#followed = id;
    let failures = 0;
    while (this.#view?.id === id && this.#needsLook(this.#view) && failures < MOST_FAILURES) {
      const answer = await routes.look(id, this.#view.version);
      if (this.#view.id !== id) return; // another call is followed now
      this.#settle(answer);
      failures = answer.ok ? 0 : failures + 1;
      if (!answer.ok && !this.#view.isOver) await pause(RETRY_MS);
    }
    if (this.#followed === id) this.#followed = '';
  }

  /** The list of webhooks has changed. */
  linesChanged(): void {
    this.#enable();
  }

  #needsLook({ isOver }: CallView): boolean {
    if (!isOver) return true;
    return this.#options.isShown() && performance.now() - this.#overAtMs < LOOKED_AFTER_MS;
  }

  #controls(): HTMLElement[] {
    if (!this.#options.mayCall) return [element('p', { class: 'sipgate-phone-note' }, text('readOnly'))];
    return [
      buttons(this.#call, this.#hangUp),
      buttons(...this.#decisions),
      this.#speech,
      this.#keypad.element,
    ];
  }

  #show(view: CallView): void {
    const { id = '', version = 0, isOver = false } = this.#view ?? {};
    if (id === view.id && view.version < version) return; // an older answer that came late
    if (view.isOver && !(id === view.id && isOver)) this.#overAtMs = performance.now();
    this.#view = view;
    this.#display.textContent = displayText(view);
    fill(this.#transcript, view.entries.map(transcriptEntry));
    fill(this.#path, view.path.map(pathEntry));
    markPath(view.path);
    void this.#earpiece.play(view.id, view.sound);
    this.#enable();
  }

  #enable(): void {
    const isRunning = this.#view !== undefined && !this.#view.isOver;
    this.#call.disabled = isRunning || this.#options.order().webhook === '';
    this.#hangUp.disabled = !isRunning;
    for (const one of this.#decisions) one.disabled = !isRunning || this.#view?.ringing.length === 0;
    this.#keypad.enable(isRunning);
    const isConversation = this.#view?.kind === 'aiFlow';
    this.#speech.hidden = !isRunning || !isConversation;
    this.#save.disabled = this.#view === undefined;
  }

  #settle(answer: Answer<CallView>): boolean {
    if (answer.ok) this.#show(answer.value);
    else this.#fail(answer);
    return answer.ok;
  }

  /** A Node-RED that has started anew knows nothing of the call. */
  #fail({ reason, problem }: Extract<Answer<CallView>, { ok: false }>): void {
    if (problem === 'noCall' && this.#view)
      this.#view = { ...this.#view, isOver: true, ringing: [], sound: 0 };
    this.#display.textContent = reason;
    this.#enable();
  }

  async #place(): Promise<void> {
    this.#call.disabled = true;
    if (this.#settle(await routes.call(this.#options.order()))) void this.follow();
    else this.#options.onRefused();
  }

  async #act(what: Act): Promise<void> {
    if (this.#view) this.#settle(await routes.act(this.#view.id, what));
  }

  async #say(): Promise<void> {
    const say = this.#sentence.value.trim();
    this.#sentence.value = '';
    if (say !== '') await this.#act({ say });
  }

  async #saveTest(): Promise<void> {
    if (!this.#view) return;
    const { id, from, to } = this.#view;
    const name = this.#testName.value.trim();
    const answer = await routes.saveTest(name || text('save.default', { from, to }), id, name === '');
    this.#display.textContent = answer.ok ? text('save.done', { file: answer.value.file }) : answer.reason;
    if (answer.ok) this.#options.onSaved(answer.value.file);
  }
}

function buttons(...children: readonly HTMLElement[]): HTMLElement {
  return element('div', { class: 'sipgate-phone-buttons' }, ...children);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
