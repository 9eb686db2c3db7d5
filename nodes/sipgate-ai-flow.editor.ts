/** sipgate seems to give up after about five seconds. */
const LONGEST_RESPONSE_MS = 5000;
/** 192 random bits. */
const TOKEN_BYTES = 24;

RED.nodes.registerType('sipgate-ai-flow', {
  category: 'config',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    server: { value: 'node-red' },
    path: {
      value: '/sipgate-ai',
      validate: function (value, _options) {
        const label = this._('sipgate-ai-flow.label.path');
        return sipgateEditor.listening.checkPath(this, String(value || '/sipgate-ai'), label);
      },
    },
    host: {
      value: '127.0.0.1',
      validate: function (value, _options) {
        return sipgateEditor.listening.checkHost(this, value, this._('sipgate-ai-flow.label.host'));
      },
    },
    port: {
      value: 8765,
      validate: function (value, _options) {
        return sipgateEditor.listening.checkPort(this, value, this._('sipgate-ai-flow.label.port'));
      },
    },
    tls: { value: '', type: 'tls-config', required: false },
    publicUrl: {
      value: '',
      validate: function (value, _options) {
        return sipgateEditor.check.httpUrl(value, this._('sipgate-ai-flow.label.publicUrl'));
      },
    },
    tokenHeader: {
      value: 'X-API-TOKEN',
      validate: function (value, _options) {
        if (/^[\w!#$%&'*+.^`|~-]{0,100}$/.test(String(value ?? ''))) return true;
        return sipgateEditor.check.wrong(this._('sipgate-ai-flow.label.tokenHeader'), 'header');
      },
    },
    allowedIps: {
      value: '',
      validate: function (value, _options) {
        return sipgateEditor.check.addresses(value, this._('sipgate-ai-flow.label.allowedIps'));
      },
    },
    trustProxy: {
      value: '',
      validate: function (value, _options) {
        return sipgateEditor.check.addresses(value, this._('sipgate-ai-flow.label.trustProxy'));
      },
    },
    country: {
      value: 'DE',
      validate: function (value, _options) {
        return sipgateEditor.check.country(value, this._('sipgate-ai-flow.label.country'));
      },
    },
    responseTimeout: {
      value: 4000,
      validate: function (value, _options) {
        const label = this._('sipgate-ai-flow.label.responseTimeout');
        return sipgateEditor.check.wholeNumber(value, label, 1, LONGEST_RESPONSE_MS);
      },
    },
    filler: { value: '' },
    callStore: { value: '' },
  },
  credentials: { token: { type: 'password' } },
  paletteLabel: function () {
    return this._('sipgate-ai-flow.label.palette');
  },
  label: function () {
    return String(this.name || this.publicUrl || this.path);
  },
  labelStyle: function () {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare: function () {
    sipgateEditor.listening.prepare(this, { type: 'sipgate-ai-flow', defaultPath: '/sipgate-ai' });
    const token = sipgateEditor.field(this, 'token');
    token.on('input change', () => showTokenHint(this));
    $('#sipgate-ai-flow-token-new').on('click', () => makeToken(this));
    $('#sipgate-ai-flow-token-copy').on('click', () => void copyToken(this));
    $('#sipgate-ai-flow-test').on('click', () => void talk(this));
    if (RED.nodes.node(this.id)) showTokenHint(this);
    else makeToken(this);
  },
});

/** A secret that was just made is shown, for it has to be entered at sipgate; a stored one never is. */
function makeToken(node: EditorNode): void {
  const bytes = window.crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
  const token = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  sipgateEditor.field(node, 'token').val(token).trigger('change');
  $('#sipgate-ai-flow-token-final').text(token);
  $('#sipgate-ai-flow-token-row').show();
}

function showTokenHint(node: EditorNode): void {
  const typed = String(sipgateEditor.field(node, 'token').val() ?? '');
  const hints = typed === '' ? [sipgateEditor.warning(node._('sipgate-ai-flow.hint.open'))] : [];
  sipgateEditor.showHints($('#sipgate-ai-flow-token-hints'), hints);
  if (typed !== $('#sipgate-ai-flow-token-final').text()) $('#sipgate-ai-flow-token-row').hide();
}

async function copyToken(node: EditorNode): Promise<void> {
  const label = $('#sipgate-ai-flow-token-copy').find('span');
  const worked = await sipgateEditor.copy($('#sipgate-ai-flow-token-final').text());
  label.text(node._(`sipgate-ai-flow.button.${worked ? 'copied' : 'not-copied'}`));
  setTimeout(() => label.text(node._('sipgate-ai-flow.button.copy')), 2000);
}

/** One event of a test session, as nodes/lib/ai-flow/test-session.ts answers. */
interface TestStep {
  readonly event?: string;
  readonly status?: number;
  readonly answer?: unknown;
  readonly ms?: number;
}

/** What became of a test session. */
interface TestSession {
  readonly ok?: boolean;
  readonly url?: string;
  readonly reason?: string;
  readonly steps?: readonly TestStep[];
}

async function talk(node: EditorNode): Promise<void> {
  const button = $('#sipgate-ai-flow-test').prop('disabled', true);
  const place = $('#sipgate-ai-flow-result').text(node._('sipgate-ai-flow.test.running'));
  const sentence = $('#sipgate-ai-flow-sentence').val() ?? '';
  const answer = await sipgateEditor.request('POST', `sipgate/ai-flows/${node.id}/test`, { sentence });
  button.prop('disabled', false);
  const result: TestSession = answer.body;
  const verdict = $('<div>')
    .addClass(result.ok ? 'sipgate-good' : 'sipgate-bad')
    .text(verdictOf(node, answer.status, result));
  const steps = (result.steps ?? []).map((step) => $('<li>').text(stepText(node, step)));
  const details = result.url ? [$('<div>').addClass('sipgate-aside').text(result.url)] : [];
  place.empty().append(verdict, details, $('<ul>').append(steps));
}

/** @param answered HTTP status of the admin route */
function verdictOf(node: EditorNode, answered: number, { ok, reason }: TestSession): string {
  const t = (key: string, values?: TextValues) => node._(`sipgate-ai-flow.test.${key}`, values);
  if (ok) return t('good');
  if (answered === 404) return t('not-deployed');
  if (answered === 401 || answered === 403) return t('not-allowed');
  return reason ? t('bad', { reason }) : t('no-answer');
}

function stepText(node: EditorNode, { event, answer, ms }: TestStep): string {
  const said = answer === undefined ? node._('sipgate-ai-flow.test.nothing') : saidOf(answer);
  return node._('sipgate-ai-flow.test.step', { event: String(event).toUpperCase(), said, ms });
}

/** What is said is shown as it is; of other actions their JSON. */
function saidOf(answer: unknown): string {
  const actions = (Array.isArray(answer) ? answer : [answer]) as readonly Record<string, unknown>[];
  return actions
    .map(({ session_id: _session, ...action }) =>
      action['type'] === 'speak' ? `“${String(action['text'] ?? action['ssml'])}”` : JSON.stringify(action),
    )
    .join(', ');
}
