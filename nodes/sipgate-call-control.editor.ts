/** Sources whose sound a webhook has to host. */
const HOSTED = ['file', 'text'];
/** Extensions that can take a call; none of a fax line or an SMS extension. */
const TARGETS = 'egpvwxy';

/** By the id of the node whose dialog is open. */
const open = new Map<string, { keep(): void }>();

RED.nodes.registerType('sipgate-call-control', {
  category: 'sipgate',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    account: {
      value: '',
      type: 'sipgate-account',
      required: true,
      label: RED._(
        '@sipgate-flows/node-red-sipgate-io/sipgate-call-control:sipgate-call-control.label.account',
      ),
    },
    operation: { value: 'list' },
    callId: {
      value: 'payload.callId',
      validate: function (value, _options) {
        if (operationOf(this) === 'list') return true;
        const { typedValue, filled } = sipgateEditor.check;
        return typedValue(this, 'callId', value, labelOf(this, 'callId'), filled);
      },
    },
    callIdType: { value: 'msg' },
    announcement: {
      value: '',
      validate: function (value, _options) {
        if (operationOf(this) !== 'announce') return true;
        const { typedValue, httpUrl, filled } = sipgateEditor.check;
        const check = HOSTED.includes(sourceOf(this)) ? filled : httpUrl;
        return typedValue(
          this,
          'announcement',
          value,
          labelOf(this, `announcement-${sourceOf(this)}`),
          check,
        );
      },
    },
    announcementType: { value: 'str' },
    announcementSource: { value: 'url' },
    voice: {
      value: '',
      type: 'sipgate-voice',
      required: false,
      validate: function (value, _options) {
        if (operationOf(this) !== 'announce' || sourceOf(this) !== 'text') return true;
        const isThere = Boolean(RED.nodes.node(String(value ?? '')));
        return isThere ? true : sipgateEditor.check.wrong(labelOf(this, 'voice'), 'missing');
      },
    },
    webhook: {
      value: '',
      type: 'sipgate-webhook',
      required: false,
      validate: function (value, _options) {
        if (operationOf(this) !== 'announce' || !HOSTED.includes(sourceOf(this))) return true;
        const isThere = Boolean(RED.nodes.node(String(value ?? '')));
        return isThere ? true : sipgateEditor.check.wrong(labelOf(this, 'webhook'), 'missing');
      },
    },
    recordingAnnouncement: { value: false },
    sequence: {
      value: '',
      validate: function (value, _options) {
        if (operationOf(this) !== 'dtmf') return true;
        const label = labelOf(this, 'sequence');
        return sipgateEditor.check.typedValue(
          this,
          'sequence',
          value,
          label,
          sipgateEditor.check.telephoneKeys,
        );
      },
    },
    sequenceType: { value: 'str' },
    number: {
      value: '',
      validate: function (value, _options) {
        if (operationOf(this) !== 'transfer') return true;
        const label = labelOf(this, 'number');
        return sipgateEditor.check.typedValue(this, 'number', value, label, (text) =>
          sipgateEditor.phoneNumber(text, label, {
            countries: sipgateEditor.countryOf(this),
            extensions: TARGETS,
            isShortFine: true,
          }),
        );
      },
    },
    numberType: { value: 'str' },
    attended: { value: false },
  },
  inputs: 1,
  outputs: 1,
  inputLabels: function () {
    return labelOf(this, 'input');
  },
  outputLabels: function () {
    return labelOf(this, 'output');
  },
  icon: 'sipgate-call-control.svg',
  paletteLabel: function () {
    return this._('sipgate-call-control.label.palette');
  },
  label: function () {
    return this.name ? String(this.name) : whatItDoes(this);
  },
  labelStyle: function () {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare: function () {
    sipgateEditor.open(this);
    for (const property of ['callId', 'announcement', 'sequence', 'number'])
      sipgateEditor.typed(this, property);
    const announcement = sipgateEditor.announcementRows(this);
    open.set(this.id, announcement);
    const isWanted = (...operations: string[]) => operations.includes(operationOf(this));
    const calls = sipgateEditor.offer(this, 'callId', { resources: ['calls'] });
    const numbers = sipgateEditor.offer(this, 'number', {
      resources: ['numbers'],
      isWanted: () => isWanted('transfer'),
    });
    sipgateEditor.field(this, 'announcementSource').on('change', () => showSource(this));
    sipgateEditor.field(this, 'operation').on('change', () => {
      const operation = operationOf(this);
      sipgateEditor.showRows('operations', operation);
      $('#sipgate-call-control-about').text(this._(`sipgate-call-control.about.${operation}`));
      showSource(this);
      announcement.refresh();
      calls.refresh();
      numbers.refresh();
      sipgateEditor.revalidate(this, ['callId', 'announcement', 'voice', 'webhook', 'sequence', 'number']);
    });
  },
  oneditsave: function () {
    open.get(this.id)?.keep();
    open.delete(this.id);
  },
});

function labelOf(node: EditorNode, key: string): string {
  return node._(`sipgate-call-control.label.${key}`);
}

function operationOf(node: EditorNode): string {
  return String(sipgateEditor.current(node, 'operation') || 'list');
}

function sourceOf(node: EditorNode): string {
  return String(sipgateEditor.current(node, 'announcementSource') || 'url');
}

/** Shows what belongs to the source of the announcement. */
function showSource(node: EditorNode): void {
  const source = sourceOf(node);
  sipgateEditor.showRows('sources', operationOf(node) === 'announce' ? source : '');
  $('#sipgate-call-control-announcement-label').text(labelOf(node, `announcement-${source}`));
  $('#sipgate-call-control-announcement-note').text(
    node._(`sipgate-call-control.note.announcement-${source}`),
  );
  sipgateEditor.revalidate(node, ['announcement', 'voice', 'webhook']);
}

/** In a few words: `Transfer to 0211 63553355`. */
function whatItDoes(node: EditorNode): string {
  const operation = String(sipgateEditor.saved(node, 'operation'));
  const detail = { dtmf: 'sequence', transfer: 'number' }[operation];
  const value = detail === undefined ? '' : sipgateEditor.written(node, detail);
  return value === ''
    ? labelOf(node, `node-${operation}`)
    : node._(`sipgate-call-control.label.node-${operation}-to`, { value });
}
