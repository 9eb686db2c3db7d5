/** What the dialogs of a webhook and of an AI flow share: where it listens, and under which address sipgate reaches it. */
import { isEditorsPath, pathOnTheWire } from '../webhook/path-rule';
import { wholeNumber, wrong } from './checks';
import { showCountry } from './country';
import { current, field, open, revalidate } from './fields';
import { advice, copy, showHints, warning, type Hint } from './page';
import { request } from './requests';
import { obstacles, parseUrl, randomPath } from './urls';

/** A dialog whose elements have ids that begin with its type, and whose texts stand in the catalogue of that name. */
export interface ListeningDialog {
  readonly type: 'sipgate-webhook' | 'sipgate-ai-flow';
  readonly defaultPath: string;
}

/** What it depends on, as the admin route `sipgate/webhook-info` answers. */
interface ServerInfo {
  readonly httpNodeRoot: string | false | undefined;
  readonly httpNodeAuth: boolean;
  /** Names of its context stores. */
  readonly stores: readonly string[];
}

/** What decides under which address it listens. */
const ADDRESS_FIELDS = ['server', 'path', 'publicUrl', 'host', 'port', 'tls'];

/** Comes first in `oneditprepare`: tabs, address, context stores, country. */
export function prepare(node: EditorNode, dialog: ListeningDialog): void {
  const input = (property: string) => field(node, property);
  const part = (name: string) => $(`#${dialog.type}-${name}`);
  let server: ServerInfo = { httpNodeRoot: RED.settings.httpNodeRoot, httpNodeAuth: false, stores: [] };
  open(node);
  addTabs(node, dialog);
  if (!RED.nodes.node(node.id)) input('path').val(randomPath());
  fillStores(node, dialog, server);
  part('path-new').on('click', () => input('path').val(randomPath()).trigger('change'));
  part('suggest').on('click', () =>
    input('publicUrl')
      .val(localUrl(node, dialog, server))
      .trigger('change'),
  );
  part('copy').on('click', () => void copyFinalUrl(node, dialog));
  input('server').on('change', () => {
    $('.sipgate-own-port').toggle(hasOwnPort(node));
    revalidate(node, ['host', 'port', 'path']);
  });
  for (const property of ADDRESS_FIELDS)
    input(property).on('input change', () => showAddress(node, dialog, server));
  showCountry(input('country'), part('country'));
  void request('GET', 'sipgate/webhook-info').then(({ status, body }) => {
    if (status === 200) server = body as unknown as ServerInfo;
    fillStores(node, dialog, server);
    showAddress(node, dialog, server);
  });
}

export function hasOwnPort(node: EditorNode): boolean {
  return current(node, 'server') === 'port';
}

export function checkPath(node: EditorNode, value: string, label: string): Verdict {
  const path = pathOnTheWire(value.trim());
  if (path === undefined) return wrong(label, 'path');
  if (hasOwnPort(node)) return true;
  // the editor's page stands at the root of all that the editor answers
  const isTaken = isEditorsPath(path, location.pathname, String(RED.settings.httpNodeRoot || ''));
  return isTaken ? wrong(label, 'editors-path') : true;
}

export function checkHost(node: EditorNode, value: unknown, label: string): Verdict {
  return !hasOwnPort(node) || /^\S*$/.test(String(value ?? '')) ? true : wrong(label, 'host');
}

export function checkPort(node: EditorNode, value: unknown, label: string): Verdict {
  return hasOwnPort(node) ? wholeNumber(value, label, 1, 65_535) : true;
}

function addTabs(node: EditorNode, { type }: ListeningDialog): void {
  const tabs = RED.tabs.create({
    id: `${type}-tabs`,
    onchange: ({ id }) => void $(`#${type}-sections`).children().hide().filter(`#${id}`).show(),
  });
  for (const name of ['address', 'security', 'answering'])
    tabs.addTab({ id: `${type}-${name}`, label: node._(`${type}.tab.${name}`) });
  // Node-RED's tabs listen to the mouse only
  $(`#${type}-tabs`)
    .find('a')
    .each((_index, link) => {
      $(link).on('keydown', (event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        tabs.activateTab(link.getAttribute('href')?.slice(1) ?? '');
      });
    });
}

/** Where Node-RED itself is reached from this browser, or the port of its own. */
function localUrl(node: EditorNode, { defaultPath }: ListeningDialog, { httpNodeRoot }: ServerInfo): string {
  const value = (property: string) => field(node, property).val();
  const path = pathOnTheWire(value('path')?.trim() || defaultPath) ?? '';
  if (!hasOwnPort(node)) return location.origin + String(httpNodeRoot || '').replace(/\/$/, '') + path;
  const hasTls = !['', '_ADD_', undefined, null].includes(value('tls'));
  return `${hasTls ? 'https' : 'http'}://${location.hostname}:${value('port') || 8765}${path}`;
}

function showAddress(node: EditorNode, dialog: ListeningDialog, server: ServerInfo): void {
  const { type } = dialog;
  const url = parseUrl(field(node, 'publicUrl').val());
  const local = localUrl(node, dialog, server);
  const localPath = new URL(URL.canParse(local) ? local : location.origin).pathname;
  const hints = obstacles(url).map((key) => warning(node._(`${type}.hint.${key}`)));
  if (url && url.pathname !== localPath) hints.push(advice(node._(`${type}.hint.path`, { path: localPath })));
  showHints($(`#${type}-url-hints`), hints);
  showHints($(`#${type}-server-hints`), serverHints(node, dialog, server));
  $(`#${type}-final`).text(url ? String(field(node, 'publicUrl').val()).trim() : '');
  $(`#${type}-final-row`).toggle(url !== undefined);
}

function serverHints(
  node: EditorNode,
  { type }: ListeningDialog,
  { httpNodeRoot, httpNodeAuth }: ServerInfo,
): Hint[] {
  if (hasOwnPort(node)) return [];
  const t = (key: string) => warning(node._(`${type}.hint.${key}`));
  if (httpNodeRoot === false) return [t('no-http-nodes')];
  return httpNodeAuth ? [t('http-node-auth')] : [];
}

/** The stored name stays selectable, even when the list cannot be loaded or the store is gone. */
function fillStores(node: EditorNode, { type }: ListeningDialog, { stores }: ServerInfo): void {
  const select = field(node, 'callStore');
  const saved = String(select.val() || node['callStore'] || '');
  const names = new Set([...stores, saved].filter((name) => name !== '' && name !== 'default'));
  const first = $('<option>')
    .val('')
    .text(node._(`${type}.label.default-store`));
  const options = [...names].map((name) => $('<option>').val(name).text(name));
  select.empty().append(first, options).val(saved);
}

async function copyFinalUrl(node: EditorNode, { type }: ListeningDialog): Promise<void> {
  const label = $(`#${type}-copy`).find('span');
  const worked = await copy($(`#${type}-final`).text());
  label.text(node._(`${type}.button.${worked ? 'copied' : 'not-copied'}`));
  setTimeout(() => label.text(node._(`${type}.button.copy`)), 2000);
}
