/** sipgate rings at most five phones at once. */
const MOST_NUMBERS = 5;
/** Actions that play an announcement. */
const PLAYING = ['play', 'gather'];
/** Characters of a text that fit into a node's label. */
const MOST_LABEL_CHARACTERS = 30;
/** By the id of the node whose dialog is open. */
const open = new Map<string, { keep(): void }>();

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
        const label = this._(`sipgate-webhook-response.label.announcement-${sourceOf(this)}`);
        const { optional, typedValue, httpUrl, filled } = sipgateEditor.check;
        const check = sourceOf(this) === 'url' ? httpUrl : filled;
        if (actionOf(this) === 'play') return typedValue(this, 'announcement', value, label, check);
        return actionOf(this) === 'gather' ? optional(this, 'announcement', value, label, check) : true;
      },
    },
    announcementType: { value: 'str' },
    announcementSource: { value: 'url' },
    voice: {
      value: '',
      type: 'sipgate-voice',
      required: false,
      validate: function (value, _options) {
        const isNeeded = PLAYING.includes(actionOf(this)) && sourceOf(this) === 'text';
        const isEmpty = String(sipgateEditor.current(this, 'announcement') ?? '') === '';
        if (!isNeeded || isEmpty || RED.nodes.node(String(value ?? ''))) return true;
        return sipgateEditor.check.wrong(this._('sipgate-webhook-response.label.voice'), 'missing');
      },
    },
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
    const rows = sipgateEditor.announcementRows(this);
    open.set(this.id, rows);
    const action = sipgateEditor.field(this, 'action');
    action.on('change', () => {
      sipgateEditor.showRows('actions', action.val());
      $('#sipgate-response-about').text(this._(`sipgate-webhook-response.about.${action.val()}`));
      showSource(this);
      rows.refresh();
      sipgateEditor.revalidate(this, [
        'numbers',
        'callerId',
        'announcement',
        'voice',
        'maxDigits',
        'timeout',
      ]);
    });
    sipgateEditor.field(this, 'announcementSource').on('change', () => {
      showSource(this);
      sipgateEditor.revalidate(this, ['announcement', 'voice']);
    });
  },
  oneditsave: function () {
    open.get(this.id)?.keep();
    open.delete(this.id);
  },
});

function actionOf(node: EditorNode): string {
  return String(sipgateEditor.current(node, 'action'));
}

function sourceOf(node: EditorNode): string {
  return String(sipgateEditor.current(node, 'announcementSource') || 'url');
}

/** Shows what belongs to the source of the announcement; a message may bring a text of its own. */
function showSource(node: EditorNode): void {
  const [action, source] = [actionOf(node), sourceOf(node)];
  const needsVoice = action === 'msg' || (PLAYING.includes(action) && source === 'text');
  sipgateEditor.showRows('voice', needsVoice ? 'yes' : 'no');
  const text = (key: string) => node._(`sipgate-webhook-response.${key}.announcement-${source}`);
  $('#sipgate-response-announcement-label').text(text('label'));
  $('#sipgate-response-announcement-note').text(text('note'));
  const line = sipgateEditor
    .field(node, 'announcement')
    .next('.red-ui-typedInput-container')
    .find('.red-ui-typedInput-input');
  line.attr('placeholder', source === 'text' ? '' : text('placeholder'));
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
      const held = isText(node, 'announcement') ? String(node['announcement'] ?? '') : '';
      if (sipgateEditor.saved(node, 'announcementSource') === 'text')
        return held ? node._(`${key}-text`, { text: shortened(held) }) : node._(key);
      const file = fileOf(held);
      return file ? node._(`${key}-file`, { file }) : node._(key);
    }
    default:
      return node._(key);
  }
}

function isText(node: EditorNode, property: string): boolean {
  return sipgateEditor.saved(node, `${property}Type`) === 'str';
}

function shortened(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > MOST_LABEL_CHARACTERS ? `${line.slice(0, MOST_LABEL_CHARACTERS)}…` : line;
}

/** The last part of a path, or of a URL's. */
function fileOf(url: string): string | undefined {
  return url
    .split(/[?#]/)[0]
    ?.split('/')
    .filter((part) => part !== '')
    .pop();
}
