import { isEditorsPath, pathOnTheWire } from './lib/webhook/path-rule';

const LONGEST_RESPONSE_MS = 8000;
const LONGEST_REPLAY_S = 86_400;
/** What decides under which address the webhook listens. */
const ADDRESS_FIELDS = ['server', 'path', 'publicUrl', 'host', 'port', 'tls'];

RED.nodes.registerType('sipgate-webhook', {
  category: 'config',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    server: { value: 'node-red' },
    path: {
      value: '/sipgate',
      validate: function (value, _options) {
        return checkPath(this, String(value || '/sipgate'), this._('sipgate-webhook.label.path'));
      },
    },
    host: {
      value: '127.0.0.1',
      validate: function (value, _options) {
        if (!hasOwnPort(this) || /^\S*$/.test(String(value ?? ''))) return true;
        return sipgateEditor.check.wrong(this._('sipgate-webhook.label.host'), 'host');
      },
    },
    port: {
      value: 8765,
      validate: function (value, _options) {
        if (!hasOwnPort(this)) return true;
        return sipgateEditor.check.wholeNumber(value, this._('sipgate-webhook.label.port'), 1, 65_535);
      },
    },
    tls: { value: '', type: 'tls-config', required: false },
    publicUrl: {
      value: '',
      validate: function (value, _options) {
        return sipgateEditor.check.httpUrl(value, this._('sipgate-webhook.label.publicUrl'));
      },
    },
    verifySignature: { value: true },
    publicKey: {
      value: '',
      validate: function (value, _options) {
        if (!value || isPem(String(value))) return true;
        return sipgateEditor.check.wrong(this._('sipgate-webhook.label.publicKey'), 'pem');
      },
    },
    allowedIps: {
      value: '',
      validate: function (value, _options) {
        return sipgateEditor.check.addresses(value, this._('sipgate-webhook.label.allowedIps'));
      },
    },
    trustProxy: {
      value: '',
      validate: function (value, _options) {
        return sipgateEditor.check.addresses(value, this._('sipgate-webhook.label.trustProxy'));
      },
    },
    country: {
      value: 'DE',
      validate: function (value, _options) {
        return sipgateEditor.check.country(value, this._('sipgate-webhook.label.country'));
      },
    },
    masterSipId: { value: '' },
    responseTimeout: {
      value: 3000,
      validate: function (value, _options) {
        const label = this._('sipgate-webhook.label.responseTimeout');
        return sipgateEditor.check.wholeNumber(value, label, 1, LONGEST_RESPONSE_MS);
      },
    },
    replayWindow: {
      value: 300,
      validate: function (value, _options) {
        const label = this._('sipgate-webhook.label.replayWindow');
        return sipgateEditor.check.wholeNumber(value, label, 0, LONGEST_REPLAY_S);
      },
    },
    callStore: { value: '' },
  },
  credentials: {
    soundKey: { type: 'password' },
  },
  paletteLabel: function () {
    return this._('sipgate-webhook.label.palette');
  },
  label: function () {
    return String(this.name || this.publicUrl || this.path);
  },
  labelStyle: function () {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare: function () {
    const input = (property: string) => sipgateEditor.field(this, property);
    let server: ServerInfo = { httpNodeRoot: RED.settings.httpNodeRoot, httpNodeAuth: false, stores: [] };
    sipgateEditor.open(this);
    addTabs(this);
    if (!RED.nodes.node(this.id)) input('path').val(sipgateEditor.randomPath());
    if (!input('soundKey').val()) input('soundKey').val(sipgateEditor.randomWord());
    fillStores(this, server);
    const replacePath = () => input('path').val(sipgateEditor.randomPath()).trigger('change');
    const suggest = () => input('publicUrl').val(localUrl(this, server)).trigger('change');
    $('#sipgate-webhook-path-new').on('click', replacePath);
    $('#sipgate-webhook-suggest').on('click', suggest);
    $('#sipgate-webhook-copy').on('click', () => void copyFinalUrl(this));
    $('#sipgate-webhook-test').on('click', () => void callMe(this));
    input('server').on('change', () => {
      $('.sipgate-own-port').toggle(hasOwnPort(this));
      sipgateEditor.revalidate(this, ['host', 'port', 'path']);
    });
    for (const property of ADDRESS_FIELDS)
      input(property).on('input change', () => showAddress(this, server));
    input('verifySignature').on('change', () => showSignatureHint(this));
    sipgateEditor.showCountry(input('country'), $('#sipgate-webhook-country'));
    void sipgateEditor.request('GET', 'sipgate/webhook-info').then(({ status, body }) => {
      if (status === 200) server = body as unknown as ServerInfo;
      fillStores(this, server);
      showAddress(this, server);
    });
  },
});

/** What a webhook of this Node-RED depends on, as the admin route `sipgate/webhook-info` answers. */
interface ServerInfo {
  readonly httpNodeRoot: string | false | undefined;
  readonly httpNodeAuth: boolean;
  /** Names of its context stores. */
  readonly stores: readonly string[];
}

function checkPath(node: EditorNode, value: string, label: string): Verdict {
  const path = pathOnTheWire(value.trim());
  if (path === undefined) return sipgateEditor.check.wrong(label, 'path');
  if (hasOwnPort(node)) return true;
  // the editor's page stands at the root of all that the editor answers
  const isTaken = isEditorsPath(path, location.pathname, String(RED.settings.httpNodeRoot || ''));
  return isTaken ? sipgateEditor.check.wrong(label, 'editors-path') : true;
}

function hasOwnPort(node: EditorNode): boolean {
  return sipgateEditor.current(node, 'server') === 'port';
}

function isPem(text: string): boolean {
  return /-----BEGIN (RSA )?PUBLIC KEY-----[\s\S]+-----END (RSA )?PUBLIC KEY-----/.test(text);
}

