/** Extensions of phones and phone lines: who can ring and be rung. */
const PHONES = 'epxy';

RED.nodes.registerType('sipgate-call', {
  category: 'sipgate',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    account: {
      value: '',
      type: 'sipgate-account',
      required: true,
      label: RED._('@sipgate-flows/node-red-sipgate-io/sipgate-call:sipgate-call.label.account'),
    },
    from: {
      value: 'from',
      validate: function (value, _options) {
        const label = this._('sipgate-call.label.from');
        return sipgateEditor.check.typedValue(this, 'from', value, label, (text) =>
          sipgateEditor.phoneNumber(text, label, partyRule(this)),
        );
      },
    },
    fromType: { value: 'msg' },
    to: {
      value: 'to',
      validate: function (value, _options) {
        const label = this._('sipgate-call.label.to');
        return sipgateEditor.check.typedValue(this, 'to', value, label, (text) =>
          sipgateEditor.phoneNumber(text, label, partyRule(this)),
        );
      },
    },
    toType: { value: 'msg' },
    deviceId: {
      value: '',
      validate: function (value, _options) {
        const label = this._('sipgate-call.label.deviceId');
        if (isMissing(this, value)) return sipgateEditor.check.wrong(label, 'device');
        return sipgateEditor.check.optional(this, 'deviceId', value, label, (text) =>
          sipgateEditor.check.extension(text, label, PHONES, 'phone'),
        );
      },
    },
    deviceIdType: { value: 'str' },
    callerId: {
      value: '',
      validate: function (value, _options) {
        const label = this._('sipgate-call.label.callerId');
        return sipgateEditor.check.optional(this, 'callerId', value, label, (text) =>
          sipgateEditor.phoneNumber(text, label, { countries: sipgateEditor.countryOf(this) }),
        );
      },
    },
    callerIdType: { value: 'str' },
  },
  inputs: 1,
  outputs: 1,
  inputLabels: function () {
    return this._('sipgate-call.label.input');
  },
  outputLabels: function () {
    return this._('sipgate-call.label.output');
  },
  icon: 'sipgate-call.svg',
  paletteLabel: function () {
    return this._('sipgate-call.label.palette');
  },
  label: function () {
    if (this.name) return String(this.name);
    return this._('sipgate-call.label.node', { to: sipgateEditor.written(this, 'to') });
  },
  labelStyle: function () {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare: function () {
    sipgateEditor.open(this);
    for (const property of ['from', 'to', 'deviceId', 'callerId']) sipgateEditor.typed(this, property);
    sipgateEditor.offer(this, 'from', { resources: ['callers'] });
    sipgateEditor.offer(this, 'deviceId', { resources: ['devices'] });
    sipgateEditor.offer(this, 'callerId', { resources: ['numbers'] });
    sipgateEditor.field(this, 'from').on('change', () => sipgateEditor.revalidate(this, ['deviceId']));
  },
});

/** Who can ring and be rung: phones, numbers, and short codes as well. */
function partyRule(node: EditorNode) {
  return { countries: sipgateEditor.countryOf(node), extensions: PHONES, isShortFine: true };
}

/** A number that rings first is billed to no phone by itself. */
function isMissing(node: EditorNode, deviceId: unknown): boolean {
  const isText = (property: string) => sipgateEditor.current(node, `${property}Type`) === 'str';
  const from = String(sipgateEditor.current(node, 'from')).trim();
  const isNumber = isText('from') && /^[+\d(]/.test(from);
  return isNumber && isText('deviceId') && String(deviceId ?? '').trim() === '';
}
