/**
 * Drives a real Node-RED editor in a real browser. A spec starts one Node-RED (`startNodeRed`) and one browser
 * (`openBrowser`), then opens an editor per language and theme (`openEditor`); `stop()` and `close()` end them.
 *
 *   let nodeRed: NodeRed, browser: Browser;
 *   before(async () => {
 *     browser = await openBrowser();
 *     nodeRed = await startNodeRed();
 *   });
 *   after(() => Promise.all([browser?.close(), nodeRed?.stop()]));
 *
 * Node-RED loads the pack from dist/, so `npm run build` comes first.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';
import { PROJECT, startNodeRed as startProcess } from '../node-red';
import { chromiumPath } from './chromium';

/** Another place of the pack, for instance an unpacked tarball. */
const PACK_ROOT = process.env.PACK_ROOT ?? PROJECT;

/** The name under which Node-RED lists our examples, icons and catalogues. */
export const PACK = '@sipgate-flows/node-red-sipgate-io';

// --- Node-RED -----------------------------------------------------------------------------------------------------

export interface NodeRedOptions {
  /** Where the pack's package.json is; by default what `PACK_ROOT` names, or this project. */
  readonly packRoot?: string;
  /** Lines for settings.js, e.g. `{ httpNodeAuth: { user: 'u', pass: '…' } }`. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface NodeRed {
  /** The editor, with a closing slash. */
  readonly editorUrl: string;
  /** The prefix of every HTTP node: origin and `httpNodeRoot`, without a closing slash. */
  readonly nodeUrl: string;
  readonly userDir: string;
  /** What Node-RED has printed so far. */
  log(): string;
  stop(): Promise<void>;
}

/** None of our dialogs has code in it, and Monaco makes up half of what a load of the editor takes; the tour is Node-RED's own. */
const LIGHT_EDITOR = { codeEditor: { lib: 'ace' }, tours: false };

/**
 * Starts Node-RED in a process of its own. Both roots are not the defaults on purpose: a dialog that uses an absolute
 * path fails here.
 */
export async function startNodeRed(options: NodeRedOptions = {}): Promise<NodeRed> {
  const { url, userDir, log, stop } = await startProcess({
    packRoot: options.packRoot ?? PACK_ROOT,
    settings: {
      httpAdminRoot: '/admin',
      httpNodeRoot: '/api',
      contextStorage: { default: { module: 'memory' }, disk: { module: 'localfilesystem' } },
      editorTheme: LIGHT_EDITOR,
      ...options.settings,
    },
  });
  return { editorUrl: `${url}/admin/`, nodeUrl: `${url}/api`, userDir, log, stop };
}

// --- The browser --------------------------------------------------------------------------------------------------

let shared: Promise<Browser> | undefined;

/**
 * Starts Chromium, or what the environment variable `CHROMIUM` names. Where mocha runs many specs in one process after
 * each other, they share one, which ends with the process: a start takes 2 s of processor time. Pages of different
 * specs share nothing, and `close()` closes those of one spec.
 */
export async function openBrowser(): Promise<Browser> {
  if (process.env.MOCHA_WORKER_ID === undefined) return launch();
  if (!(await shared)?.isConnected()) shared = launch();
  return ofOneSpec(await (shared as Promise<Browser>));
}

function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    headless: true,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}

/** @returns the browser for one spec: what it opens is closed with it, and nothing else */
function ofOneSpec(browser: Browser): Browser {
  const opened: { close(): Promise<void> }[] = [];
  const kept = async <T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> => {
    const one = await opening;
    opened.push(one);
    return one;
  };
  return Object.assign(Object.create(browser) as Browser, {
    newContext: (options?: BrowserContextOptions) => kept(browser.newContext(options)),
    newPage: (options?: BrowserContextOptions) => kept(browser.newPage(options)),
    close: async () => void (await Promise.all(opened.map((one) => one.close()))),
  });
}

export type Language = 'en-US' | 'de-DE';
export type Theme = 'light' | 'dark';

export interface Editor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Exceptions and console errors of the page so far; a spec expects none. */
  readonly errors: string[];
  close(): Promise<void>;
}

