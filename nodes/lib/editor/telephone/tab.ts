import { element, fill, part } from './dom';
import { PhoneView } from './phone-view';
import { createRealCallsView } from './real-view';
import { routes, type Line } from './routes';
import { TestsView } from './tests-view';
import { text } from './texts';

export const TAB_ID = 'sipgate-telephone';

/** Numbers that Germany's network agency keeps free for films and books. */
const DEFAULT_FROM = '+49 171 39200001';
const DEFAULT_TO = '+49 30 23125000';

/** The tab of the sidebar. It does nothing before it is shown, and nothing while it is hidden. */
export interface Tab {
  readonly content: HTMLElement;
  /** The user looks at it. */
  shown(): void;
}

/** @param startTour shows the first steps */
export function createTab(startTour: () => void): Tab {
  const content = element('div', { class: 'sipgate-phone' });
  let open: OpenTab | undefined;
  return {
    content,
    shown() {
      open ??= openTab(content, startTour);
      open.refresh();
    },
  };
}

interface OpenTab {
  refresh(): void;
}

function openTab(content: HTMLElement, startTour: () => void): OpenTab {
  const mayCall = RED.user.hasPermission('flows.write');
  const webhook = part('select', 'webhook', { id: 'sipgate-phone-webhook' });
  const from = part('input', 'from', { id: 'sipgate-phone-from', type: 'text', value: DEFAULT_FROM });
  const to = part('input', 'to', { id: 'sipgate-phone-to', type: 'text', value: DEFAULT_TO });
  const advice = element('div', { class: 'sipgate-phone-note' });
  const tests = new TestsView(mayCall);
  const real = createRealCallsView(mayCall);
  const phone = new PhoneView({
    mayCall,
    isShown: () => content.isConnected && content.offsetParent !== null,
    order: () => ({ webhook: webhook.value, from: from.value, to: to.value }),
    onSaved: () => void tests.refresh(),
  });
  const row = (label: string, field: HTMLElement) =>
    element('div', { class: 'sipgate-phone-row' }, element('label', { for: field.id }, text(label)), field);

  content.append(
    row('webhook', webhook),
    ...(mayCall ? [row('from', from), row('to', to)] : []),
    advice,
    phone.element,
    section('heading.tests', tests),
    section('heading.real', real),
    ...(mayCall ? [tourButton(startTour)] : []),
  );

  const refreshLines = async () => {
    const answer = await routes.lines();
    if (answer.ok) showLines(webhook, answer.value.lines);
    advice.textContent = answer.ok
      ? answer.value.lines.length === 0
        ? text('noWebhook')
        : ''
      : answer.reason;
  };
  return {
    refresh() {
      void refreshLines();
      void phone.follow();
    },
  };
}

/** Asked for when somebody opens it. */
function section(heading: string, view: { element: HTMLElement; refresh(): Promise<void> }): HTMLElement {
  const details = element(
    'details',
    { class: 'sipgate-phone-section', toggle: () => void (details.open && view.refresh()) },
    element('summary', {}, text(heading)),
    view.element,
  );
  return details;
}

function tourButton(startTour: () => void): HTMLElement {
  return element(
    'button',
    { type: 'button', class: 'red-ui-button red-ui-button-small', click: startTour },
    text('tour'),
  );
}

function showLines(select: HTMLSelectElement, lines: readonly Line[]): void {
  const chosen = select.value;
  fill(
    select,
    lines.map(({ id, name }) => element('option', { value: id }, name)),
  );
  if (lines.some(({ id }) => id === chosen)) select.value = chosen;
}
