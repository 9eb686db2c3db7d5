/** German voices that sipgate's own assistants use; any other can be typed. */
const AZURE_VOICES = (
  'SeraphinaMultilingual FlorianMultilingual Katja Conrad Amala Bernd Christoph Elke Kasper Killian Klarissa Klaus ' +
  'Louisa Maja Ralf Tanja'
)
  .split(' ')
  .map((name) => ({ id: `de-DE-${name}Neural`, name }));
const ELEVEN_LABS_VOICES = [
  { id: '21m00Tcm4TlvDq8ikWAM', name: 'Rachel' },
  { id: 'EXAVITQu4vr4xnSDxMaL', name: 'Sarah' },
  { id: 'JBFqnCBsd6RMkjVDRZzb', name: 'George' },
  { id: 'GBv7mTt0atIp3Br8iCZE', name: 'Thomas' },
  { id: 'zrHiDhphv9ZnVXBqCLjz', name: 'Mimi' },
];

/** What may be said of a field only while its row shows. */
const CHECKED = [
  ...['text', 'audio', 'number', 'callerIdNumber', 'callerIdName', 'transferTimeout', 'volume'],
  ...['bargeInCharacters', 'bargeInAfter', 'inputTimeout', 'silence', 'languages', 'vocabulary'],
];

RED.nodes.registerType('sipgate-ai-flow-response', {
  category: 'sipgate',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    action: { value: 'speak' },
    text: {
      value: 'payload',
      validate: function (value, _options) {
        if (!shows(this, ['speak', 'sms'])) return true;
        const { filled, typedValue } = sipgateEditor.check;
        return typedValue(this, 'text', value, this._('sipgate-ai-flow-response.label.text'), filled);
      },
    },
    textType: { value: 'msg' },
    ssml: { value: false },
    ttsProvider: { value: '' },
    ttsLanguage: { value: '' },
    ttsVoice: { value: '' },
    bargeInStrategy: { value: '' },
    bargeInCharacters: {
      value: '',
      validate: function (value, _options) {
        if (!shows(this, ['barge-characters'])) return true;
        const label = this._('sipgate-ai-flow-response.label.bargeInCharacters');
        return sipgateEditor.check.wholeNumber(value, label, 1, 100);
      },
    },
    bargeInAfter: {
      value: '',
      validate: function (value, _options) {
        if (!shows(this, ['barge-after'])) return true;
        const label = this._('sipgate-ai-flow-response.label.bargeInAfter');
        return sipgateEditor.check.wholeNumber(value, label, 0, 10_000);
      },
    },
    inputTimeout: {
      value: '',
      validate: function (value, _options) {
        if (!shows(this, ['speak']) || isNumber(value, 0.1, 86_400)) return true;
        const label = this._('sipgate-ai-flow-response.label.inputTimeout');
        return sipgateEditor.check.wrong(label, 'between', { least: 0.1, most: 86_400 });
      },
    },
    silence: {
      value: '',
      validate: function (value, _options) {
        if (!shows(this, ['speak', 'transcription'])) return true;
        const label = this._('sipgate-ai-flow-response.label.silence');
        return sipgateEditor.check.wholeNumber(value, label, 150, 2000);
      },
    },
    interrupt: { value: false },
    then: { value: '' },
    audio: {
      value: 'payload',
      validate: function (value, _options) {
        if (!shows(this, ['audio', 'mixAudio']) || isStop(this)) return true;
        const { filled, typedValue } = sipgateEditor.check;
        return typedValue(this, 'audio', value, this._('sipgate-ai-flow-response.label.audio'), filled);
      },
    },
    audioType: { value: 'msg' },
    volume: {
      value: 0.5,
      validate: function (value, _options) {
        if (!shows(this, ['mixAudio']) || isStop(this) || isNumber(value, 0, 1)) return true;
        const label = this._('sipgate-ai-flow-response.label.volume');
        return sipgateEditor.check.wrong(label, 'between', { least: 0, most: 1 });
      },
    },
    stop: { value: false },
    number: {
      value: '',
      validate: function (value, _options) {
        if (!shows(this, ['transfer', 'sms', 'then-transfer'])) return true;
        const label = this._('sipgate-ai-flow-response.label.number');
        return sipgateEditor.check.typedValue(this, 'number', value, label, (text, name) =>
          checkNumber(text, name, !shows(this, ['sms'])),
        );
      },
    },
    numberType: { value: 'str' },
    callerIdName: { value: '' },
    callerIdNameType: { value: 'str' },
    callerIdNumber: {
      value: '',
      validate: function (value, _options) {
        if (!shows(this, ['transfer', 'then-transfer'])) return true;
        const label = this._('sipgate-ai-flow-response.label.callerIdNumber');
        return sipgateEditor.check.optional(this, 'callerIdNumber', value, label, (text, name) =>
          checkNumber(text, name, true),
        );
      },
    },
    callerIdNumberType: { value: 'str' },
    transferTimeout: {
      value: 30,
      validate: function (value, _options) {
        if (!shows(this, ['transfer', 'then-transfer'])) return true;
        const label = this._('sipgate-ai-flow-response.label.transferTimeout');
        return sipgateEditor.check.wholeNumber(value, label, 5, 120);
      },
    },
    sttProvider: { value: '' },
    languages: {
      value: '',
      validate: function (value, _options) {
        if (!shows(this, ['transcription'])) return true;
        const label = this._('sipgate-ai-flow-response.label.languages');
        return sipgateEditor.check.languages(value, label, 4);
      },
    },
    vocabulary: {
      value: '',
      validate: function (value, _options) {
        if (!shows(this, ['transcription'])) return true;
        return checkVocabulary(String(value ?? ''), this._('sipgate-ai-flow-response.label.vocabulary'));
      },
    },
  },
  inputs: 1,
  outputs: 1,
  inputLabels: function () {
    return this._('sipgate-ai-flow-response.label.input');
  },
  outputLabels: function () {
    return this._('sipgate-ai-flow-response.label.output');
  },
  icon: 'sipgate-ai-flow-response.svg',
  paletteLabel: function () {
    return this._('sipgate-ai-flow-response.label.palette');
  },
  label: function () {
    return this.name ? String(this.name) : labelOf(this);
  },
  labelStyle: function () {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare: function () {
    sipgateEditor.open(this);
    sipgateEditor.typed(this, 'text');
    sipgateEditor.typed(this, 'audio', ['bin']);
    for (const property of ['number', 'callerIdNumber', 'callerIdName']) sipgateEditor.typed(this, property);
    for (const property of ['action', 'then', 'bargeInStrategy', 'ttsProvider', 'stop'])
      sipgateEditor.field(this, property).on('input change', () => showRows(this));
    showRows(this);
  },
  // what nobody sees any more must not change what is said, nor be refused
  oneditsave: function () {
    const shown = topics(this);
    if (!shown.includes('barge-characters')) sipgateEditor.field(this, 'bargeInCharacters').val('');
    if (!shown.includes('barge-after')) sipgateEditor.field(this, 'bargeInAfter').val('');
  },
});

