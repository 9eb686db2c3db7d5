/** Knows whether the user can see a part of the editor: its tab is chosen, the sidebar open, and the page in front. */
export class Visibility {
  readonly #element: HTMLElement;
  readonly #onChange: (isShown: boolean) => void;
  #wasShown = false;
  #waiting: (() => void)[] = [];

  /** @param onChange is called when it comes into view (also for the first time) and when it goes */
  constructor(element: HTMLElement, onChange: (isShown: boolean) => void) {
    this.#element = element;
    this.#onChange = onChange;
    // Node-RED tells a tab that it is chosen, but not that another one is, nor that the sidebar is closed
    new IntersectionObserver(() => this.look()).observe(element);
    document.addEventListener('visibilitychange', () => this.look());
  }

  get isShown(): boolean {
    const { isConnected, offsetParent } = this.#element;
    return isConnected && offsetParent !== null && document.visibilityState === 'visible';
  }

  /** Something may have changed. @returns whether it has */
  look(): boolean {
    const { isShown } = this;
    if (isShown === this.#wasShown) return false;
    this.#wasShown = isShown;
    this.#onChange(isShown);
    if (isShown) for (const goOn of this.#waiting.splice(0)) goOn();
    return true;
  }

  /** Waits, without a timer, until it is in view. */
  async untilShown(): Promise<void> {
    if (!this.isShown) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
