import { routes } from './routes';

/** Plays what the caller hears; a browser lets it as the call began with a click. */
export class Earpiece {
  readonly element: HTMLAudioElement;
  #playing = '';

  constructor(element: HTMLAudioElement) {
    this.element = element;
  }

  /** @param sound number of the announcement in the call; 0: nothing is to be heard */
  async play(call: string, sound: number): Promise<void> {
    const wanted = sound === 0 ? '' : `${call} ${sound}`;
    if (wanted === this.#playing) return;
    this.#playing = wanted;
    this.element.pause();
    if (sound === 0) return;
    const answer = await routes.sound(call, sound);
    if (!answer.ok || this.#playing !== wanted) return;
    this.element.src = `data:audio/wav;base64,${answer.value.wav}`;
    await this.element.play().catch(() => undefined);
  }
}
