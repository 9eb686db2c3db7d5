import de from '../../locales/de.json';
import en from '../../locales/en.json';
import { complaintSentence, conversationSentence, sentenceIn, type Values } from '../../locales/sentence';

type Texts = typeof en;

/** The catalogue of the browser's language; English for all but German. */
const texts: Texts = isGerman() ? de : en;

/** BCP 47, for dates, numbers and money. */
export const locale = texts.locale;

export type PageText = keyof Texts['page'];
export type AccountText = keyof Texts['account'];

/** @returns a text of the page, with its `{placeholders}` filled in */
export function pageText(name: PageText, values: Values = {}): string {
  return fill(texts.page[name], values);
}

/** @returns a text of the account, with its `{placeholders}` filled in */
export function accountText(name: AccountText, values: Values = {}): string {
  return fill(texts.account[name], values);
}

/** @returns the account's word for something that the server names, or the name where there is no word */
export function wordFor(group: 'scope' | 'fax' | 'failure' | 'type' | 'direction', name: string): string {
  const words: Readonly<Record<string, string>> = texts.account;
  return words[`${group}.${name}`] ?? name;
}

/** @returns what happened in a call, as a sentence */
export function sentence(code: string, values: Values): string {
  return sentenceIn(texts, code, values);
}

/** @returns what happened in a conversation with a voice assistant, as a sentence */
export function conversationText(code: string, values: Values): string {
  return conversationSentence(texts, code, values);
}

/** @returns what sipgate would not take of a voice assistant */
export function complaintText(code: string, values: Values): string {
  return complaintSentence(texts, code, values);
}

/** What sipgate's descriptions leave open, in words. */
export const switchTexts: Readonly<Record<string, string>> = texts.switches;

/** Writes the page's texts into all elements with `data-text`, and names those with `data-label`. */
export function translatePage(): void {
  document.documentElement.lang = isGerman() ? 'de' : 'en';
  const words: Readonly<Record<string, string>> = texts.page;
  for (const element of document.querySelectorAll<HTMLElement>('[data-text]')) {
    element.textContent = words[element.dataset.text ?? ''] ?? '';
  }
  for (const element of document.querySelectorAll<HTMLElement>('[data-label]')) {
    const label = words[element.dataset.label ?? ''] ?? '';
    element.setAttribute('aria-label', label);
    element.title = label;
    if (element instanceof HTMLInputElement) element.placeholder = label;
  }
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w{1,20})\}/g, (_whole, name: string) => String(values[name] ?? ''));
}

function isGerman(): boolean {
  return /^de\b/i.test(navigator.language);
}