export interface EditorOptions {
  readonly language?: Language;
  readonly theme?: Theme;
  /** Pixels per CSS pixel; 2 for pictures in documents. */
  readonly scale?: number;
  /** For a Node-RED with `adminAuth`. */
  readonly login?: { readonly user: string; readonly password: string };
}

/** Opens the editor and waits until palette and flows are there. */
export async function openEditor(
  browser: Browser,
  nodeRed: NodeRed,
  { language = 'en-US', theme = 'light', scale = 1, login }: EditorOptions = {},
): Promise<Editor> {
  const context = await browser.newContext({
    locale: language,
    colorScheme: theme,
    viewport: { width: 1440, height: 900 },
    deviceScaleFactor: scale,
  });
  // the test runner's compiler wraps named functions in a helper that the page doesn't have
  await context.addInitScript('globalThis.__name = (named) => named;');
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto(nodeRed.editorUrl);
  if (login) await logIn(page, login);
  await page.waitForSelector('.red-ui-palette-node');
  await page.waitForSelector('#red-ui-loading-progress', { state: 'hidden' });
  await standStill(page);
  if (theme === 'dark') await darken(page);
  return { page, context, errors, close: () => context.close() };
}

async function logIn(page: Page, login: NonNullable<EditorOptions['login']>): Promise<void> {
  await page.fill('#node-dialog-login-username', login.user);
  await page.fill('#node-dialog-login-password', login.password);
  await page.click('#node-dialog-login-submit');
}

/** Nothing slides or fades: a dialog is there at once, and no click goes to where something has just been. */
async function standStill(page: Page): Promise<void> {
  await page.addStyleTag({ content: '*, *::before, *::after { transition: none !important; }' });
  await page.evaluate('jQuery.fx.off = true');
}

/**
 * Node-RED 5 has a dark theme; 4.1 has none, a theme sets its variables. This turns the lightness of every one of them
 * around, so a colour that is not a variable stands out.
 */
export async function darken(page: Page): Promise<void> {
  await page.evaluate(() => {
    const rules = Array.from(document.styleSheets).flatMap((sheet) => Array.from(sheet.cssRules));
    if ((rules as CSSStyleRule[]).some((rule) => rule.selectorText === 'html.nr-theme-dark'))
      return void document.documentElement.classList.add('nr-theme-dark');
    const roots = (rules as CSSStyleRule[]).filter((rule) => rule.selectorText === ':root');
    const names = roots.flatMap((rule) => Array.from(rule.style));
    const style = getComputedStyle(document.documentElement);
    for (const name of names.filter((each) => each.startsWith('--red-ui-'))) {
      const colour = style.getPropertyValue(name).trim();
      if (!CSS.supports('color', colour)) continue;
      document.documentElement.style.setProperty(name, `hsl(from ${colour} h s calc(105 - l) / alpha)`);
    }
  });
}

/** A folder of examples in the import menu. */
export type ExampleFolder = 'English' | 'Deutsch';

// --- What a user does ---------------------------------------------------------------------------------------------

/** As much of the editor's own API as the specs ask in the page. */
export interface EditorNode {
  readonly id: string;
  readonly type: string;
  readonly z: string;
  readonly valid: boolean;
  readonly validationErrors?: readonly string[];
  [property: string]: unknown;
}

/** Imports an example from the menu, as a user does, and waits until its nodes are on the workspace. */
export async function importExample(
  editor: Editor,
  name: string,
  folder: ExampleFolder = 'English',
): Promise<void> {
  const { page } = editor;
  await page.waitForSelector('.ui-widget-overlay', { state: 'hidden' }); // of a dialog that is still closing
  await page.evaluate('RED.actions.invoke("core:show-examples-import-dialog")');
  const tree = page.locator('#red-ui-clipboard-dialog-import-tab-examples');
  const label = (text: string) => tree.locator('.red-ui-treeList-label', { hasText: text }).first();
  const [ours, languages, example] = [label(PACK), label(folder), label(name)];
  await ours.waitFor();
  // the tree remembers what was unfolded before
  if (!(await languages.isVisible())) await ours.click();
  if (!(await example.isVisible())) await languages.click();
  await example.click();
  const tabs = 'RED.nodes.getWorkspaceOrder().length';
  const before = await page.evaluate(tabs);
  await page.click('#red-ui-clipboard-dialog-ok:enabled');
  await page.waitForSelector('#red-ui-clipboard-dialog', { state: 'hidden' });
  await page.waitForFunction(`${tabs} > ${String(before)}`);
}

