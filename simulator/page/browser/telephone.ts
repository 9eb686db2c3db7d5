import type { NetworkEntry, TranscriptEntry } from '../../network/transcript';
import { byId } from './dom';
import { drawKeypad } from './keypad';
import { order } from './requests';
import { pageText, sentence } from './texts';

const MOST_DIGITS_SHOWN = 14;
const CLOCK_MS = 500;

/** The states that the display shows while a call goes on. */
const STATES = {
  plays: 'state.plays',
  playsUnseen: 'state.plays',
  waits: 'state.waits',
  rings: 'state.rings',
} as const;

/** After these the caller hears no announcement any more. */
const STOPS_PLAYING: readonly string[] = ['stopsPlaying', 'heardPart', 'ended'];

/** What call control has done to the conversation, and what ends it. */
const MARKS = {
  held: { text: 'state.held', isOn: true },
  resumed: { text: 'state.held', isOn: false },
  muted: { text: 'state.muted', isOn: true },
  unmuted: { text: 'state.muted', isOn: false },
  startsRecording: { text: 'state.records', isOn: true },
  stopsRecording: { text: 'state.records', isOn: false },
} as const;

/** The telephone of the page: a form, keys and a display. It has one call at a time. */
export class Telephone {
  readonly #from = byId('from', HTMLInputElement);
  readonly #to = byId('to', HTMLInputElement);
  readonly #callButton = byId('call', HTMLButtonElement);
  readonly #hangUpButton = byId('hang-up', HTMLButtonElement);
  readonly #player = byId('player', HTMLAudioElement);
  /** The number of the page's own call, while it lasts. */
  #current: number | undefined;
  /** Entries that came before the answer that names the call's number. */
  readonly #earlyEntries: TranscriptEntry[] = [];
  #clock: ReturnType<typeof setInterval> | undefined;
  #digits = '';
  /** Is shown behind the time: on hold, muted, recording. */
  readonly #marks = new Set<(typeof MARKS)[keyof typeof MARKS]['text']>();

  constructor() {
    display('number', this.#to.value);
    display('state', pageText('ready'));
    drawKeypad((key) => this.#press(key));
    this.#to.addEventListener('input', () => display('number', this.#to.value));
    this.#hangUpButton.addEventListener('click', () => void this.#hangUp());
    byId('dial', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#call();
    });
  }

  /** Shows what an entry of the transcript means for the page's own call. */
  follow(entry: TranscriptEntry): void {
    if (this.#current === undefined && this.#callButton.disabled) this.#earlyEntries.push(entry);
    if (entry.call === this.#current && entry.kind === 'network') this.#followOwn(entry);
  }

  #followOwn({ code, values }: NetworkEntry): void {
    if (code in STATES) display('state', pageText(STATES[code as keyof typeof STATES]));
    if (code === 'plays') this.#play(values['sound']);
    if (STOPS_PLAYING.includes(code)) this.#player.pause();
    if (code in MARKS) this.#mark(MARKS[code as keyof typeof MARKS]);
    if (code === 'answered' || code === 'mailbox') this.#startClock();
    if (code === 'ended') this.#end(sentence(code, values));
  }

  /** What the caller hears; a browser that lets nothing be heard does not mind. */
  #play(sound: unknown): void {
    this.#player.src = `/api/sounds/${String(sound)}.wav`;
    this.#player.play().catch(() => undefined);
  }

  async #call(): Promise<void> {
    this.#callButton.disabled = true;
    const placed = await order('/api/calls', {
      from: this.#from.value,
      to: this.#to.value,
      direction: byId('direction', HTMLSelectElement).value,
      callee: byId('callee', HTMLSelectElement).value,
      anonymous: byId('anonymous', HTMLInputElement).checked,
      forwardTo: byId('forward-to', HTMLInputElement).value,
      transferTo: byId('transfer-to', HTMLInputElement).value,
      transferFails: byId('transfer-fails', HTMLInputElement).checked,
    });
    this.#callButton.disabled = placed !== undefined;
    if (placed === undefined) return;
    this.#digits = '';
    display('digits', '');
    display('number', this.#to.value);
    display('state', pageText('state.placed'));
    this.#hangUpButton.disabled = false;
    this.#current = Number(placed.call);
    for (const entry of this.#earlyEntries.splice(0)) this.follow(entry);
  }

  async #hangUp(): Promise<void> {
    await order(`/api/calls/${this.#current}/hang-up`, {});
  }

  #press(key: string): void {
    if (this.#current === undefined) {
      this.#to.value += key;
      display('number', this.#to.value);
      return;
    }
    this.#digits = (this.#digits + key).slice(-MOST_DIGITS_SHOWN);
    display('digits', this.#digits);
    void order(`/api/calls/${this.#current}/press`, { digits: key });
  }

  #mark({ text, isOn }: (typeof MARKS)[keyof typeof MARKS]): void {
    if (isOn) this.#marks.add(text);
    else this.#marks.delete(text);
  }

  /** A transferred call is answered again, and begins without marks. */
  #startClock(): void {
    clearInterval(this.#clock);
    this.#marks.clear();
    const sinceMs = Date.now();
    const tick = () => {
      const seconds = Math.floor((Date.now() - sinceMs) / 1000);
      const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
      const marks = [...this.#marks].map((mark) => ` · ${pageText(mark)}`);
      display('state', `${pageText('state.talks')} ${time}${marks.join('')}`);
    };
    tick();
    this.#clock = setInterval(tick, CLOCK_MS);
  }

  #end(text: string): void {
    clearInterval(this.#clock);
    this.#current = undefined;
    this.#callButton.disabled = false;
    this.#hangUpButton.disabled = true;
    display('state', text);
  }
}

function display(part: 'number' | 'state' | 'digits', text: string): void {
  byId(`display-${part}`, HTMLElement).textContent = text;
}
