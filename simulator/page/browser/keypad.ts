import { byId, create } from './dom';
import { playTone } from './tones';

const KEYS = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
] as const;
const PRESSED_MS = 120;

/** Draws the keys, which are also the computer keyboard's. @param onPress is called with each key, after its tone */
export function drawKeypad(onPress: (key: string) => void): void {
  const press = (key: string) => {
    playTone(key);
    onPress(key);
  };
  const keys = byId('keys', HTMLElement);
  for (const [key, letters] of KEYS) {
    const button = keyButton(key, press);
    button.dataset.key = key;
    button.append(create('small', '', letters));
    keys.append(button);
  }
  document.addEventListener('keydown', (event) => pressByKeyboard(keys, event, press));
}

/** @returns buttons for all keys, without letters. @param onPress is called with each key, after its tone */
export function keyButtons(onPress: (key: string) => void): HTMLButtonElement[] {
  return KEYS.map(([key]) =>
    keyButton(key, () => {
      playTone(key);
      onPress(key);
    }),
  );
}

function keyButton(key: string, press: (key: string) => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.setAttribute('aria-label', key);
  button.append(key);
  button.addEventListener('click', () => press(key));
  return button;
}

function pressByKeyboard(keys: HTMLElement, event: KeyboardEvent, press: (key: string) => void): void {
  const isTyping = event.target instanceof Element && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const button = [...keys.querySelectorAll('button')].find(({ dataset }) => dataset.key === event.key);
  if (button === undefined) return;
  button.classList.add('down');
  setTimeout(() => button.classList.remove('down'), PRESSED_MS);
  press(event.key);
}
