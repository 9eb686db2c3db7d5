import type { CallView } from '../../telephone/view';
import type { Answer } from './answer';
import { inBackground } from './background';
import { displayText, pathEntry, transcriptEntry } from './call-view';
import { button, element, part } from './dom';
import { Follower } from './follower';
import { sayGoodbye } from './goodbye';
import { createKeypad } from './keypad';
import { LiveList } from './live-list';
import { markPath } from './marks';
import { routes, type Act, type CallOrder } from './routes';
import { Earpiece } from './sound';
import { text } from './texts';

export interface PhoneOptions {
  /** Whether the user may place calls. */
  readonly mayCall: boolean;
  /** While the tab is hidden, nothing is asked. */
  isShown(): boolean;
  order(): CallOrder;
  /** A call could not be placed, or is lost: the webhook may be gone. */
  onRefused(): void;
  onSaved(file: string): void;
}

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
  readonly #entries = new LiveList(this.#transcript, transcriptEntry);
  readonly #visits = new LiveList(this.#path, pathEntry);
  readonly #earpiece = new Earpiece(element('audio', { 'data-phone-sound': true }));
  readonly #call = button('call', text('call'), () => inBackground(this.#place()));
  readonly #hangUp = button('hangup', text('hangup'), () => inBackground(this.#act({ hangUp: true })));
  readonly #decisions = (['answer', 'busy', 'decline'] as const).map((decide) =>
    button(decide, text(decide), () => inBackground(this.#act({ decide, telephone: '' }))),
  );
  readonly #sentence = part('input', 'sentence', {
    type: 'text',
    'aria-label': text('say.sentence'),
    placeholder: text('say.sentence'),
    change: () => inBackground(this.#say()),
  });
  readonly #speech = buttons(
    this.#sentence,
    button('say', text('say.button'), () => inBackground(this.#say())),
  );
  readonly #keypad = createKeypad((press) => inBackground(this.#act({ press })));
  readonly #testName = element('input', {
    type: 'text',
    'aria-label': text('save.name'),
    placeholder: text('save.name'),
  });
  readonly #save = button('save-test', text('save.button'), () => inBackground(this.#saveTest()));
  readonly #follower: Follower;
  #view: CallView | undefined;

  constructor(options: PhoneOptions) {
    this.#options = options;
    this.element = element('div', {}, this.#display, ...this.#controls(), this.#earpiece.element);
    this.element.append(
      element('h4', {}, text('heading.transcript')),
      this.#transcript,
      element('h4', { class: 'sipgate-phone-way' }, text('heading.path')),
      this.#path,
    );
    if (options.mayCall) this.element.append(buttons(this.#testName, this.#save));
    this.#follower = new Follower({
      isShown: () => options.isShown(),
      view: () => this.#view,
      look: routes.look,
      settle: (answer) => this.#looked(answer),
      hide: routes.hide,
    });
    window.addEventListener('pagehide', () => {
      if (this.#view?.isOver === false) sayGoodbye(this.#view.id);
    });
    this.#enable();
    this.#tell(text('display.ready'));
  }

  /** The tab is shown: goes on with its call. */
  shown(): void {
    inBackground(this.#follower.follow());
  }

  hidden(): void {
    this.#follower.hide();
  }

  /** The list of webhooks has changed. */
  linesChanged(): void {
    this.#enable();
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
    const { id = '', version = 0 } = this.#view ?? {};
    if (id === view.id && view.version < version) return; // an older answer that came late
    this.#view = view;
    this.#tell(displayText(view));
    if (id !== view.id) for (const list of [this.#entries, this.#visits]) list.clear();
    this.#entries.show(view.entries);
    this.#visits.show(view.path);
    markPath(view.path);
    if (this.#options.isShown()) inBackground(this.#earpiece.play(view.id, view.sound));
    this.#enable();
  }

  /** Only what is new is read out to who cannot see it. */
  #tell(words: string): void {
    if (this.#display.textContent !== words) this.#display.textContent = words;
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

  /** What came of a call that is followed. One that is over has nothing to lose: it stays as it is. */
  #looked(answer: Answer<CallView>): void {
    if (answer.ok) return this.#show(answer.value);
    if (this.#view?.isOver === true) return;
    if (answer.problem === 'noAnswer') this.#tell(text('display.away'));
    else this.#fail(answer);
  }

  #fail({ reason, problem }: Extract<Answer<CallView>, { ok: false }>): void {
    this.#tell(reason);
    if (problem === 'noCall') this.#lose();
    this.#enable();
  }

  /** A Node-RED that has started anew knows nothing of the call. What it has told of it can still be read. */
  #lose(): void {
    inBackground(this.#earpiece.play('', 0));
    this.#view = undefined;
    this.#options.onRefused();
  }

  async #place(): Promise<void> {
    this.#call.disabled = true;
    if (!this.#settle(await routes.call(this.#options.order()))) return this.#options.onRefused();
    if (this.#options.isShown()) await this.#follower.follow();
    else this.#follower.hide();
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
    this.#tell(answer.ok ? text('save.done', { file: answer.value.file }) : answer.reason);
    if (answer.ok) this.#options.onSaved(answer.value.file);
  }
}

function buttons(...children: readonly HTMLElement[]): HTMLElement {
  return element('div', { class: 'sipgate-phone-buttons' }, ...children);
}
