const LONGEST_RESPONSE_MS = 8000;
const LONGEST_REPLAY_S = 86_400;

RED.nodes.registerType('sipgate-webhook', {
  category: 'config',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    server: { value: 'node-red' },
    path: {
      value: '/sipgate',
      validate: function (value, _options) {
        const label = this._('sipgate-webhook.label.path');
        return sipgateEditor.listening.checkPath(this, String(value || '/sipgate'), label);
      },
    },
    host: {
      value: '127.0.0.1',
      validate: function (value, _options) {
        return sipgateEditor.listening.checkHost(this, value, this._('sipgate-webhook.label.host'));
      },
    },
    port: {
      value: 8765,
      validate: function (value, _options) {
        return sipgateEditor.listening.checkPort(this, value, this._('sipgate-webhook.label.port'));
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
    sipgateEditor.listening.prepare(this, { type: 'sipgate-webhook', defaultPath: '/sipgate' });
    const soundKey = sipgateEditor.field(this, 'soundKey');
    if (!soundKey.val()) soundKey.val(sipgateEditor.randomWord());
    $('#sipgate-webhook-test').on('click', () => void callMe(this));
    sipgateEditor.field(this, 'verifySignature').on('change', () => showSignatureHint(this));
  },
});

function isPem(text: string): boolean {
  return /-----BEGIN (RSA )?PUBLIC KEY-----[\s\S]+-----END (RSA )?PUBLIC KEY-----/.test(text);
}

function showSignatureHint(node: EditorNode): void {
  const isChecked = sipgateEditor.field(node, 'verifySignature').prop('checked') === true;
  const hints = isChecked ? [] : [sipgateEditor.warning(node._('sipgate-webhook.hint.unsigned'))];
  sipgateEditor.showHints($('#sipgate-webhook-signature-hints'), hints);
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
