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
  /** Nothing is asked while the tab is hidden. */
  isShown(): boolean;
  order(): CallOrder;
  onSaved(file: string): void;
}

/** A flow goes on for a moment when the call is over: so long the way may still grow, ms. */
const LOOKED_AFTER_MS = 4000;

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
  #isAsking = false;

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

  /** Goes on showing a call that runs; one request at a time, each waits for news, none while the tab is hidden. */
  async follow(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (this.#view && this.#options.isShown() && needsLook(this.#view)) {
      const { id, version } = this.#view;
      const answer = await routes.look(id, version);
      if (this.#view.id === id && !this.#settle(answer)) break;
    }
    this.#isAsking = false;
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
    this.#call.disabled = isRunning;
    this.#hangUp.disabled = !isRunning;
    for (const one of this.#decisions) one.disabled = !isRunning || this.#view?.ringing.length === 0;
    this.#keypad.enable(isRunning);
    const isConversation = this.#view?.kind === 'aiFlow';
    this.#speech.hidden = !isRunning || !isConversation;
    this.#save.disabled = this.#view === undefined || isConversation;
  }

  #settle(answer: Answer<CallView>): boolean {
    if (answer.ok) this.#show(answer.value);
    else this.#display.textContent = answer.reason;
    return answer.ok;
  }

  async #place(): Promise<void> {
    this.#call.disabled = true;
    if (this.#settle(await routes.call(this.#options.order()))) void this.follow();
    else this.#enable();
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
    const answer = await routes.saveTest(
      this.#testName.value.trim() || text('save.default', { from, to }),
      id,
    );
    this.#display.textContent = answer.ok ? text('save.done', { file: answer.value.file }) : answer.reason;
    if (answer.ok) this.#options.onSaved(answer.value.file);
  }
}

function buttons(...children: readonly HTMLElement[]): HTMLElement {
  return element('div', { class: 'sipgate-phone-buttons' }, ...children);
}

function needsLook({ isOver, entries, startedAt }: CallView): boolean {
  if (!isOver) return true;
  const lastMs = entries.at(-1)?.atMs ?? 0;
  return Date.now() - new Date(startedAt).getTime() - lastMs < LOOKED_AFTER_MS;
}