function addTabs(node: EditorNode): void {
  const tabs = RED.tabs.create({
    id: 'sipgate-webhook-tabs',
    onchange: ({ id }) => void $('#sipgate-webhook-sections').children().hide().filter(`#${id}`).show(),
  });
  for (const name of ['address', 'security', 'answering'])
    tabs.addTab({ id: `sipgate-webhook-${name}`, label: node._(`sipgate-webhook.tab.${name}`) });
  // Node-RED's tabs listen to the mouse only
  $('#sipgate-webhook-tabs')
    .find('a')
    .each((_index, link) => {
      $(link).on('keydown', (event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        tabs.activateTab(link.getAttribute('href')?.slice(1) ?? '');
      });
    });
}

/** Where Node-RED itself is reached from this browser, or the webhook's own port. */
function localUrl(node: EditorNode, { httpNodeRoot }: ServerInfo): string {
  const value = (property: string) => sipgateEditor.field(node, property).val();
  const path = pathOnTheWire(value('path')?.trim() || '/sipgate') ?? '';
  if (!hasOwnPort(node)) return location.origin + String(httpNodeRoot || '').replace(/\/$/, '') + path;
  const hasTls = !['', '_ADD_', undefined, null].includes(value('tls'));
  return `${hasTls ? 'https' : 'http'}://${location.hostname}:${value('port') || 8765}${path}`;
}

function showAddress(node: EditorNode, server: ServerInfo): void {
  const url = sipgateEditor.parseUrl(sipgateEditor.field(node, 'publicUrl').val());
  const local = localUrl(node, server);
  const localPath = new URL(URL.canParse(local) ? local : location.origin).pathname;
  const hints = sipgateEditor
    .obstacles(url)
    .map((key) => sipgateEditor.warning(node._(`sipgate-webhook.hint.${key}`)));
  if (url && url.pathname !== localPath)
    hints.push(sipgateEditor.advice(node._('sipgate-webhook.hint.path', { path: localPath })));
  sipgateEditor.showHints($('#sipgate-webhook-url-hints'), hints);
  sipgateEditor.showHints($('#sipgate-webhook-server-hints'), serverHints(node, server));
  $('#sipgate-webhook-final').text(url ? String(sipgateEditor.field(node, 'publicUrl').val()).trim() : '');
  $('#sipgate-webhook-final-row').toggle(url !== undefined);
}

function serverHints(node: EditorNode, { httpNodeRoot, httpNodeAuth }: ServerInfo) {
  if (hasOwnPort(node)) return [];
  const t = (key: string) => sipgateEditor.warning(node._(`sipgate-webhook.hint.${key}`));
  if (httpNodeRoot === false) return [t('no-http-nodes')];
  return httpNodeAuth ? [t('http-node-auth')] : [];
}

function showSignatureHint(node: EditorNode): void {
  const isChecked = sipgateEditor.field(node, 'verifySignature').prop('checked') === true;
  const hints = isChecked ? [] : [sipgateEditor.warning(node._('sipgate-webhook.hint.unsigned'))];
  sipgateEditor.showHints($('#sipgate-webhook-signature-hints'), hints);
}

/** The stored name stays selectable, even when the list cannot be loaded or the store is gone. */
function fillStores(node: EditorNode, { stores }: ServerInfo): void {
  const select = sipgateEditor.field(node, 'callStore');
  const saved = String(select.val() || node['callStore'] || '');
  const names = new Set([...stores, saved].filter((name) => name !== '' && name !== 'default'));
  const first = $('<option>').val('').text(node._('sipgate-webhook.label.default-store'));
  const options = [...names].map((name) => $('<option>').val(name).text(name));
  select.empty().append(first, options).val(saved);
}

async function copyFinalUrl(node: EditorNode): Promise<void> {
  const label = $('#sipgate-webhook-copy').find('span');
  const worked = await sipgateEditor.copy($('#sipgate-webhook-final').text());
  label.text(node._(`sipgate-webhook.button.${worked ? 'copied' : 'not-copied'}`));
  setTimeout(() => label.text(node._('sipgate-webhook.button.copy')), 2000);
}

/** What became of a test call, as nodes/lib/webhook/test-call.ts answers. */
interface TestCall {
  readonly ok?: boolean;
  readonly url?: string;
  readonly reason?: string;
  readonly status?: number;
  readonly ms?: number;
  readonly xml?: string;
  readonly body?: string;
}

async function callMe(node: EditorNode): Promise<void> {
  const button = $('#sipgate-webhook-test').prop('disabled', true);
  const place = $('#sipgate-webhook-result').text(node._('sipgate-webhook.test.running'));
  const answer = await sipgateEditor.request('POST', `sipgate/webhooks/${node.id}/test`);
  button.prop('disabled', false);
  const result: TestCall = answer.body;
  const verdict = $('<div>')
    .addClass(result.ok ? 'sipgate-good' : 'sipgate-bad')
    .text(verdictOf(node, answer.status, result));
  const details = [
    ...(result.url ? [$('<div>').text(result.url)] : []),
    ...(result.xml || result.body ? [$('<pre>').text(String(result.xml || result.body))] : []),
  ];
  place.empty().append(verdict, details);
}

/** @param answered HTTP status of the admin route */
function verdictOf(node: EditorNode, answered: number, { ok, status, ms, reason }: TestCall): string {
  const t = (key: string, values?: TextValues) => node._(`sipgate-webhook.test.${key}`, values);
  if (ok) return t('good', { status, ms: Math.round(ms ?? 0) });
  if (answered === 404) return t('not-deployed');
  if (answered === 401 || answered === 403) return t('not-allowed');
  return reason ? t('bad', { reason }) : t('no-answer');
}
