const LONGEST_INTERVAL_S = 86_400;

RED.nodes.registerType('sipgate-history-in', {
  category: 'sipgate',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    account: {
      value: '',
      type: 'sipgate-account',
      required: true,
      label: RED._('@sipgate-flows/node-red-sipgate-io/sipgate-history-in:sipgate-history-in.label.account'),
    },
    types: { value: [] },
    directions: { value: [] },
    interval: {
      value: 60,
      validate: function (value, _options) {
        const label = this._('sipgate-history-in.label.interval');
        return sipgateEditor.check.wholeNumber(value, label, 1, LONGEST_INTERVAL_S);
      },
    },
    withFile: { value: false },
    store: { value: '' },
  },
  inputs: 0,
  outputs: 1,
  outputLabels: function () {
    return this._('sipgate-history-in.label.output');
  },
  icon: 'sipgate-history-in.svg',
  paletteLabel: function () {
    return this._('sipgate-history-in.label.palette');
  },
  label: function () {
    if (this.name) return String(this.name);
    const types = sipgateEditor.list(this.types).filter((type) => /^[A-Z]+$/.test(type));
    if (types.length === 0) return this._('sipgate-history-in.label.node');
    const names = types.map((type) => this._(`sipgate-history-in.type.${type}`)).join(', ');
    return this._('sipgate-history-in.label.node-types', { types: names });
  },
  labelStyle: function () {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare: function () {
    sipgateEditor.open(this);
    sipgateEditor.choices(this, 'types');
    sipgateEditor.choices(this, 'directions');
  },
});