/** The rows that show now, by the words in their `data-actions`. */
function topics(node: EditorNode): string[] {
  const value = (property: string) => String(sipgateEditor.current(node, property) ?? '');
  const action = value('action');
  const canBargeIn = ['speak', 'audio'].includes(action);
  const strategy = value('bargeInStrategy');
  const provider = value('ttsProvider').trim();
  return [
    action,
    ...(action === 'speak' && value('then') === 'transfer' ? ['then-transfer'] : []),
    ...(canBargeIn && strategy === 'minimum_characters' ? ['barge-characters'] : []),
    ...(canBargeIn && ['minimum_characters', 'immediate'].includes(strategy) ? ['barge-after'] : []),
    ...(action === 'speak' && provider !== '' ? ['voice'] : []),
    ...(action === 'speak' && provider !== '' && provider !== 'eleven_labs' ? ['voice-language'] : []),
  ];
}

function shows(node: EditorNode, rows: readonly string[]): boolean {
  return topics(node).some((topic) => rows.includes(topic));
}

function isStop(node: EditorNode): boolean {
  return sipgateEditor.current(node, 'stop') === true;
}

function showRows(node: EditorNode): void {
  const shown = topics(node);
  $('.sipgate-dialog [data-actions]').each((_index, row) => {
    const wanted = row.getAttribute('data-actions')?.split(' ') ?? [];
    $(row).toggle(wanted.some((topic) => shown.includes(topic)));
  });
  if (isStop(node))
    for (const property of ['audio', 'volume'])
      sipgateEditor.field(node, property).closest('.form-row').hide();
  const [action = 'speak'] = shown;
  $('#sipgate-ai-flow-about').text(node._(`sipgate-ai-flow-response.about.${action}`));
  offerVoices(String(sipgateEditor.field(node, 'ttsProvider').val() ?? '').trim());
  sipgateEditor.revalidate(node, CHECKED);
}

function offerVoices(provider: string): void {
  const voices = provider === 'azure' ? AZURE_VOICES : provider === 'eleven_labs' ? ELEVEN_LABS_VOICES : [];
  const options = voices.map(({ id, name }) => $('<option>').attr('value', id).text(name));
  $('#sipgate-ai-flow-voices').empty().append(options);
}

function isNumber(value: unknown, least: number, most: number): boolean {
  const written = String(value ?? '').trim();
  return written === '' || (Number(written) >= least && Number(written) <= most);
}

/** @param isShortFine whether it is to be dialled, and not to be written to */
function checkNumber(text: unknown, label: string, isShortFine: boolean): Verdict {
  if (isShortFine && String(text).trim() !== '')
    return sipgateEditor.dialTargets(text, label, sipgateEditor.aiFlowCountries());
  return sipgateEditor.phoneNumber(text, label, { countries: sipgateEditor.aiFlowCountries(), isShortFine });
}

function checkVocabulary(text: string, label: string): Verdict {
  const words = text.split('\n').filter((word) => word.trim() !== '');
  const { wrong } = sipgateEditor.check;
  if (words.length > 100) return wrong(label, 'too-many-entries', { most: 100, count: words.length });
  const long = words.find((word) => word.trim().length > 200);
  return long === undefined ? true : wrong(label, 'long-entry', { most: 200, count: long.trim().length });
}

const LONGEST_LABEL = 40;

/** What the node does, in a few words: `Say “Good morning”, then hang up`. */
function labelOf(node: EditorNode): string {
  const saved = (property: string) => String(sipgateEditor.saved(node, property) ?? '');
  const action = saved('action');
  const key = `sipgate-ai-flow-response.label.node-${action}`;
  const isText = (property: string) => sipgateEditor.saved(node, `${property}Type`) === 'str';
  if (action === 'speak') {
    const text = saved('text').replace(/\s+/g, ' ').trim();
    const then = ['hangup', 'transfer'].includes(saved('then')) ? `-${saved('then')}` : '';
    if (!isText('text') || text === '') return node._(`${key}-any${then}`);
    const short = text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL)}…` : text;
    return node._(`${key}${then}`, { text: short });
  }
  if (action === 'transfer') {
    const number = sipgateEditor.written(node, 'number');
    return number ? node._(`${key}-number`, { number }) : node._(key);
  }
  if (action === 'mixAudio' && node['stop'] === true) return node._(`${key}-stop`);
  return node._(key);
}
