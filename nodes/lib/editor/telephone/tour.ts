import { text } from './texts';

/** A step as Node-RED's tour guide takes it. */
interface TourStep {
  readonly title: string;
  readonly description: string;
  readonly element?: string;
  readonly direction?: 'left' | 'bottom';
  readonly width?: number;
  readonly wait?: { readonly type: 'dom-event'; readonly event: string; readonly element: string };
  prepare?(done: () => void): void;
}

const MODULE = '@sipgate-flows/node-red-sipgate-io';
const EXAMPLE = /^02 /;
const EXAMPLES_URL = `library/examples/flows/${MODULE}`;
const LONGEST_DEPLOY_MS = 15_000;
const TOUR_WIDTH = 320;
const RUNNING = 'sipgate-phone-tour';
const WEBHOOK = 'sipgate-webhook';
const ENTRY = 'sipgate-webhook-in';
const DEPLOY = '#red-ui-header-button-deploy';
const CALL = '[data-phone=call]';
const KEY = '[data-phone=key-1]';
const WAY = '.sipgate-phone-way';
/** A flow that takes longer has gone wrong, and the step shows that. */
const LONGEST_RINGING_MS = 3000;
const LOOK_MS = 50;
/** So much of the tab is to be seen below what a step shows. */
const SEEN_PX = 150;

type ExampleNode = Readonly<Record<string, unknown>>;

/** What the tour asks of the tab. */
export interface TourTab {
  show(): void;
  /** Loads the list of webhooks anew and chooses this one. */
  choose(webhook: string): Promise<void>;
}

/** Shows in six steps how to place an example, call it and see its way; only when the user asks for it. */
export function startTour(tab: TourTab): void {
  Object.assign(globalThis, { sipgateFirstCall: { steps: stepsOf(tab) } });
  const url = new URL(`resources/${MODULE}/first-call.js`, document.baseURI).href;
  // the guide's shade lies above the tab, whatever a step asks for
  document.body.classList.add(RUNNING);
  RED.tourGuide.run(url, (error) => {
    document.body.classList.remove(RUNNING);
    window.scrollTo(0, 0);
    if (error) RED.notify(String(error), 'error');
  });
}

function stepsOf(tab: TourTab): TourStep[] {
  let webhook = '';
  const place = async () => {
    webhook = await placeExample();
  };
  const ready = async () => {
    await afterDeploy(tab, webhook);
    bringIntoView(CALL);
  };
  const shown = async () => {
    await untilRinging();
    bringIntoView(WAY);
  };
  const deploy = { ...clickOn(DEPLOY), direction: 'bottom', width: TOUR_WIDTH } as const;
  const beside = { direction: 'left', width: TOUR_WIDTH } as const;
  // the guide completes a step also for who closes it: what a step needs, it prepares
  return [
    words(1),
    words(2),
    { ...words(3), ...deploy, prepare: (done) => goOnAfter(place(), done) },
    { ...words(4), ...beside, ...clickOn(CALL), prepare: (done) => goOnAfter(ready(), done) },
    { ...words(5), ...beside, ...clickOn(KEY), prepare: () => bringIntoView(KEY) },
    { ...words(6), ...beside, element: WAY, prepare: (done) => goOnAfter(shown(), done) },
  ];
}

function words(step: number): Pick<TourStep, 'title' | 'description'> {
  return { title: text(`tour.${step}.title`), description: text(`tour.${step}.text`) };
}

function clickOn(element: string): Pick<TourStep, 'wait' | 'element'> {
  return { wait: { type: 'dom-event', event: 'click', element }, element };
}

/** The next step comes also where this one has failed: then the user is told why. */
function goOnAfter(work: Promise<void>, done: () => void): void {
  work.catch((error: Error) => RED.notify(error.message, 'error')).finally(done);
}

/** Places the example, or shows it where it is there already. @returns the id of its webhook */
async function placeExample(): Promise<string> {
  const flow = await loadExample();
  const path = flow.find(({ type }) => type === WEBHOOK)?.['path'];
  const present = webhooks().find((one) => one['path'] === path);
  if (present) {
    const [first] = RED.nodes.filterNodes({ type: ENTRY }).filter((one) => one['webhook'] === present.id);
    if (first) RED.view.reveal(first.id);
    return present.id;
  }
  const [tabs, known] = [new Set(RED.nodes.getWorkspaceOrder()), new Set(webhooks().map(({ id }) => id))];
  RED.view.importNodes(flow, { addFlow: false, generateIds: true, touchImport: true });
  const added = RED.nodes.getWorkspaceOrder().find((id) => !tabs.has(id));
  if (added !== undefined) RED.workspaces.show(added);
  return webhooks().find(({ id }) => !known.has(id))?.id ?? '';
}

function webhooks(): EditorNode[] {
  const found: EditorNode[] = [];
  RED.nodes.eachConfig((node) => {
    if (node.type === WEBHOOK) found.push(node);
  });
  return found;
}

/** The examples stand in a folder for each language; what they are called there depends on it. */
async function loadExample(): Promise<ExampleNode[]> {
  const root = await list(EXAMPLES_URL);
  const folder = root.folders.find(
    (name) => name === (/^de\b/i.test(RED.i18n.lang() ?? '') ? 'Deutsch' : 'English'),
  );
  const at = folder === undefined ? EXAMPLES_URL : `${EXAMPLES_URL}/${folder}`;
  const { files } = folder === undefined ? root : await list(at);
  const file = files.find((name) => EXAMPLE.test(name));
  return (await get(`${at}/${encodeURIComponent(file ?? '')}`)) as ExampleNode[];
}

async function list(url: string): Promise<{ folders: string[]; files: string[] }> {
  const entries = await get(url);
  const all: readonly unknown[] = Array.isArray(entries) ? entries : [];
  return {
    folders: all.filter((entry): entry is string => typeof entry === 'string'),
    files: all.flatMap((entry) =>
      typeof entry === 'object' && entry !== null && 'fn' in entry ? [String(entry.fn)] : [],
    ),
  };
}

function get(url: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    $.ajax({ method: 'GET', url, dataType: 'json', timeout: LONGEST_DEPLOY_MS }).always((first, state) => {
      if (state === 'success') resolve(first);
      else reject(new Error(text('tour.noExample')));
    });
  });
}

/** The webhook runs a moment after the button. */
async function afterDeploy(tab: TourTab, webhook: string): Promise<void> {
  if (RED.nodes.dirty()) await nextDeploy();
  tab.show();
  await tab.choose(webhook);
}

function nextDeploy(): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      RED.events.off('deploy', done);
      resolve();
    };
    const timer = setTimeout(done, LONGEST_DEPLOY_MS);
    RED.events.on('deploy', done);
  });
}

/** What a step shows stands still when the telephone rings: until then the transcript above it grows. */
async function untilRinging(): Promise<void> {
  const until = performance.now() + LONGEST_RINGING_MS;
  while (performance.now() < until && !document.querySelector('[data-phone=answer]:enabled'))
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}

/** The guide would scroll the whole editor instead of the tab, which may be low. */
function bringIntoView(selector: string): void {
  const wanted = document.querySelector(selector);
  const tab = wanted?.closest('.sipgate-phone');
  if (!wanted || !tab) return;
  const above = wanted.getBoundingClientRect().top - tab.getBoundingClientRect().top;
  if (above < 0 || above + SEEN_PX > tab.clientHeight) tab.scrollTop += above - tab.clientHeight / 4;
}
