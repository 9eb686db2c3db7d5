/** These put contacts into the address book, which for colleagues is not possible. */
const WRITING = ['create', 'importVCard'];
/** These need nothing from the message. */
const READING = ['list', 'exportCsv', 'exportVCards', 'exportVCard'];
const READ_ONLY_SCOPES = ['INTERNAL', 'ALL'];

RED.nodes.registerType('sipgate-contacts', {
  category: 'sipgate',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    account: {
      value: '',
      type: 'sipgate-account',
      required: true,
      label: RED._('@sipgate-flows/node-red-sipgate-io/sipgate-contacts:sipgate-contacts.label.account'),
    },
    operation: { value: 'create' },
    scope: {
      value: 'PRIVATE',
      validate: function (value, _options) {
        const isWritten = WRITING.includes(String(sipgateEditor.current(this, 'operation')));
        if (!isWritten || !READ_ONLY_SCOPES.includes(String(value))) return true;
        return `${this._('sipgate-contacts.label.scope')}: ${this._('sipgate-contacts.error.scope')}`;
      },
    },
    content: {
      value: 'payload',
      validate: function (value, _options) {
        const operation = String(sipgateEditor.current(this, 'operation'));
        if (READING.includes(operation)) return true;
        const label = this._(`sipgate-contacts.content.${operation}`);
        return sipgateEditor.check.typedValue(this, 'content', value, label, sipgateEditor.check.filled);
      },
    },
    contentType: { value: 'msg' },
    delimiter: { value: ',' },
    escapeFormulas: { value: true },
  },
  inputs: 1,
  outputs: 1,
  inputLabels: function () {
    return this._('sipgate-contacts.label.input');
  },
  outputLabels: function () {
    return this._(`sipgate-contacts.output.${String(this.operation)}`);
  },
  icon: 'sipgate-contacts.svg',
  paletteLabel: function () {
    return this._('sipgate-contacts.label.palette');
  },
  label: function () {
    if (this.name) return String(this.name);
    const operation = String(sipgateEditor.saved(this, 'operation'));
    const name = this._(`sipgate-contacts.operation.${operation}`);
    if (!READING.includes(operation)) return name;
    return `${name} (${this._(`sipgate-contacts.whose.${String(sipgateEditor.saved(this, 'scope'))}`)})`;
  },
  labelStyle: function () {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare: function () {
    sipgateEditor.open(this);
    sipgateEditor.typed(this, 'content', ['json']);
    keepUnusualDelimiter(this);
    const operation = sipgateEditor.field(this, 'operation');
    const show = () => showOperation(this, operation.val() || String(this.operation));
    operation.on('change', show);
    show();
  },
});

function showOperation(node: EditorNode, operation: string): void {
  sipgateEditor.showRows('operations', operation);
  $('#sipgate-contacts-about').text(node._(`sipgate-contacts.about.${operation}`));
  $('#sipgate-contacts-content').text(node._(`sipgate-contacts.content.${operation}`));
  offerScopes(sipgateEditor.field(node, 'scope'), WRITING.includes(operation));
  sipgateEditor.revalidate(node, ['scope', 'content']);
}

/** What is chosen already stays, marked as wrong. */
function offerScopes(select: JQuery, isWritten: boolean): void {
  const chosen = select.val();
  for (const scope of READ_ONLY_SCOPES) {
    const isHidden = isWritten && scope !== chosen;
    select.find(`option[value="${scope}"]`).prop({ hidden: isHidden, disabled: isHidden });
  }
}

/** A flow that a program wrote may separate by something else. */
function keepUnusualDelimiter(node: EditorNode): void {
  const delimiter = String(node['delimiter'] ?? '');
  if (['', ',', ';', '\t'].includes(delimiter)) return;
  const option = $('<option>').val(delimiter).text(delimiter);
  sipgateEditor.field(node, 'delimiter').append(option).val(delimiter);
}
