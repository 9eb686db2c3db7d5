/** What a user has of his own. */
const OF_A_USER = ['devices', 'numbers', 'phonelines', 'faxlines', 'sms', 'groups'];

RED.nodes.registerType('sipgate-lookup', {
  category: 'sipgate',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    account: {
      value: '',
      type: 'sipgate-account',
      required: true,
      label: RED._('@sipgate-flows/node-red-sipgate-io/sipgate-lookup:sipgate-lookup.label.account'),
    },
    resource: { value: 'users' },
    userId: {
      value: '',
      validate: function (value, _options) {
        const label = this._('sipgate-lookup.label.userId');
        if (!OF_A_USER.includes(resourceOf(this))) return true;
        return sipgateEditor.check.optional(this, 'userId', value, label, (text) =>
          sipgateEditor.check.extension(text, label, 'w', 'user'),
        );
      },
    },
    userIdType: { value: 'str' },
  },
  inputs: 1,
  outputs: 1,
  inputLabels: function () {
    return this._('sipgate-lookup.label.input');
  },
  outputLabels: function () {
    return this._('sipgate-lookup.label.output');
  },
  icon: 'sipgate-lookup.svg',
  paletteLabel: function () {
    return this._('sipgate-lookup.label.palette');
  },
  label: function () {
    if (this.name) return String(this.name);
    const resource = this._(`sipgate-lookup.resource.${String(sipgateEditor.saved(this, 'resource'))}`);
    return this._('sipgate-lookup.label.node', { resource });
  },
  labelStyle: function () {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare: function () {
    sipgateEditor.open(this);
    sipgateEditor.typed(this, 'userId');
    sipgateEditor.offer(this, 'userId', { resources: ['users'] });
    sipgateEditor.field(this, 'resource').on('change', () => showResource(this));
    showResource(this);
  },
});

function resourceOf(node: EditorNode): string {
  return String(sipgateEditor.current(node, 'resource'));
}

function showResource(node: EditorNode): void {
  const resource = resourceOf(node);
  sipgateEditor.showRows('resource', resource);
  $('#sipgate-lookup-about').text(node._(`sipgate-lookup.about.${resource}`));
  sipgateEditor.revalidate(node, ['userId']);
}