/** Imports an example without the menu, which takes a second and more. */
export function placeExample(editor: Editor, name: string, folder: ExampleFolder = 'English'): Promise<void> {
  const file = join(PACK_ROOT, 'examples', folder, `${name}.json`);
  return place(editor, JSON.parse(readFileSync(file, 'utf8')) as { id: string }[]);
}

/** Puts nodes onto the workspace as an import does, and shows the first, which is a tab; they are not deployed. */
export async function place(editor: Editor, nodes: readonly { readonly id: string }[]): Promise<void> {
  const show = `RED.workspaces.show(${JSON.stringify(nodes[0]?.id)})`;
  await editor.page.evaluate(`RED.view.importNodes(${JSON.stringify(nodes)}, { notify: false }); ${show}`);
}

/** As much of a node as `verdict` needs. */
interface DefinedNode {
  readonly _def: {
    readonly _: unknown;
    readonly defaults: Record<string, { validate?: (value: unknown, options: object) => unknown }>;
  };
}

/**
 * What the validator of a property says of a value, `true` or the reason: the editor itself shows none for a typedInput.
 * @param others properties that the node has instead of its own, as it stands in no dialog
 */
export function verdict(
  editor: Editor,
  id: string,
  property: string,
  value: unknown,
  others?: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  return editor.page.evaluate(
    ([nodeId, name, held, instead]) => {
      const { RED } = window as unknown as { RED: { nodes: { node(id: string): DefinedNode } } };
      const node = RED.nodes.node(nodeId);
      // a copy: what is set on a node, or on what inherits from it, changes the flow
      const asked = { ...node, ...instead, _: node._def._ };
      return asked._def.defaults[name]?.validate?.call(asked, held, {});
    },
    [id, property, value, others] as const,
  );
}

/** Presses Deploy and waits until Node-RED has the flows. The button alone says nothing: it is greyed while it works, too. */
export async function deploy(editor: Editor): Promise<void> {
  const { page } = editor;
  await page.click('#red-ui-header-button-deploy');
  const confirm = page.locator('.red-ui-notification button.primary');
  const done = page.waitForFunction(
    () => !(window as unknown as { RED: { nodes: { dirty(): boolean } } }).RED.nodes.dirty(),
  );
  await Promise.race([done, confirm.waitFor().catch(() => undefined)]);
  if (await confirm.isVisible()) await confirm.click();
  await done;
}

/** All nodes of a type with what the editor knows of them, config nodes too. */
export function nodesOf(editor: Editor, type: string): Promise<EditorNode[]> {
  return editor.page.evaluate((wanted) => {
    const red = (
      window as unknown as { RED: { nodes: Record<string, (f: (n: EditorNode) => void) => void> } }
    ).RED;
    const found: EditorNode[] = [];
    const add = (node: EditorNode) => {
      if (node.type !== wanted) return;
      const { id, type, z, valid, validationErrors, _def } = node as EditorNode & {
        _def: { defaults: object };
      };
      const properties = Object.fromEntries(Object.keys(_def.defaults).map((key) => [key, node[key]]));
      found.push({ ...properties, id, type, z, valid, validationErrors });
    };
    red.nodes.eachNode?.(add);
    red.nodes.eachConfig?.(add);
    return found;
  }, type);
}

/** Opens the dialog of a node (or, with its type, of a config node) and waits until it is there. */
export async function openDialog(editor: Editor, id: string, configType?: string): Promise<void> {
  const { page } = editor;
  const call = configType
    ? `RED.editor.editConfig("", ${JSON.stringify(configType)}, ${JSON.stringify(id)})`
    : `RED.editor.edit(RED.nodes.node(${JSON.stringify(id)}))`;
  await page.evaluate(call);
  // Node-RED puts the tray into its place when all is prepared, and somewhat later the cursor into the first field
  const form = configType ? '#node-config-dialog-edit-form' : '#dialog-form';
  await page.locator('.red-ui-tray[style*="right: 0px"]', { has: page.locator(form) }).waitFor();
  await page.locator(`.red-ui-tray:focus-within`).waitFor();
}

