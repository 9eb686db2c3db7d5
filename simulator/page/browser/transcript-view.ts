import type { AnswerEntry, EventEntry, NetworkEntry, TranscriptEntry } from '../../network/transcript';
import { TOPICS } from '../../network/webhook/event';
import { byId, create } from './dom';
import { locale, pageText, sentence } from './texts';
import { xmlView } from './xml-view';

const ARROWS = { event: '→', answer: '←', network: '·' } as const;
const TWO_DIGITS = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
const MOST_ENTRIES = 1000;
/** So near to its end, in pixels, the list is still scrolled along. */
const NEAR_END_PX = 40;

const list = byId('entries', HTMLElement);
const hint = byId('empty', HTMLElement);

/** Adds an entry to the transcript. */
export function showEntry(entry: TranscriptEntry): void {
  hint.hidden = true;
  const item = create('li', entry.kind);
  const content = create('div', 'what');
  item.append(
    create('time', '', `${(entry.atMs / 1000).toLocaleString(locale, TWO_DIGITS)} s`),
    create('span', 'arrow', ARROWS[entry.kind]),
    content,
  );
  fill(item, content, entry);
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX;
  list.append(item);
  if (list.childElementCount > MOST_ENTRIES) list.firstElementChild?.remove();
  // who scrolled up to read is left alone
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

/** Empties the transcript. */
export function clearEntries(): void {
  list.replaceChildren();
  hint.hidden = false;
}

function fill(item: HTMLElement, content: HTMLElement, entry: TranscriptEntry): void {
  if (entry.kind === 'event') fillEvent(content, entry);
  else if (entry.kind === 'answer') fillAnswer(item, content, entry);
  else fillNetwork(item, content, entry);
}

function fillEvent(content: HTMLElement, entry: EventEntry): void {
  const fields = create('dl', 'fields');
  for (const [name, value] of Object.entries(entry.fields)) {
    if (name === 'event') continue;
    const text = typeof value === 'string' ? value : value.join(', ');
    const className = ['callId', 'origCallId', 'xcid'].includes(name) ? 'id' : '';
    fields.append(create('div', className, create('dt', '', name), create('dd', '', text || '–')));
  }
  content.append(create('b', '', TOPICS[entry.event]), fields);
}

function fillAnswer(item: HTMLElement, content: HTMLElement, entry: AnswerEntry): void {
  const status = entry.status === undefined ? pageText('noAnswer') : `HTTP ${entry.status}`;
  content.append(create('b', '', `${status} ${pageText('after', { ms: entry.tookMs })}`));
  if (entry.xmlError !== undefined) {
    item.classList.add('refused');
    content.append(create('div', 'why', `xmlError: ${entry.xmlError}`));
  }
  if (entry.xml !== '') content.append(xmlView(entry.xml));
}

function fillNetwork(item: HTMLElement, content: HTMLElement, entry: NetworkEntry): void {
  if (entry.code === 'placed') item.classList.add('first');
  if (entry.code === 'ended') item.classList.add('ended');
  content.textContent = sentence(entry.code, entry.values);
  if (entry.code === 'skips') item.classList.add('refused');
  const { sound } = entry.values;
  if (entry.code !== 'plays' || sound === undefined) return;
  const player = document.createElement('audio');
  player.controls = true;
  player.preload = 'none';
  player.src = `/api/sounds/${sound}.wav`;
  content.append(player);
}
