/** The telephone in the sidebar, as the specs use it. */
import type { Page } from 'playwright-core';
import type { Editor } from './harness';

export const part = (name: string) => `[data-phone=${name}]`;

/** Opens the tab and chooses the webhook whose name contains this text. */
export async function openPhone({ page }: Editor, webhook: string): Promise<void> {
  await page.evaluate('RED.sidebar.show("sipgate-telephone")');
  const option = page.locator(`${part('webhook')} option`, { hasText: webhook });
  await option.first().waitFor({ state: 'attached' });
  await page.selectOption(part('webhook'), (await option.first().getAttribute('value')) ?? '');
}

/** Waits until the telephone shows this. */
export async function shows(page: Page, text: RegExp): Promise<void> {
  await page.locator(part('display'), { hasText: text }).waitFor();
}

/** Each node of the path as it is listed: label and state. */
export function pathOf(page: Page): Promise<string[]> {
  return page
    .locator(`${part('path')} [data-node-id]`)
    .evaluateAll((entries) =>
      entries.map(
        (entry) => `${entry.querySelector('button')?.textContent} ${entry.getAttribute('data-state')}`,
      ),
    );
}

/** Waits until the announcement that is heard has been played to its end. @returns its length in s */
export async function heard(page: Page): Promise<number> {
  const ended =
    '(() => { const a = document.querySelector("[data-phone-sound]"); return a.ended && a.duration })()';
  return (await page.waitForFunction(ended, undefined, { timeout: 20_000 })).jsonValue() as Promise<number>;
}
