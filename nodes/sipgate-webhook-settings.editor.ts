/** What an operation sets, if anything; it decides which types the field offers and how it is checked. */
type Kind = 'url' | 'whitelist' | 'log';

const KINDS: Readonly<Record<string, Kind>> = {
  setIncomingUrl: 'url',
  setOutgoingUrl: 'url',
  setWhitelist: 'whitelist',
  setLog: 'log',
};
const COMPUTED = ['msg', 'flow', 'global', 'env', 'jsonata'];
const TYPES: Readonly<Record<Kind, readonly string[]>> = {
  url: ['str', ...COMPUTED],
  whitelist: ['str', ...COMPUTED, 'json'],
  log: ['bool', ...COMPUTED],
};
/** Newer accounts route to channels, which have a UUID instead of an extension. */
const CHANNEL = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

RED.nodes.registerType('sipgate-webhook-settings', {
  category: 'sipgate',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    account: {
      value: '',
      type: 'sipgate-account',
      required: true,
      label: RED._(
        '@sipgate-flows/node-red-sipgate-io/sipgate-webhook-settings:sipgate-webhook-settings.label.account',
      ),
    },
    operation: { value: 'get' },
    value: {
      value: '',
      validate: function (value, _options) {
        const kind = KINDS[String(sipgateEditor.current(this, 'operation'))];
        if (!kind) return true;
        const { typedValue, httpUrl, filled } = sipgateEditor.check;
        const check = { url: httpUrl, log: filled, whitelist: checkWhitelist }[kind];
        const label = this._(`sipgate-webhook-settings.label.value-${kind}`);
        return typedValue(this, 'value', value, label, check);
      },
    },
    valueType: { value: 'str' },
  },
  inputs: 1,
  outputs: 1,
  inputLabels: function () {
    return this._('sipgate-webhook-settings.label.input');
  },
  outputLabels: function () {
    return this._('sipgate-webhook-settings.label.output');
  },
  icon: 'sipgate-webhook-settings.svg',
  paletteLabel: function () {
    return this._('sipgate-webhook-settings.label.palette');
  },
  label: function () {
    if (this.name) return String(this.name);
    return this._(`sipgate-webhook-settings.label.node-${String(sipgateEditor.saved(this, 'operation'))}`);
  },
  labelStyle: function () {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare: function () {
    sipgateEditor.open(this);
    const showOperation = prepareValue(this);
    const account = sipgateEditor.field(this, 'account');
    $('#sipgate-settings-load').on('click', () => void showSettings(this));
    account.on('change', () => void $('#sipgate-settings-now').empty());
    sipgateEditor.field(this, 'operation').on('change', showOperation);
    sipgateEditor.field(this, 'value').on('change', () => showHints(this));
    showOperation();
    void offerWebhooks(this);
  },
});

function checkWhitelist(text: unknown, label: string): Verdict {
  const { extension, wrong } = sipgateEditor.check;
  const entries = sipgateEditor.list(text);
  const isGood = (entry: string) =>
    CHANNEL.test(entry) || extension(entry, label, 'pgw', 'extensions') === true;
  return entries.length > 0 && entries.every(isGood) ? true : wrong(label, 'extensions');
}

function kindOf(node: EditorNode): Kind | undefined {
  return KINDS[sipgateEditor.field(node, 'operation').val() || String(node['operation'])];
}

/** @returns what is to be done when another operation is chosen */
function prepareValue(node: EditorNode): () => void {
  const input = sipgateEditor.field(node, 'value');
  /** What stood in the field, for each kind: changing the operation back and forth loses nothing. */
  const kept: Partial<Record<Kind, { type: string; value: string }>> = {
    log: { type: 'bool', value: 'true' },
  };
  let shown: Kind | undefined;
  sipgateEditor.typed(node, 'value', [], TYPES[KINDS[String(node['operation'])] ?? 'url']);
  const list = sipgateEditor.offer(node, 'value', {
    resources: ['phonelines', 'groups'],
    many: true,
    isWanted: () => shown === 'whitelist',
  });

  function change(kind: Kind): void {
    if (shown && shown !== kind) {
      kept[shown] = { type: input.typedInput('type'), value: input.typedInput('value') };
      const { type, value } = kept[kind] ?? { type: 'str', value: '' };
      input.typedInput('types', TYPES[kind]).typedInput('type', type).typedInput('value', value);
    }
    shown = kind;
    $('#sipgate-settings-value-label').text(node._(`sipgate-webhook-settings.label.value-${kind}`));
    $('#sipgate-settings-webhooks').toggle(kind === 'url');
    list.refresh();
    showHints(node);
  }

  return () => {
    const operation = sipgateEditor.field(node, 'operation').val() || String(node['operation']);
    const kind = kindOf(node);
    $('#sipgate-settings-about').text(node._(`sipgate-webhook-settings.about.${operation}`));
    $('#sipgate-settings-value').toggle(kind !== undefined);
    if (kind) change(kind);
    sipgateEditor.revalidate(node, ['value']);
  };
}

