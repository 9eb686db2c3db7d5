/**
 * Plays what the caller hears, and stops when there is nothing more to hear. A browser may refuse as long as the user
 * has not clicked anywhere; a call begins with a click.
 */
export function play(audio: HTMLAudioElement, url: string): void {
  if (audio.dataset['url'] === url) return;
  audio.dataset['url'] = url;
  if (url === '') {
    audio.pause();
    return;
  }
  audio.src = url;
  audio.play().catch(() => undefined);
}
