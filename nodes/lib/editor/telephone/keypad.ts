import { button, element } from './dom';

/** The twelve keys of a telephone. */
export interface Keypad {
  readonly element: HTMLElement;
  enable(isOn: boolean): void;
}

const NAMES: Readonly<Record<string, string>> = { '*': 'star', '#': 'hash' };

/** @param press is called with the key */
export function createKeypad(press: (key: string) => void): Keypad {
  const keys = [...'123456789*0#'].map((key) => button(`key-${NAMES[key] ?? key}`, key, () => press(key)));
  const pad = element('div', { class: 'sipgate-phone-keypad', role: 'group' }, ...keys);
  return {
    element: pad,
    enable: (isOn) => keys.forEach((key) => (key.disabled = !isOn)),
  };
}
