import { inBackground } from './background';
import { button, element, fill, part } from './dom';
import { routes, type ListedTest, type TestRun } from './routes';
import { actionText, text } from './texts';

/** The list of saved calls, and how they went. */
export class TestsView {
  readonly element: HTMLElement;
  readonly #list = part('ul', 'tests', { class: 'sipgate-phone-tests' });
  readonly #message = element('div', { class: 'sipgate-phone-note', role: 'status' });
  readonly #runAll = button('run-tests', text('tests.runAll'), () => inBackground(this.#runListed()));
  readonly #mayRun: boolean;
  readonly #untilShown: () => Promise<void>;
  readonly #results = new Map<string, TestRun['result']>();
  #isRunning = false;
  #tests: readonly ListedTest[] = [];
  #loading: Promise<void> = Promise.resolve();

  /**
   * @param mayRun whether the user may place calls
   * @param untilShown waits while the tab is hidden: then nothing is asked
   */
  constructor(mayRun: boolean, untilShown: () => Promise<void>) {
    this.#mayRun = mayRun;
    this.#untilShown = untilShown;
    this.element = element('div', {}, ...(mayRun ? [this.#runAll] : []), this.#message, this.#list);
  }

  /** A test was saved; how one of that name went before tells nothing any more. */
  async saved(file: string): Promise<void> {
    this.#results.delete(file);
    this.#message.textContent = '';
    await this.refresh();
  }

  /** Loads the list. */
  async refresh(): Promise<void> {
    this.#loading = this.#load();
    await this.#loading;
  }

  async #load(): Promise<void> {
    const answer = await routes.tests();
    if (answer.ok) this.#tests = answer.value.tests;
    this.#show();
    if (!answer.ok) this.#message.textContent = answer.reason;
  }

  #show(): void {
    fill(
      this.#list,
      this.#tests.map((test) => this.#row(test)),
    );
    this.#runAll.disabled = this.#tests.length === 0;
    const none = text('tests.none');
    if (this.#tests.length === 0) this.#message.textContent = none;
    else if (this.#message.textContent === none) this.#message.textContent = '';
  }

  /** Who opens the list and clicks at once means what is in it. */
  async #runListed(): Promise<void> {
    await this.#loading;
    await this.#run(this.#tests.map(({ file }) => file));
  }

  async #run(files: readonly string[]): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#message.textContent = await this.#runEach(files);
    this.#isRunning = false;
  }

  /** One request for each: a flow may take its time. @returns how it went, in words */
  async #runEach(files: readonly string[]): Promise<string> {
    let passed = 0;
    for (const [index, file] of files.entries()) {
      this.#message.textContent = text('tests.running', { number: index + 1, all: files.length });
      await this.#untilShown();
      const answer = await routes.runTests([file]);
      if (!answer.ok) return answer.reason;
      for (const { result } of answer.value.runs) {
        this.#results.set(file, result);
        if (result.kind === 'passed') passed += 1;
      }
      this.#show();
    }
    return text('tests.summary', { passed, all: files.length });
  }

  async #remove(file: string): Promise<void> {
    const answer = await routes.deleteTest(file);
    this.#results.delete(file);
    this.#message.textContent = '';
    await this.refresh();
    if (!answer.ok) this.#message.textContent = answer.reason;
  }

  #row({ file, name, problem }: ListedTest): HTMLElement {
    const broken = problem === undefined ? undefined : ({ kind: 'notRun', reason: problem } as const);
    const result = this.#results.get(file) ?? broken;
    const row = element('li', { 'data-phone-test': file }, element('span', {}, name), ' ');
    if (this.#mayRun) row.append(...this.#actions(file, name));
    if (result === undefined) return row;
    row.setAttribute('data-result', result.kind === 'passed' ? 'passed' : 'failed');
    row.append(element('div', { class: 'sipgate-phone-note' }, wordsOf(result)));
    return row;
  }

  #actions(file: string, name: string): HTMLElement[] {
    const common = { type: 'button', class: 'red-ui-button red-ui-button-small' };
    const label = { 'aria-label': text('tests.delete', { name }) };
    // a file that is gone is gone: the first click asks
    const remove = element('button', { ...common, ...label, click: () => sure() }, '×');
    const sure = () => {
      if (remove.textContent !== '×') return inBackground(this.#remove(file));
      remove.textContent = text('tests.sure');
      remove.addEventListener('blur', () => (remove.textContent = '×'), { once: true });
    };
    const run = () => inBackground(this.#run([file]));
    return [element('button', { ...common, click: run }, text('tests.run')), remove];
  }
}

function wordsOf(result: TestRun['result']): string {
  if (result.kind === 'passed') return text('tests.passed');
  if (result.kind === 'notRun') return text('tests.notRun', { reason: result.reason });
  const { field, expected, got } = result.failure;
  const words = (value: string) => (field === 'action' ? namedAction(value) : value);
  return text('tests.failed', {
    step: result.step,
    expected: field === undefined ? expected : text(`tests.field.${field}`, { value: words(expected) }),
    got: words(got),
  });
}

/** With the name that stands in the file. */
function namedAction(action: string): string {
  const words = actionText(action);
  return words === action ? action : `${words} (${action})`;
}
