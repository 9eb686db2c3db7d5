import type { ConversationEntry } from '../../ai-flow/entries';
import { byId, create } from './dom';
import { complaintText, conversationText, pageText } from './texts';

const MOST_TURNS = 500;
/** Notes that the bubbles already show. */
const SHOWN_OTHERWISE = new Set(['speechEnds']);
const CUTS = new Set(['interrupts', 'stopped', 'transfers', 'hangsUp', 'callerHangsUp']);

const list = byId('turns', HTMLElement);
/** What the assistant is saying. */
let spoken: HTMLElement | undefined;

/** Adds an entry to the dialogue; events and answers are left out. */
export function showTurn(entry: ConversationEntry): void {
  const item = itemOf(entry);
  if (entry.kind === 'note') followSpeech(entry.code);
  if (item === undefined) return;
  if (entry.kind === 'said' && entry.by === 'assistant') beginSpeech(item);
  list.append(item);
  if (list.childElementCount > MOST_TURNS) list.firstElementChild?.remove();
  list.scrollTop = list.scrollHeight;
}

export function clearTurns(): void {
  list.replaceChildren();
  spoken = undefined;
}

function itemOf(entry: ConversationEntry): HTMLElement | undefined {
  switch (entry.kind) {
    case 'said': {
      const name = pageText(entry.by === 'caller' ? 'you' : 'assistantName');
      return create('li', entry.by, create('small', '', name), entry.text);
    }
    case 'note':
      if (SHOWN_OTHERWISE.has(entry.code)) return undefined;
      return create('li', 'note', conversationText(entry.code, entry.values));
    case 'problem':
    case 'warning':
      return create('li', entry.kind, pageText(entry.kind, { why: complaintText(entry.code, entry.values) }));
    default:
      return undefined;
  }
}

function beginSpeech(item: HTMLElement): void {
  spoken?.classList.remove('speaking');
  spoken = item;
  item.classList.add('speaking');
}

function followSpeech(code: string): void {
  if (code !== 'speechEnds' && !CUTS.has(code)) return;
  spoken?.classList.remove('speaking');
  if (CUTS.has(code)) spoken?.classList.add('cut');
  spoken = undefined;
}
