import type { ConversationEntry } from '../../ai-flow/entries';
import type { LineOptions } from '../../ai-flow/lines/line';
import { byId, create } from './dom';
import { keyButtons } from './keypad';
import { orderShowing } from './requests';
import { playSound, stopSound } from './sounds';
import { pageText, switchTexts } from './texts';
import { clearTurns, showTurn } from './turns-view';
import { createListener, voice } from './voice';

const INTERRUPTERS = new Set(['interrupts', 'stopped', 'transfers', 'hangsUp', 'callerHangsUp']);

/** The page's conversation with a voice assistant. It has one at a time. */
export class AssistantPanel {
  readonly #url = byId('talk-url', HTMLInputElement);
  readonly #secret = byId('talk-secret', HTMLInputElement);
  readonly #sentence = byId('sentence', HTMLInputElement);
  readonly #callButton = byId('talk-call', HTMLButtonElement);
  readonly #state = byId('assistant-state', HTMLElement);
  readonly #aloud = byId('talk-aloud', HTMLInputElement);
  /** Those that make sense while somebody talks. */
  readonly #inCall: (HTMLButtonElement | HTMLInputElement)[];
  #current: number | undefined;
  #shown: number | undefined;

  constructor() {
    const buttons = ['say', 'interrupt', 'listen', 'talk-hang-up'].map((id) => byId(id, HTMLButtonElement));
    const keys = keyButtons((digits) => void this.#act('press', { digits }));
    byId('talk-keys', HTMLElement).append(...keys);
    this.#inCall = [this.#sentence, ...buttons, ...keys];
    this.#drawSwitches();
    this.#setOver('talk.none');
    byId('talk-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#call();
    });
    byId('say-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#say('say', this.#sentence.value);
    });
    byId('interrupt', HTMLButtonElement).addEventListener('click', () => {
      void this.#say('interrupt', this.#sentence.value || pageText('interruption'));
    });
    byId('talk-hang-up', HTMLButtonElement).addEventListener('click', () => void this.#act('hang-up', {}));
    this.#aloud.addEventListener('change', () => voice.stop());
    this.#watchMicrophone();
  }

  /** Fills in the AI flow that the simulator offers. */
  offer({ url, secret = '' }: LineOptions): void {
    this.#url.value ||= url;
    this.#secret.value ||= secret;
  }

  /** Follows all conversations, and shows the latest. */
  listen(): void {
    const stream = new EventSource('/api/conversations/events');
    // the stream starts with the latest conversation, also after a break
    stream.addEventListener('open', clearTurns);
    stream.addEventListener('message', ({ data }) =>
      this.#follow(JSON.parse(String(data)) as ConversationEntry),
    );
  }

  #follow(entry: ConversationEntry): void {
    if (entry.conversation !== this.#shown) clearTurns();
    this.#shown = entry.conversation;
    showTurn(entry);
    if (entry.conversation !== this.#current) return;
    this.#letHear(entry);
    if (entry.kind === 'note' && entry.code === 'ended') this.#setOver('talk.over');
  }

  #letHear(entry: ConversationEntry): void {
    const isHeard = this.#aloud.checked;
    if (entry.kind === 'said' && entry.by === 'assistant' && isHeard) voice.speak(entry.text, entry.language);
    if (entry.kind !== 'note') return;
    if (entry.code === 'plays' && isHeard) playSound(String(entry.values.audio)).catch(() => undefined); // without a loudspeaker it is only shown
    if (!INTERRUPTERS.has(entry.code)) return;
    voice.stop();
    stopSound();
  }

  async #call(): Promise<void> {
    this.#callButton.disabled = true;
    const placed = await orderShowing('talk-problem', '/api/conversations', {
      url: this.#url.value,
      secret: this.#secret.value,
      from: byId('talk-from', HTMLInputElement).value,
      to: byId('talk-to', HTMLInputElement).value,
      takesTransfers: !byId('talk-no-answer', HTMLInputElement).checked,
      switches: [...document.querySelectorAll<HTMLInputElement>('#talk-switches input:checked')].map(
        ({ value }) => value,
      ),
    });
    this.#callButton.disabled = placed !== undefined;
    if (placed === undefined) return;
    this.#current = Number(placed.conversation);
    for (const element of this.#inCall) element.disabled = false;
    this.#state.className = 'badge on';
    this.#state.textContent = pageText('talk.on');
    this.#sentence.focus();
  }

  #setOver(state: 'talk.none' | 'talk.over'): void {
    this.#current = undefined;
    this.#callButton.disabled = false;
    for (const element of this.#inCall) element.disabled = true;
    this.#state.className = 'badge';
    this.#state.textContent = pageText(state);
  }

  async #say(act: 'say' | 'interrupt', text: string): Promise<void> {
    if (text.trim() === '') return;
    if (await this.#act(act, { text })) this.#sentence.value = '';
  }

  /** @returns whether it was done */
  async #act(act: string, body: object): Promise<boolean> {
    const path = `/api/conversations/${this.#current}/${act}`;
    return (await orderShowing('talk-problem', path, body)) !== undefined;
  }

  #drawSwitches(): void {
    const rows = Object.entries(switchTexts).map(([name, text]) => {
      const box = document.createElement('input');
      box.type = 'checkbox';
      box.value = name;
      return create('label', 'check', box, create('span', '', text));
    });
    byId('talk-switches', HTMLElement).append(...rows);
  }

  #watchMicrophone(): void {
    const button = byId('listen', HTMLButtonElement);
    const listener = createListener(
      (text) => void this.#say('say', text),
      () => button.classList.remove('on'),
    );
    if (listener === undefined) return;
    button.hidden = false;
    button.addEventListener('click', () => {
      if (!button.classList.toggle('on')) return listener.stop();
      voice.stop(); // or it would hear the assistant
      listener.start();
    });
  }
}
