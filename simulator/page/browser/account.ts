import type { AccountView } from '../account-view';
import { accountCards } from './account-cards';
import { byId, create } from './dom';
import { fetchText } from './requests';
import { accountText } from './texts';

const INTERVAL_MS = 1000;

/** Shows the account and keeps it fresh. @param onChange is called with each view that differs from the one before */
export async function followAccount(onChange: (view: AccountView) => void): Promise<void> {
  const section = byId('account', HTMLElement);
  let shownText = '';
  for (;;) {
    if (!document.hidden) shownText = await refresh(section, shownText, onChange);
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}

/** Draws only when something changed, so that a marked text stays marked. @returns what is shown now */
async function refresh(
  section: HTMLElement,
  shownText: string,
  onChange: (view: AccountView) => void,
): Promise<string> {
  try {
    const text = await fetchText('/api/account');
    if (text === shownText) return text;
    const view = JSON.parse(text) as AccountView;
    onChange(view);
    section.replaceChildren(...accountCards(view));
    return text;
  } catch {
    if (shownText !== '') section.prepend(create('p', 'lost', accountText('lost')));
    return '';
  }
}
