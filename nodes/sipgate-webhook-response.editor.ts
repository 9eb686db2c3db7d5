/** sipgate rings at most five phones at once. */
const MOST_NUMBERS = 5;

RED.nodes.registerType('sipgate-webhook-response', {
  category: 'sipgate',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    action: { value: 'redirect' },
    numbers: {
      value: '',
      validate: function (value, _options) {
        if (actionOf(this) !== 'redirect') return true;
        const label = this._('sipgate-webhook-response.label.numbers');
        return sipgateEditor.check.typedValue(this, 'numbers', value, label, checkNumbers);
      },
    },
    numbersType: { value: 'str' },
    callerId: {
      value: '',
      validate: function (value, _options) {
        if (actionOf(this) !== 'redirect') return true;
        const label = this._('sipgate-webhook-response.label.callerId');
        return sipgateEditor.check.optional(this, 'callerId', value, label, checkCallerId);
      },
    },
    callerIdType: { value: 'str' },
    anonymous: { value: false },
    reason: { value: 'busy' },
    announcement: {
      value: '',
      validate: function (value, _options) {
        const label = this._('sipgate-webhook-response.label.announcement');
        const { optional, typedValue, httpUrl } = sipgateEditor.check;
        if (actionOf(this) === 'play') return typedValue(this, 'announcement', value, label, httpUrl);
        return actionOf(this) === 'gather' ? optional(this, 'announcement', value, label, httpUrl) : true;
      },
    },
    announcementType: { value: 'str' },
    maxDigits: {
      value: 1,
      validate: function (value, _options) {
        if (actionOf(this) !== 'gather') return true;
        return sipgateEditor.check.wholeNumber(value, this._('sipgate-webhook-response.label.maxDigits'), 1);
      },
    },
    timeout: {
      value: 2000,
      validate: function (value, _options) {
        if (actionOf(this) !== 'gather') return true;
        return sipgateEditor.check.wholeNumber(value, this._('sipgate-webhook-response.label.timeout'), 1);
      },
    },
  },
  inputs: 1,
  outputs: 1,
  inputLabels: function () {
    return this._('sipgate-webhook-response.label.input');
  },
  outputLabels: function () {
    return this._('sipgate-webhook-response.label.output');
  },
  icon: 'sipgate-webhook-response.svg',
  paletteLabel: function () {
    return this._('sipgate-webhook-response.label.palette');
  },
  label: function () {
    return this.name ? String(this.name) : labelOf(this);
  },
  labelStyle: function () {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare: function () {
    sipgateEditor.open(this);
    sipgateEditor.typed(this, 'numbers', ['json']);
    sipgateEditor.typed(this, 'callerId');
    sipgateEditor.typed(this, 'announcement');
    const action = sipgateEditor.field(this, 'action');
    action.on('change', () => {
      sipgateEditor.showRows('actions', action.val());
      $('#sipgate-response-about').text(this._(`sipgate-webhook-response.about.${action.val()}`));
      sipgateEditor.revalidate(this, ['numbers', 'callerId', 'announcement', 'maxDigits', 'timeout']);
    });
  },
});

function actionOf(node: EditorNode): string {
  return String(sipgateEditor.current(node, 'action'));
}

function checkNumbers(text: unknown, label: string): Verdict {
  const count = sipgateEditor.list(text).length;
  if (count === 0) return sipgateEditor.check.wrong(label, 'missing');
  if (count > MOST_NUMBERS)
    return sipgateEditor.check.wrong(label, 'too-many', { most: MOST_NUMBERS, count });
  return sipgateEditor.redirectTargets(text, label, sipgateEditor.webhookCountries());
}

function checkCallerId(text: unknown, label: string): Verdict {
  if (String(text).includes(',')) return sipgateEditor.check.wrong(label, 'number-several', { value: text });
  if (text === 'anonymous') return true;
  return sipgateEditor.dialTargets(text, label, sipgateEditor.webhookCountries());
}

/** What the node does, in a few words: `Redirect to 0211 63553355`. */
function labelOf(node: EditorNode): string {
  const action = String(sipgateEditor.saved(node, 'action'));
  const key = `sipgate-webhook-response.label.node-${action}`;
  switch (action) {
    case 'redirect': {
      const numbers = isText(node, 'numbers')
        ? sipgateEditor.list(node['numbers']).join(', ')
        : sipgateEditor.written(node, 'numbers');
      return numbers ? node._(`${key}-numbers`, { numbers }) : node._(key);
    }
    case 'gather': {
      const count = Number(node['maxDigits'] || 1);
      return count === 1 ? node._(`${key}-one`) : node._(key, { count });
    }
    case 'reject':
      return node._(node['reason'] === 'rejected' ? key : `${key}-busy`);
    case 'play': {
      const file = isText(node, 'announcement') ? fileOf(String(node['announcement'] ?? '')) : undefined;
      return file ? node._(`${key}-file`, { file }) : node._(key);
    }
    default:
      return node._(key);
  }
}

function isText(node: EditorNode, property: string): boolean {
  return sipgateEditor.saved(node, `${property}Type`) === 'str';
}

/** The last part of a URL's path. */
function fileOf(url: string): string | undefined {
  return url
    .split(/[?#]/)[0]
    ?.split('/')
    .filter((part) => part !== '')
    .pop();
}
