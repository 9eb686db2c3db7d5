RED.nodes.registerType('sipgate-ai-flow-in', {
  category: 'sipgate',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    aiFlow: {
      value: '',
      type: 'sipgate-ai-flow',
      required: true,
      label: RED._('@sipgate-flows/node-red-sipgate-io/sipgate-ai-flow-in:sipgate-ai-flow-in.label.aiFlow'),
    },
    numbers: {
      value: '',
      validate: function (value, _options) {
        const label = this._('sipgate-ai-flow-in.label.numbers');
        return sipgateEditor.messageNumbers(value, label, sipgateEditor.aiFlowCountries());
      },
    },
    wait: { value: 'auto' },
  },
  inputs: 0,
  outputs: 7,
  outputLabels: function (index) {
    const outputs = [
      'SESSION_START',
      'USER_SPEAK',
      'ASSISTANT_SPEECH_ENDED',
      'USER_INPUT_TIMEOUT',
      'DTMF_RECEIVED',
      'SESSION_END',
    ];
    return outputs[index] ?? this._('sipgate-ai-flow-in.label.other');
  },
  icon: 'sipgate-ai-flow-in.svg',
  paletteLabel: function () {
    return this._('sipgate-ai-flow-in.label.palette');
  },
  label: function () {
    if (this.name) return String(this.name);
    const numbers = sipgateEditor.list(this.numbers).join(', ');
    return this._(`sipgate-ai-flow-in.label.node${numbers ? '-numbers' : ''}`, { numbers });
  },
  labelStyle: function () {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare: function () {
    sipgateEditor.open(this);
  },
});
