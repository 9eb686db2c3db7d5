const LONGEST_TIMEOUT_MS = 120_000;

/** Programs that speak, with what they are started with. */
const PRESETS: Readonly<Record<string, { readonly command: string; readonly args: string }>> = {
  'espeak-ng': { command: 'espeak-ng', args: '-v {voice} -s {wpm} --stdout' },
  pico2wave: { command: 'pico2wave', args: '-l {voice} -w {file} -- {text}' },
  piper: { command: 'piper', args: '--model {voice} --output_file -' },
};

RED.nodes.registerType('sipgate-voice', {
  category: 'config',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    engine: { value: 'command' },
    language: { value: 'de' },
    voice: { value: '' },
    speed: {
      value: 1,
      validate: function (value, _options) {
        const speed = Number(String(value || 1).replace(',', '.'));
        if (speed >= 0.5 && speed <= 2) return true;
        return sipgateEditor.check.wrong(this._('sipgate-voice.label.speed'), 'speed');
      },
    },
    timeout: {
      value: 10000,
      validate: function (value, _options) {
        const label = this._('sipgate-voice.label.timeout');
        return sipgateEditor.check.wholeNumber(value, label, 1, LONGEST_TIMEOUT_MS);
      },
    },
    command: { value: 'espeak-ng' },
    args: { value: '-v {voice} -s {wpm} --stdout' },
    host: {
      value: '',
      validate: function (value, _options) {
        if (engineOf(this) !== 'wyoming') return true;
        const label = this._('sipgate-voice.label.host');
        const verdict = sipgateEditor.check.filled(value, label);
        if (verdict !== true || /^\S+$/.test(String(value).trim())) return verdict;
        return sipgateEditor.check.wrong(label, 'host');
      },
    },
    port: {
      value: 10200,
      validate: function (value, _options) {
        if (engineOf(this) !== 'wyoming') return true;
        return sipgateEditor.check.wholeNumber(value, this._('sipgate-voice.label.port'), 1, 65_535);
      },
    },
    url: {
      value: '',
      validate: function (value, _options) {
        if (engineOf(this) !== 'http') return true;
        return sipgateEditor.check.httpUrl(value, this._('sipgate-voice.label.url'));
      },
    },
    model: { value: '' },
  },
  credentials: {
    apiKey: { type: 'password' },
  },
  paletteLabel: function () {
    return this._('sipgate-voice.label.palette');
  },
  label: function () {
    return this.name ? String(this.name) : whatSpeaks(this);
  },
  labelStyle: function () {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare: function () {
    sipgateEditor.open(this);
    const input = (property: string) => sipgateEditor.field(this, property);
    $('#sipgate-voice-sentence').val(this._('sipgate-voice.sentence'));
    input('engine').on('change', () => {
      sipgateEditor.showRows('engine', engineOf(this));
      $('#sipgate-voice-about').text(this._(`sipgate-voice.about.${engineOf(this)}`));
      for (const id of ['names', 'languages', 'list-result']) $(`#sipgate-voice-${id}`).empty();
      sipgateEditor.revalidate(this, ['host', 'port', 'url']);
    });
    showPreset(this);
    $('#sipgate-voice-preset').on('change', () => takePreset(this));
    input('command')
      .add(input('args'))
      .on('input', () => showPreset(this));
    $('#sipgate-voice-list').on('click', () => void fillVoices(this));
    $('#sipgate-voice-listen').on('click', () => void listen(this));
  },
});

function engineOf(node: EditorNode): string {
  return String(sipgateEditor.current(node, 'engine') || 'command');
}

/** Such as `de_DE-thorsten-medium`, or `espeak-ng de`. */
function whatSpeaks(node: EditorNode): string {
  const value = (property: string) => String(sipgateEditor.saved(node, property) ?? '');
  if (value('engine') !== 'command') return value('voice') || node._('sipgate-voice.label.palette');
  return `${value('command')} ${value('voice') || value('language')}`;
}

function showPreset(node: EditorNode): void {
  const command = sipgateEditor.field(node, 'command').val();
  const args = sipgateEditor.field(node, 'args').val();
  const known = Object.entries(PRESETS).find(
    ([, preset]) => preset.command === command && preset.args === args,
  );
  $('#sipgate-voice-preset').val(known?.[0] ?? 'own');
}

function takePreset(node: EditorNode): void {
  const preset = PRESETS[String($('#sipgate-voice-preset').val())];
  if (!preset) return;
  sipgateEditor.field(node, 'command').val(preset.command).trigger('change');
  sipgateEditor.field(node, 'args').val(preset.args).trigger('change');
}

/** What the route `list` answers. */
interface Offered {
  readonly name: string;
  readonly languages: readonly string[];
}

async function fillVoices(node: EditorNode): Promise<void> {
  const place = $('#sipgate-voice-list-result').text(node._('sipgate-voice.list.asking'));
  const answer = await sipgateEditor.request('POST', `sipgate/voices/${encodeURIComponent(node.id)}/list`, {
    voice: sipgateEditor.fieldsInDialog(node),
  });
  const { voices } = answer.body;
  if (!Array.isArray(voices)) {
    place.text(sipgateEditor.refusalOf(answer));
    return;
  }
  const offered = voices as readonly Offered[];
  const options = (values: readonly string[]) =>
    [...new Set(values)].map((value) => $('<option>').attr('value', value));
  $('#sipgate-voice-names')
    .empty()
    .append(options(offered.map(({ name }) => name)));
  $('#sipgate-voice-languages')
    .empty()
    .append(options(offered.flatMap(({ languages }) => languages)));
  place.text(
    node._(`sipgate-voice.list.${offered.length > 0 ? 'found' : 'none'}`, { count: offered.length }),
  );
}

async function listen(node: EditorNode): Promise<void> {
  const button = $('#sipgate-voice-listen').prop('disabled', true);
  const place = $('#sipgate-voice-result').text(sipgateEditor.text('announcement.making'));
  const answer = await sipgateEditor.request('POST', `sipgate/voices/${encodeURIComponent(node.id)}/listen`, {
    voice: sipgateEditor.fieldsInDialog(node),
    text: $('#sipgate-voice-sentence').val(),
  });
  button.prop('disabled', false);
  sipgateEditor.playWav(place, answer, sipgateEditor.refusalOf(answer));
}
