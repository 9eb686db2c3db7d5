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
  complete?(done: () => void): void;
}

const MODULE = '@sipgate-flows/node-red-sipgate-io';
const EXAMPLE = /^02 /;
const EXAMPLES_URL = `library/examples/flows/${MODULE}`;
const LONGEST_DEPLOY_MS = 15_000;
const TOUR_WIDTH = 320;
const RUNNING = 'sipgate-phone-tour';

/** What the tour asks of the tab. */
export interface TourTab {
  show(): void;
  /** Loads the list of webhooks anew and chooses the one with this name. */
  choose(name: string): Promise<void>;
}

/** Shows in six steps how to place an example, call it and see its way; only when the user asks for it. */
export function startTour(tab: TourTab): void {
  Object.assign(globalThis, { sipgateFirstCall: { steps: stepsOf(tab) } });
  const url = new URL(`resources/${MODULE}/first-call.js`, document.baseURI).href;
  // the guide's shade lies above the tab, whatever a step asks for
  document.body.classList.add(RUNNING);
  RED.tourGuide.run(url, (error) => {
    document.body.classList.remove(RUNNING);
    if (error) RED.notify(String(error), 'error');
  });
}

function stepsOf(tab: TourTab): TourStep[] {
  const step = (number: number) => ({
    title: text(`tour.${number}.title`),
    description: text(`tour.${number}.text`),
  });
  const clickOn = (element: string) => ({
    wait: { type: 'dom-event', event: 'click', element } as const,
    element,
  });
  const beside = { direction: 'left', width: TOUR_WIDTH } as const;
  return [
    step(1),
    { ...step(2), complete: (done) => goOnAfter(placeExample(), done) },
    {
      ...step(3),
      ...clickOn('#red-ui-header-button-deploy'),
      direction: 'bottom',
      width: TOUR_WIDTH,
      complete: (done) => goOnAfter(afterDeploy(tab), done),
    },
    { ...step(4), ...beside, ...clickOn('[data-phone=call]') },
    { ...step(5), ...beside, ...clickOn('[data-phone=key-1]') },
    { ...step(6), ...beside, element: '[data-phone=path]' },
  ];
}

/** The next step comes also where this one has failed: then the user is told why. */
function goOnAfter(work: Promise<void>, done: () => void): void {
  work.catch((error: Error) => RED.notify(error.message, 'error')).finally(done);
}

async function placeExample(): Promise<void> {
  const flow = await loadExample();
  const before = new Set(RED.nodes.getWorkspaceOrder());
  RED.view.importNodes(flow, { addFlow: false, generateIds: true, touchImport: true });
  const added = RED.nodes.getWorkspaceOrder().find((id) => !before.has(id));
  if (added !== undefined) RED.workspaces.show(added);
}

/** The examples stand in a folder for each language; what they are called there depends on it. */
async function loadExample(): Promise<unknown> {
  const root = await list(EXAMPLES_URL);
  const folder = root.folders.find(
    (name) => name === (/^de\b/i.test(RED.i18n.lang() ?? '') ? 'Deutsch' : 'English'),
  );
  const at = folder === undefined ? EXAMPLES_URL : `${EXAMPLES_URL}/${folder}`;
  const { files } = folder === undefined ? root : await list(at);
  const file = files.find((name) => EXAMPLE.test(name));
  return await get(`${at}/${encodeURIComponent(file ?? '')}`);
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
async function afterDeploy(tab: TourTab): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      RED.events.off('deploy', done);
      resolve();
    };
    const timer = setTimeout(done, LONGEST_DEPLOY_MS);
    RED.events.on('deploy', done);
  });
  tab.show();
  await tab.choose('02');
}
