RED.nodes.registerType('sipgate-fax', {
  category: 'sipgate',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    account: {
      value: '',
      type: 'sipgate-account',
      required: true,
      label: RED._('@sipgate-flows/node-red-sipgate-io/sipgate-fax:sipgate-fax.label.account'),
    },
    operation: { value: 'send' },
    to: {
      value: 'to',
      validate: function (value, _options) {
        if (!isSending(this)) return true;
        const label = this._('sipgate-fax.label.to');
        return sipgateEditor.check.typedValue(this, 'to', value, label, (text) =>
          sipgateEditor.phoneNumber(text, label, { countries: sipgateEditor.countryOf(this) }),
        );
      },
    },
    toType: { value: 'msg' },
    file: {
      value: 'payload',
      validate: function (value, _options) {
        if (!isSending(this)) return true;
        const label = this._('sipgate-fax.label.file');
        return sipgateEditor.check.typedValue(this, 'file', value, label, sipgateEditor.check.filled);
      },
    },
    fileType: { value: 'msg' },
    filename: {
      value: 'filename',
      validate: function (value, _options) {
        if (!isSending(this)) return true;
        return sipgateEditor.check.optional(this, 'filename', value, this._('sipgate-fax.label.filename'));
      },
    },
    filenameType: { value: 'msg' },
    faxlineId: {
      value: '',
      validate: function (value, _options) {
        if (!isSending(this)) return true;
        const label = this._('sipgate-fax.label.faxlineId');
        return sipgateEditor.check.optional(this, 'faxlineId', value, label, (text) =>
          sipgateEditor.check.extension(text, label, 'f', 'fax-line'),
        );
      },
    },
    faxlineIdType: { value: 'str' },
    sessionId: {
      value: 'payload.sessionId',
      validate: function (value, _options) {
        if (isSending(this)) return true;
        const label = this._('sipgate-fax.label.sessionId');
        return sipgateEditor.check.typedValue(this, 'sessionId', value, label, sipgateEditor.check.filled);
      },
    },
    sessionIdType: { value: 'msg' },
    wait: { value: false },
    waitTimeout: {
      value: 600,
      validate: function (value, _options) {
        const isWaiting = isSending(this) && sipgateEditor.current(this, 'wait');
        if (!isWaiting) return true;
        return sipgateEditor.check.wholeNumber(value, this._('sipgate-fax.label.waitTimeout'), 1, 86_400);
      },
    },
  },
  inputs: 1,
  outputs: 1,
  inputLabels: function () {
    return this._('sipgate-fax.label.input');
  },
  outputLabels: function () {
    return this._('sipgate-fax.label.output');
  },
  icon: 'sipgate-fax.svg',
  paletteLabel: function () {
    return this._('sipgate-fax.label.palette');
  },
  label: function () {
    if (this.name) return String(this.name);
    if (this.operation === 'status') return this._('sipgate-fax.label.node-status');
    const key = `sipgate-fax.label.node${this.wait ? '-wait' : ''}`;
    return this._(key, { to: sipgateEditor.written(this, 'to') });
  },
  labelStyle: function () {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare: function () {
    sipgateEditor.open(this);
    sipgateEditor.typed(this, 'to');
    // what is typed in can be no PDF
    sipgateEditor.typed(this, 'file', [], ['msg', 'flow', 'global', 'jsonata', 'bin']);
    for (const property of ['filename', 'faxlineId', 'sessionId']) sipgateEditor.typed(this, property);
    sipgateEditor.offer(this, 'faxlineId', { resources: ['faxlines'] });
    const [operation, wait] = [sipgateEditor.field(this, 'operation'), sipgateEditor.field(this, 'wait')];
    operation.add(wait).on('change', () => {
      sipgateEditor.showRows('operations', operation.val());
      $('#sipgate-fax-waiting').toggle(operation.val() === 'send' && wait.prop('checked') === true);
    });
    operation.on('change', () =>
      sipgateEditor.revalidate(this, ['to', 'file', 'filename', 'faxlineId', 'sessionId', 'waitTimeout']),
    );
  },
});

function isSending(node: EditorNode): boolean {
  return sipgateEditor.current(node, 'operation') !== 'status';
}
