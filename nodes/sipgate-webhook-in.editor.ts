RED.nodes.registerType('sipgate-webhook-in', {
  category: 'sipgate',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    webhook: {
      value: '',
      type: 'sipgate-webhook',
      required: true,
      label: RED._('@sipgate-flows/node-red-sipgate-io/sipgate-webhook-in:sipgate-webhook-in.label.webhook'),
    },
    direction: { value: 'both' },
    numbers: {
      value: '',
      validate: function (value, _options) {
        const label = this._('sipgate-webhook-in.label.numbers');
        return sipgateEditor.dialTargets(value, label, sipgateEditor.webhookCountries(), ['anonymous']);
      },
    },
    wait: { value: 'auto' },
    nameCaller: { value: false },
    account: {
      value: '',
      type: 'sipgate-account',
      required: false,
      validate: function (value, _options) {
        if (!sipgateEditor.current(this, 'nameCaller') || sipgateEditor.account.isAccount(value)) return true;
        return sipgateEditor.check.wrong(this._('sipgate-webhook-in.label.account'), 'missing');
      },
    },
  },
  inputs: 0,
  outputs: 4,
  outputLabels: ['NEW_CALL', 'ANSWER', 'HANGUP', 'DATA'],
  icon: 'sipgate-webhook-in.svg',
  paletteLabel: function () {
    return this._('sipgate-webhook-in.label.palette');
  },
  label: function () {
    if (this.name) return String(this.name);
    const direction = ['in', 'out'].includes(String(this.direction)) ? String(this.direction) : 'both';
    const key = `sipgate-webhook-in.label.node-${direction}`;
    const numbers = sipgateEditor.list(this.numbers).join(', ');
    return numbers ? this._(`${key}-numbers`, { numbers }) : this._(key);
  },
  labelStyle: function () {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare: function () {
    sipgateEditor.open(this);
    const nameCaller = sipgateEditor.field(this, 'nameCaller');
    const showAccount = () => {
      $('#sipgate-webhook-in-account').toggle(nameCaller.prop('checked') === true);
      sipgateEditor.revalidate(this, ['account']);
    };
    nameCaller.on('change', showAccount);
    showAccount();
  },
});