/** Saves the open dialog ("Done"), or leaves it ("Cancel"). */
export async function closeDialog(editor: Editor, how: 'save' | 'cancel' = 'save'): Promise<void> {
  const { page } = editor;
  const isConfig = (await page.locator('#node-config-dialog-edit-form').count()) > 0;
  const [kind, form] = isConfig
    ? ['node-config-dialog', '#node-config-dialog-edit-form']
    : ['node-dialog', '#dialog-form'];
  await page.click(`#${kind}-${how === 'save' ? 'ok' : 'cancel'}`);
  await page.locator(form).waitFor({ state: 'detached' });
}

/** Types into a field and leaves it: the editor checks a field when it has changed. */
export async function fillField(editor: Editor, id: string, value: string): Promise<void> {
  await editor.page.fill(`#${id}`, value);
  await editor.page.press(`#${id}`, 'Tab');
}

/** Writes a value and a type into a typedInput; a plain `fill` would change its hidden input only. */
export function setTyped(editor: Editor, property: string, value: string, type = 'str'): Promise<unknown> {
  const input = `$("#node-input-${property}")`;
  const [typeText, valueText] = [JSON.stringify(type), JSON.stringify(value)];
  return editor.page.evaluate(
    `${input}.typedInput("type", ${typeText}); ${input}.typedInput("value", ${valueText}); undefined`,
  );
}

/** The properties that the open dialog marks as wrong. */
export function markedFields(editor: Editor): Promise<string[]> {
  return editor.page.evaluate(() =>
    Array.from(document.querySelectorAll('input.input-error, textarea.input-error, select.input-error'))
      .map((field) => field.id.replace(/^node-(config-)?input-/, ''))
      .filter((property) => property !== ''),
  );
}

/** What the editor says when the mouse rests on a marked field. */
export async function complaint(editor: Editor, fieldId: string): Promise<string> {
  await editor.page.mouse.move(0, 0);
  await editor.page.hover(`#${fieldId}`);
  const bubble = editor.page.locator('.red-ui-popover-content').last();
  await bubble.waitFor();
  return bubble.innerText();
}

/** Changes properties of a node as its dialog would, where the dialog itself is not what a spec looks at. */
export function setProperties(
  editor: Editor,
  id: string,
  properties: Readonly<Record<string, unknown>>,
): Promise<void> {
  return editor.page.evaluate(
    ([nodeId, values]) => {
      const { RED } = window as unknown as {
        RED: { nodes: { node(id: string): object; dirty(dirty: boolean): void } };
      };
      Object.assign(RED.nodes.node(nodeId), values, { changed: true, dirty: true });
      RED.nodes.dirty(true);
    },
    [id, properties] as const,
  );
}

/** Presses the button of an inject node, as a user does. */
export async function press(editor: Editor, name: string): Promise<void> {
  const node = (await nodesOf(editor, 'inject')).find((inject) => inject['name'] === name);
  if (!node) throw new Error(`there is no inject node ${name}`);
  await editor.page.evaluate(`RED.view.reveal(${JSON.stringify(node.id)})`);
  await editor.page.locator(`[id="${node.id}"] .red-ui-flow-node-button-button`).click();
}

/** What stands below a node; empty when there is nothing. */
export async function statusOf(editor: Editor, id: string): Promise<string> {
  await editor.page.evaluate(`RED.view.reveal(${JSON.stringify(id)})`);
  const label = editor.page.locator(`[id="${id}"] .red-ui-flow-node-status-label`);
  return (await label.count()) > 0 ? ((await label.first().textContent()) ?? '') : '';
}

/** What the debug sidebar shows, oldest first. */
export async function debugMessages(editor: Editor): Promise<string[]> {
  await editor.page.evaluate('RED.sidebar.show("debug")');
  return editor.page.locator('.red-ui-debug-msg').allInnerTexts();
}

/** Waits until `look` finds something; @throws with what was there at last when it does not come. */
export async function eventually<T>(
  look: () => Promise<T>,
  accept: (found: T) => boolean,
  limitMs = 10_000,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (accept(found)) return found;
    if (Date.now() > end) throw new Error(`it did not come, there was only ${JSON.stringify(found)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}
