import type { RouteAnswer } from './requests';
import { text } from './texts';

/**
 * Plays what a route has made, and shows how long it is.
 * @param refusal what is shown where it has made nothing
 */
export function playWav(place: JQuery, { status, body }: RouteAnswer, refusal: string): void {
  const { wav, duration } = body;
  if (status !== 200 || typeof wav !== 'string') {
    place.empty().append($('<div class="sipgate-bad">').text(refusal));
    return;
  }
  const player = $('<audio controls autoplay>').attr('src', `data:audio/wav;base64,${wav}`);
  player.css({ 'max-width': '100%', height: '34px' });
  const seconds = typeof duration === 'number' ? duration.toFixed(1) : '';
  place.empty().append(player, $('<div>').text(text('announcement.lasts', { seconds })));
}
