import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const SOURCE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Node-RED's own: it keeps password managers from filling in a dialog. */
const TRAPS = '[id^=red-ui-trap-]';

/**
 * Looks for what keeps users of assistive technology out.
 * @param selector of the part that is looked at
 * @returns a line for each element with something wrong; empty when all is well
 */
export async function axeFindings(page: Page, selector: string): Promise<string[]> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(`${SOURCE}; undefined`);
  const where = JSON.stringify({ include: [selector], exclude: [TRAPS] });
  const { violations } = (await page.evaluate(`axe.run(${where}, { resultTypes: ['violations'] })`)) as {
    violations: Finding[];
  };
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id} (${help}): ${html.slice(0, 200)} ${failureSummary}`),
  );
}
