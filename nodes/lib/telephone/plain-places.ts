import { printable } from '../../../sipgate/index';
import { loadSimulator } from './simulator';
import type { TelephoneLine } from './lines';

type Place = Pick<TelephoneLine, 'url' | 'localUrl' | 'soundTitle'>;

const LONGEST_TEXT = 200;
const HOSTED = /\/announcements\/([\da-f]{40})\.wav$/;
const HIDDEN = '…';

/**
 * What the transcript says instead of a sound's URL, which is long and is where everybody can fetch it.
 * @param language as a browser names it
 * @returns the spoken text or the name of the file where it is known; the URL of a sound elsewhere, without what may be secret
 */
export function soundName(line: Place, url: string, language: string): string {
  const { describeSound } = loadSimulator();
  const [, id] = HOSTED.exec(url) ?? [];
  if (id === undefined) return withoutSecrets(url);
  const title = line.soundTitle(id);
  if (title?.kind === 'text') return describeSound('text', { text: inOneLine(title.text) }, language);
  return title ? printable(title.name) : describeSound('own', {}, language);
}

/** @returns XML, or what is wrong with it, without the places where the webhook and its sounds are */
export function withoutPlaces(xml: string, line: Place): string {
  const bases = [line.url(), line.localUrl()]
    .map((url) => url.split('?')[0] ?? '')
    .filter((url) => url !== '');
  return bases.reduce((text, base) => {
    const [before = '', ...behind] = text.split(inXml(base));
    return before + behind.map(withoutRest).join('');
  }, xml);
}

/** @param text what stands behind the beginning of a place, and on */
function withoutRest(text: string): string {
  const [rest = ''] = /^[^"<\s]*/.exec(text) ?? [];
  return (rest.endsWith('.wav') ? `${HIDDEN}/announcements/${HIDDEN}.wav` : HIDDEN) + text.slice(rest.length);
}

function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) return printable(url);
  const { origin, pathname } = new URL(url);
  return printable(origin + pathname);
}

function inOneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return printable(line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)}${HIDDEN}` : line);
}

function inXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
