RED.nodes.registerType('sipgate-history', {
  category: 'sipgate',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    account: {
      value: '',
      type: 'sipgate-account',
      required: true,
      label: RED._('@sipgate-flows/node-red-sipgate-io/sipgate-history:sipgate-history.label.account'),
    },
    operation: { value: 'list' },
    entryId: {
      value: 'payload.id',
      validate: function (value, _options) {
        if (isReading(this)) return true;
        const label = this._('sipgate-history.label.entryId');
        return sipgateEditor.check.typedValue(this, 'entryId', value, label, sipgateEditor.check.filled);
      },
    },
    entryIdType: { value: 'msg' },
    changes: {
      value: 'changes',
      validate: function (value, _options) {
        if (sipgateEditor.current(this, 'operation') !== 'update') return true;
        const label = this._('sipgate-history.label.changes');
        return sipgateEditor.check.typedValue(this, 'changes', value, label, sipgateEditor.check.filled);
      },
    },
    changesType: { value: 'msg' },
    types: { value: [] },
    directions: { value: [] },
    connectionIds: {
      value: '',
      validate: function (value, _options) {
        if (!isReading(this)) return true;
        const label = this._('sipgate-history.label.connectionIds');
        return sipgateEditor.check.optional(this, 'connectionIds', value, label, (text) =>
          lines(text, label),
        );
      },
    },
    connectionIdsType: { value: 'str' },
    from: {
      value: '',
      validate: function (value, _options) {
        if (!isReading(this)) return true;
        const label = this._('sipgate-history.label.from');
        return sipgateEditor.check.optional(this, 'from', value, label, sipgateEditor.check.time);
      },
    },
    fromType: { value: 'str' },
    to: {
      value: '',
      validate: function (value, _options) {
        if (!isReading(this)) return true;
        const label = this._('sipgate-history.label.to');
        return sipgateEditor.check.optional(this, 'to', value, label, sipgateEditor.check.time);
      },
    },
    toType: { value: 'str' },
    phonenumber: {
      value: '',
      validate: function (value, _options) {
        if (sipgateEditor.current(this, 'operation') !== 'list') return true;
        const label = this._('sipgate-history.label.phonenumber');
        return sipgateEditor.check.optional(this, 'phonenumber', value, label, (text) =>
          text === 'anonymous'
            ? true
            : sipgateEditor.phoneNumber(text, label, {
                countries: sipgateEditor.countryOf(this),
                isShortFine: true,
              }),
        );
      },
    },
    phonenumberType: { value: 'str' },
    starred: { value: '' },
    archived: { value: '' },
    limit: {
      value: 0,
      validate: function (value, _options) {
        if (!isReading(this)) return true;
        return sipgateEditor.check.wholeNumber(value, this._('sipgate-history.label.limit'), 0);
      },
    },
  },
  inputs: 1,
  outputs: 1,
  inputLabels: function () {
    return this._('sipgate-history.label.input');
  },
  outputLabels: function () {
    return this._('sipgate-history.label.output');
  },
  icon: 'sipgate-history.svg',
  paletteLabel: function () {
    return this._('sipgate-history.label.palette');
  },
  label: function () {
    if (this.name) return String(this.name);
    const known = ['list', 'get', 'update', 'delete', 'exportCsv'];
    const operation = known.find((each) => each === this.operation) ?? 'list';
    return this._(`sipgate-history.operation.${operation}`);
  },
  labelStyle: function () {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare: function () {
    sipgateEditor.open(this);
    for (const property of ['entryId', 'from', 'to', 'phonenumber']) sipgateEditor.typed(this, property);
    sipgateEditor.typed(this, 'connectionIds', ['json']);
    sipgateEditor.typed(this, 'changes', [], ['msg', 'json', 'flow', 'global', 'jsonata']);
    sipgateEditor.choices(this, 'types');
    sipgateEditor.choices(this, 'directions');
    sipgateEditor.offer(this, 'entryId', { resources: ['entries'] });
    sipgateEditor.offer(this, 'connectionIds', { resources: ['connections'], many: true });
    const operation = sipgateEditor.field(this, 'operation');
    operation.on('change', () => {
      sipgateEditor.showRows('operations', operation.val());
      sipgateEditor.revalidate(this, REVALIDATED);
    });
    sipgateEditor.showRows('operations', operation.val());
  },
});

const REVALIDATED = ['entryId', 'changes', 'connectionIds', 'from', 'to', 'phonenumber', 'limit'];

function isReading(node: EditorNode): boolean {
  return !['get', 'update', 'delete'].includes(String(sipgateEditor.current(node, 'operation')));
}

function lines(value: unknown, label: string): Verdict {
  const verdicts = sipgateEditor
    .list(value)
    .map((word) => sipgateEditor.check.extension(word, label, 'fgpsv', 'lines'));
  return verdicts.find((verdict) => verdict !== true) ?? true;
}
