import { Backoff } from './backoff';
import { inBackground } from './background';
import { element, fill, part } from './dom';
import { pauseMarks, resumeMarks } from './marks';
import { PhoneView } from './phone-view';
import { createRealCallsView } from './real-view';
import { routes, type Line } from './routes';
import { TestsView } from './tests-view';
import { text } from './texts';
import { startTour } from './tour';
import { Visibility } from './visibility';

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
      open.chosen();
    },
  };
}

/** What is in the tab, made when it is shown for the first time. */
class OpenTab {
  readonly #mayCall = RED.user.hasPermission('flows.write');
  readonly #webhook = part('select', 'webhook', { id: 'sipgate-phone-webhook' });
  readonly #from = part('input', 'from', { id: 'sipgate-phone-from', type: 'text', value: DEFAULT_FROM });
  readonly #to = part('input', 'to', { id: 'sipgate-phone-to', type: 'text', value: DEFAULT_TO });
  readonly #pretend = part('input', 'pretend', { type: 'checkbox', checked: true });
  readonly #advice = element('div', { class: 'sipgate-phone-note', role: 'status' });
  readonly #phone: PhoneView;
  readonly #visibility: Visibility;
  readonly #backoff = new Backoff();
  /** Whether the webhooks are asked for again in a moment. */
  #isWaiting = false;
  #problem = '';

  constructor(content: HTMLElement) {
    this.#visibility = new Visibility(content, (isShown) => this.#seen(isShown));
    const tests = new TestsView(this.#mayCall, () => this.#visibility.untilShown());
    this.#phone = new PhoneView({
      mayCall: this.#mayCall,
      isShown: () => this.#visibility.isShown,
      order: () => ({
        webhook: this.#webhook.value,
        from: this.#from.value,
        to: this.#to.value,
        pretend: this.#pretend.checked,
      }),
      onRefused: () => inBackground(this.#refresh()),
      onSaved: (file) => inBackground(tests.saved(file)),
    });
    content.append(
      row('webhook', this.#webhook),
      ...(this.#mayCall ? [row('from', this.#from), row('to', this.#to), this.#pretendRow()] : []),
      this.#advice,
      this.#phone.element,
      section('heading.tests', tests),
      section('heading.real', createRealCallsView(this.#mayCall)),
      ...(this.#mayCall ? [this.#tourButton()] : []),
    );
    RED.events.on('deploy', () => {
      if (this.#visibility.isShown) inBackground(this.#refresh());
    });
    RED.events.on('workspace:dirty', () => {
      if (this.#visibility.isShown) this.#advise();
    });
  }

  /** Node-RED shows the tab when it has told it. */
  chosen(): void {
    queueMicrotask(() => {
      // who comes back before it was noticed that they were away wants to see what runs now, too
      if (!this.#visibility.look() && this.#visibility.isShown) inBackground(this.#refresh());
    });
  }

  /** It is shown, or it is hidden. */
  #seen(isShown: boolean): void {
    if (!isShown) {
      pauseMarks();
      this.#backoff.end();
      return this.#phone.hidden();
    }
    resumeMarks();
    this.#phone.shown();
    inBackground(this.#refresh());
  }

  /** Asks which webhooks run. */
  async #refresh(): Promise<void> {
    const answer = await routes.lines();
    if (answer.ok) showLines(this.#webhook, answer.value.lines);
    this.#phone.linesChanged();
    this.#problem = answer.ok ? '' : answer.reason;
    this.#advise();
    if (answer.ok) this.#backoff.reset();
    else if (answer.problem === 'noAnswer') await this.#refreshLater();
  }

  /** Node-RED does not answer: it may be starting. */
  async #refreshLater(): Promise<void> {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    await this.#backoff.wait();
    this.#isWaiting = false;
    if (this.#visibility.isShown) await this.#refresh();
  }

  /** What keeps the user from calling what they have drawn. */
  #advise(): void {
    const hasNone = this.#webhook.options.length === 0;
    const advice = hasNone ? text('noWebhook') : RED.nodes.dirty() && this.#mayCall ? text('undeployed') : '';
    this.#advice.textContent = this.#problem || advice;
  }

  #pretendRow(): HTMLElement {
    return element('label', { class: 'sipgate-phone-check' }, this.#pretend, ' ', text('pretend'));
  }

  #tourButton(): HTMLElement {
    const tour = {
      show: () => RED.sidebar.show(TAB_ID),
      choose: async (webhook: string) => {
        await this.#refresh();
        if ([...this.#webhook.options].some(({ value }) => value === webhook)) this.#webhook.value = webhook;
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
  details.addEventListener('toggle', () => {
    if (details.open) inBackground(view.refresh());
  });
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
