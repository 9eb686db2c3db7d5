RED.nodes.registerType('sipgate-sms', {
  category: 'sipgate',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    account: {
      value: '',
      type: 'sipgate-account',
      required: true,
      label: RED._('@sipgate-flows/node-red-sipgate-io/sipgate-sms:sipgate-sms.label.account'),
    },
    sender: {
      value: '',
      validate: function (value, _options) {
        const label = this._('sipgate-sms.label.sender');
        return sipgateEditor.check.optional(this, 'sender', value, label, (text) =>
          sipgateEditor.phoneNumber(text, label, {
            countries: sipgateEditor.countryOf(this),
            extensions: 's',
          }),
        );
      },
    },
    senderType: { value: 'str' },
    to: {
      value: 'to',
      validate: function (value, _options) {
        const label = this._('sipgate-sms.label.to');
        return sipgateEditor.check.typedValue(this, 'to', value, label, (text) =>
          sipgateEditor.phoneNumber(text, label, { countries: sipgateEditor.countryOf(this) }),
        );
      },
    },
    toType: { value: 'msg' },
    message: {
      value: 'payload',
      validate: function (value, _options) {
        const label = this._('sipgate-sms.label.message');
        return sipgateEditor.check.typedValue(this, 'message', value, label, sipgateEditor.check.filled);
      },
    },
    messageType: { value: 'msg' },
    sendAt: {
      value: '',
      validate: function (value, _options) {
        const label = this._('sipgate-sms.label.sendAt');
        return sipgateEditor.check.optional(this, 'sendAt', value, label, sipgateEditor.check.time);
      },
    },
    sendAtType: { value: 'str' },
  },
  inputs: 1,
  outputs: 1,
  inputLabels: function () {
    return this._('sipgate-sms.label.input');
  },
  outputLabels: function () {
    return this._('sipgate-sms.label.output');
  },
  icon: 'sipgate-sms.svg',
  paletteLabel: function () {
    return this._('sipgate-sms.label.palette');
  },
  label: function () {
    if (this.name) return String(this.name);
    const key = `sipgate-sms.label.node${this.sendAt ? '-later' : ''}`;
    return this._(key, { to: sipgateEditor.written(this, 'to') });
  },
  labelStyle: function () {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare: function () {
    sipgateEditor.open(this);
    sipgateEditor.typed(this, 'to');
    sipgateEditor.typed(this, 'message');
    sipgateEditor.typed(this, 'sender');
    sipgateEditor.typed(this, 'sendAt', ['num']);
    sipgateEditor.offer(this, 'sender', { resources: ['sms', 'senders'] });
    const [message, sender, sendAt] = ['message', 'sender', 'sendAt'].map((property) =>
      sipgateEditor.field(this, property),
    ) as [JQuery, JQuery, JQuery];
    const t = (key: string, values?: TextValues) => this._(`sipgate-sms.${key}`, values);
    sipgateEditor.whileTyping(message, () => $('#sipgate-sms-count').text(countText(message, t)));
    sipgateEditor.whileTyping(sender, () => showSwitching(sender, t));
    sipgateEditor.whileTyping(sendAt, () => $('#sipgate-sms-when').text(timeText(sendAt, t)));
  },
});

type Texts = (key: string, values?: TextValues) => string;

function isText(input: JQuery): boolean {
  return input.typedInput('type') === 'str';
}

/** How many SMS a text in the dialog takes, and why it is not fewer. */
function countText(input: JQuery, t: Texts): string {
  const written = input.typedInput('value');
  const { encoding, units, segments } = sipgateEditor.countSegments(written);
  if (!isText(input) || segments === 0) return t('note.message');
  const count = t(segments === 1 ? 'count.one' : 'count.many', { encoding, units, segments });
  return encoding === 'UCS-2'
    ? `${count} ${t('count.because', { characters: unusual(written).join(' ') })}`
    : count;
}

/** Some of the characters that make an SMS hold 70 instead of 160. */
function unusual(text: string): string[] {
  const characters = new Set(text);
  return [...characters].filter((each) => sipgateEditor.countSegments(each).encoding === 'UCS-2').slice(0, 5);
}

function showSwitching(input: JQuery, t: Texts): void {
  const sender = input.typedInput('value').trim();
  const isNumber = isText(input) && sender !== '' && !/^s\d+$/i.test(sender);
  const hints = isNumber ? [sipgateEditor.advice(t('hint.switching'))] : [];
  sipgateEditor.showHints($('#sipgate-sms-sender-hints'), hints);
}

function timeText(input: JQuery, t: Texts): string {
  const type = input.typedInput('type');
  return t(['jsonata', 'num'].includes(type) ? `note.sendAt-${type}` : 'note.sendAt');
}