function showHints(node: EditorNode): void {
  const input = sipgateEditor.field(node, 'value');
  const isUrl = kindOf(node) === 'url' && input.typedInput('type') === 'str';
  const obstacles = isUrl ? sipgateEditor.obstacles(input.typedInput('value')) : [];
  const hints = obstacles.map((key) => sipgateEditor.warning(node._(`sipgate-webhook-settings.hint.${key}`)));
  sipgateEditor.showHints($('#sipgate-settings-hints'), hints);
}

interface KnownWebhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
}

/** One click takes the URL of a webhook: deployed ones as the runtime knows them, new ones as they are typed. */
async function offerWebhooks(node: EditorNode): Promise<void> {
  const { body } = await sipgateEditor.request('GET', 'sipgate/webhook-urls');
  const deployed = Array.isArray(body) ? (body as readonly KnownWebhook[]) : [];
  const known = new Set(deployed.map(({ id }) => id));
  const others: KnownWebhook[] = [];
  RED.nodes.eachConfig((config) => {
    if (config.type !== 'sipgate-webhook' || known.has(config.id) || !config['publicUrl']) return;
    others.push({ id: config.id, name: String(config['name'] ?? ''), url: String(config['publicUrl']) });
  });
  const buttons = [...deployed, ...others].map((webhook) => webhookButton(node, webhook));
  $('#sipgate-settings-webhooks').empty().append(buttons);
}

function webhookButton(node: EditorNode, { name, url }: KnownWebhook): JQuery {
  const label = node._('sipgate-webhook-settings.button.take', { name: name || url });
  return $('<button type="button" class="red-ui-button red-ui-button-small">')
    .attr('title', url)
    .append($('<i class="fa fa-plug">'), ' ', document.createTextNode(label))
    .on('click', () => {
      sipgateEditor.field(node, 'value').typedInput('type', 'str').typedInput('value', url);
    });
}

async function showSettings(node: EditorNode): Promise<void> {
  const result = $('#sipgate-settings-now');
  const { isAccount, ask, reasonOf } = sipgateEditor.account;
  const id = sipgateEditor.field(node, 'account').val();
  if (!isAccount(id)) {
    result.text(sipgateEditor.text('list.no-account'));
    return;
  }
  result.text(node._('sipgate-webhook-settings.now.loading'));
  const answer = await ask(id, 'lookup/webhook-settings');
  const shown =
    answer.status === 200
      ? $('<ul>').append(linesOf(node, answer.body))
      : $('<div class="sipgate-bad">').text(reasonOf(answer, id));
  result.empty().append(shown);
}

function linesOf(node: EditorNode, settings: Readonly<Record<string, unknown>>): JQuery[] {
  const t = (key: string) => node._(`sipgate-webhook-settings.now.${key}`);
  const { incomingUrl, outgoingUrl, log, whitelist } = settings;
  const whose = Array.isArray(whitelist) ? whitelist.join(', ') || t('none') : t('all');
  const lines = [
    ['incomingUrl', String(incomingUrl || t('off'))],
    ['outgoingUrl', String(outgoingUrl || t('off'))],
    ['whitelist', whose],
    ['log', t(log ? 'on' : 'off')],
  ] as const;
  return lines.map(([name, value]) =>
    $('<li>').append($('<b>').text(`${t(name)} `), $('<span>').text(value)),
  );
}
