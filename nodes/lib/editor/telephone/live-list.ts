/**
 * A list that grows while somebody looks at it: what has not changed stays as it is, with what is unfolded, chosen or
 * focused in it.
 */
export class LiveList<Item> {
  readonly #container: HTMLElement;
  readonly #make: (item: Item) => HTMLElement;
  /** What is shown, as JSON. */
  #shown: string[] = [];

  constructor(container: HTMLElement, make: (item: Item) => HTMLElement) {
    this.#container = container;
    this.#make = make;
  }

  show(items: readonly Item[]): void {
    const { children } = this.#container;
    const wanted = items.map((item) => JSON.stringify(item));
    for (const [nth, item] of items.entries()) {
      if (this.#shown[nth] === wanted[nth]) continue;
      const present = children[nth];
      if (present) present.replaceWith(this.#make(item));
      else this.#container.append(this.#make(item));
    }
    while (children.length > items.length) children[items.length]?.remove();
    this.#shown = wanted;
  }

  /** Takes all away: what comes is another list. */
  clear(): void {
    this.#container.replaceChildren();
    this.#shown = [];
  }
}
