import type { WebhookSettings } from '../../account/account';
import type { LineOptions } from '../../ai-flow/lines/line';
import { byId, flash } from './dom';
import { fetchText, order } from './requests';
import { pageText } from './texts';

/** The webhook's address, the public key and the platform. */
export class WebhookForm {
  readonly #url = byId('webhook-url', HTMLInputElement);
  readonly #key = byId('public-key', HTMLElement);
  readonly #platform = byId('platform', HTMLSelectElement);
  #shownUrl = '';

  constructor() {
    byId('webhook-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#save(event.submitter);
    });
    this.#platform.addEventListener('change', () => {
      void order('/api/platform', { platform: this.#platform.value });
    });
    const copyButton = byId('copy-key', HTMLButtonElement);
    copyButton.addEventListener('click', () => {
      this.#copyKey(copyButton).catch(() => undefined); // the browser may forbid it; the key can be marked by hand
    });
  }

  /** Shows on which platform the account is. */
  followPlatform(platform: string): void {
    this.#platform.value = platform;
  }

  /** Reads address and key from the simulator. @returns the AI flow that it offers */
  async load(): Promise<LineOptions> {
    const state = JSON.parse(await fetchText('/api/state')) as {
      settings: WebhookSettings;
      publicKey: string;
      aiFlow: LineOptions;
    };
    this.follow(state.settings);
    this.#key.textContent = state.publicKey;
    return state.aiFlow;
  }

  /** A flow may set the URL over REST: the field shows it, but takes nothing away that somebody is typing. */
  follow({ incomingUrl }: WebhookSettings): void {
    if (this.#url.value === this.#shownUrl) this.#url.value = incomingUrl;
    this.#shownUrl = incomingUrl;
  }

  async #save(button: HTMLElement | null): Promise<void> {
    const saved = await order('/api/webhook', { url: this.#url.value.trim() });
    if (saved !== undefined && button !== null) flash(button, pageText('saved'));
  }

  async #copyKey(button: HTMLElement): Promise<void> {
    await navigator.clipboard.writeText(this.#key.textContent ?? '');
    flash(button, pageText('copied'));
  }
}
