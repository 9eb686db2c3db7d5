import { element, fill, part } from './dom';
import { PhoneView } from './phone-view';
import { createRealCallsView } from './real-view';
import { routes, type Line } from './routes';
import { TestsView } from './tests-view';
import { text } from './texts';
import { startTour } from './tour';

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

export function createTab(): Tab {
  const content = element('div', { class: 'sipgate-phone' });
  let open: OpenTab | undefined;
  return {
    content,
    shown() {
      open ??= new OpenTab(content);
      void open.refresh();
    },
  };
}

/** What is in the tab, made when it is shown for the first time. */
class OpenTab {
  readonly #content: HTMLElement;
  readonly #mayCall = RED.user.hasPermission('flows.write');
  readonly #webhook = part('select', 'webhook', { id: 'sipgate-phone-webhook' });
  readonly #from = part('input', 'from', { id: 'sipgate-phone-from', type: 'text', value: DEFAULT_FROM });
  readonly #to = part('input', 'to', { id: 'sipgate-phone-to', type: 'text', value: DEFAULT_TO });
  readonly #advice = element('div', { class: 'sipgate-phone-note', role: 'status' });
  readonly #phone: PhoneView;
  #problem = '';

  constructor(content: HTMLElement) {
    this.#content = content;
    const tests = new TestsView(this.#mayCall);
    this.#phone = new PhoneView({
      mayCall: this.#mayCall,
      isShown: () => this.#isShown(),
      order: () => ({ webhook: this.#webhook.value, from: this.#from.value, to: this.#to.value }),
      onRefused: () => void this.refresh(),
      onSaved: (file) => void tests.saved(file),
    });
    content.append(
      row('webhook', this.#webhook),
      ...(this.#mayCall ? [row('from', this.#from), row('to', this.#to)] : []),
      this.#advice,
      this.#phone.element,
      section('heading.tests', tests),
      section('heading.real', createRealCallsView(this.#mayCall)),
      ...(this.#mayCall ? [this.#tourButton()] : []),
    );
    RED.events.on('deploy', () => {
      if (this.#isShown()) void this.refresh();
    });
    RED.events.on('workspace:dirty', () => this.#advise());
  }

  /** Asks which webhooks run, and goes on with a call that runs. */
  async refresh(): Promise<void> {
    void this.#phone.follow();
    const answer = await routes.lines();
    if (answer.ok) showLines(this.#webhook, answer.value.lines);
    this.#phone.linesChanged();
    this.#problem = answer.ok ? '' : answer.reason;
    this.#advise();
  }

  /** What keeps the user from calling what they have drawn. */
  #advise(): void {
    const hasNone = this.#webhook.options.length === 0;
    const advice = hasNone ? text('noWebhook') : RED.nodes.dirty() && this.#mayCall ? text('undeployed') : '';
    this.#advice.textContent = this.#problem || advice;
  }

  #isShown(): boolean {
    return this.#content.isConnected && this.#content.offsetParent !== null;
  }

  #tourButton(): HTMLElement {
    const tour = {
      show: () => RED.sidebar.show(TAB_ID),
      choose: async (name: string) => {
        await this.refresh();
        const option = [...this.#webhook.options].find((one) => one.text.includes(name));
        if (option) this.#webhook.value = option.value;
      },
    };
    const button = { type: 'button', class: 'red-ui-button', click: () => startTour(tour) };
    return element('p', {}, element('button', button, text('showMe')));
  }
}

function row(label: string, field: HTMLElement): HTMLElement {
  return element(
    'div',
    { class: 'sipgate-phone-row' },
    element('label', { for: field.id }, text(label)),
    field,
  );
}

/** Asked for when somebody opens it. */
function section(heading: string, view: { element: HTMLElement; refresh(): Promise<void> }): HTMLElement {
  const summary = element('summary', {}, text(heading));
  const details = element('details', { class: 'sipgate-phone-section' }, summary, view.element);
  details.addEventListener('toggle', () => void (details.open && view.refresh()));
  return details;
}

function showLines(select: HTMLSelectElement, lines: readonly Line[]): void {
  const chosen = select.value;
  fill(
    select,
    lines.map(({ id, name, kind }) =>
      element('option', { value: id }, kind === 'aiFlow' ? text('aiFlow', { name }) : name),
    ),
  );
  if (lines.some(({ id }) => id === chosen)) select.value = chosen;
}
