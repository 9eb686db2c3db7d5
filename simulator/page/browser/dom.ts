/** @returns the element of the page with this id; throws when index.html has none of that kind */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`index.html has no ${kind.name} with the id ${id}`);
}

/** @returns a new element; texts from outside become text in it, never markup */
export function create(tag: string, className: string, ...children: readonly (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.append(...children);
  return element;
}

/** Shows a word on a button for a moment. */
export function flash(button: HTMLElement, word: string): void {
  const before = button.textContent;
  button.textContent = word;
  setTimeout(() => (button.textContent = before), FLASH_MS);
}

const FLASH_MS = 1500;
