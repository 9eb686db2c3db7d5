type Attributes = Readonly<Record<string, string | boolean | (() => void)>>;

/**
 * @param attributes a function listens for that event (`click`), `true` is an attribute without a value, `false` none
 * @returns a new element; children that are texts are put in as texts
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children);
  return made;
}

/** @returns an element by which tests and users of assistive technology find a part of the telephone */
export function part<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  name: string,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  return element(tag, { 'data-phone': name, ...attributes }, ...children);
}

export function button(
  name: string,
  label: string,
  press: () => void,
  extra: Attributes = {},
): HTMLButtonElement {
  return part('button', name, { type: 'button', class: 'red-ui-button', click: press, ...extra }, label);
}

/** Puts new children in the place of the old ones. */
export function fill(container: HTMLElement, children: readonly (Node | string)[]): void {
  container.replaceChildren(...children);
}
