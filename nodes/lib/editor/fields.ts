/** The fields of the open dialog: which input belongs to a property, what stands there, which rows show. */

const VALUE_TYPES = ['str', 'msg', 'flow', 'global', 'env', 'jsonata'];
/** Types that a flow may hold, written by a program, although the dialog does not offer them. */
const OTHER_TYPES = ['num', 'bool', 'json', 'bin', 'date'];
/** A typedInput takes its width from the style of its input; other fields have theirs from sipgate-editor.html. */
export const FIELD_WIDTH = 'calc(100% - 160px)';

/** @returns the input of a property; config nodes have ids of their own in Node-RED */
export function field(node: EditorNode, property: string): JQuery {
  const prefix = node._def.category === 'config' ? 'node-config-input-' : 'node-input-';
  return $(document.getElementById(prefix + property) ?? []);
}

/**
 * @returns the value of a property as it is saved. What a flow does not hold (an older one, or one that a program
 *   wrote) is its default, as in the runtime; a value that stands there without its type is a text.
 */
export function saved(node: EditorNode, property: string): unknown {
  if (node[property] !== undefined) return node[property];
  const isTypeOfText = property.endsWith('Type') && node[property.slice(0, -'Type'.length)] !== undefined;
  return isTypeOfText ? 'str' : node._def.defaults[property]?.value;
}

/**
 * Comes first in `oneditprepare`: from now on `current` reads what stands in the dialog. The mark lives on the
 * dialog's own element, so it goes with the dialog, however that is closed.
 */
export function open(node: EditorNode): void {
  field(node, 'name').data('sipgateNode', node.id);
  for (const [property, { type }] of Object.entries(node._def.defaults)) {
    // Node-RED shows nothing for what a flow does not hold, and "Done" would save that
    if (node[property] !== undefined || type !== undefined) continue;
    const input = field(node, property);
    if (input.is(':checkbox')) input.prop('checked', saved(node, property) === true);
    else input.val(String(saved(node, property)));
  }
}

/**
 * @returns the value of a property: what stands in the open dialog of this node, otherwise what is saved. For
 *   validators that depend on another field ("only for the chosen action").
 */
export function current(node: EditorNode, property: string): unknown {
  const input = field(node, property);
  const isOpen = field(node, 'name').data('sipgateNode') === node.id;
  if (!isOpen || input.length === 0) return saved(node, property);
  return input.is(':checkbox') ? input.prop('checked') : input.val();
}

/**
 * Makes an input a typedInput whose type is kept in the hidden input `<property>Type`.
 * @param moreTypes beside those that every computed value has
 * @param types instead of those
 */
export function typed(
  node: EditorNode,
  property: string,
  moreTypes: readonly string[] = [],
  types: readonly string[] = [...VALUE_TYPES, ...moreTypes],
): void {
  const typeField = field(node, `${property}Type`);
  // a typedInput turns a type that it does not offer into a text, and "Done" would save that
  const held = [...VALUE_TYPES, ...OTHER_TYPES].filter((type) => type === typeField.val());
  const input = field(node, property).css('width', FIELD_WIDTH);
  input.typedInput({
    default: types[0] ?? 'str',
    types: [...new Set([...types, ...held])],
    typeField: `#${typeField.attr('id')}`,
  });
  label(input);
}

/** A typedInput hides the input that the label of the row is for, and shows one that has no name. */
function label(input: JQuery): void {
  const id = String(input.attr('id'));
  const shown = input.next('.red-ui-typedInput-container').find('.red-ui-typedInput-input');
  const name = input.closest('.form-row').children(`label[for="${id}"]`);
  shown.attr('aria-labelledby', `${id}-label`);
  name.attr('id', `${id}-label`).on('click', () => shown.trigger('focus'));
}

/** Looks at fields again whose validity depends on another one. */
export function revalidate(node: EditorNode, properties: readonly string[]): void {
  for (const property of properties) field(node, property).trigger('change');
}

/** @returns what a typedInput holds, for the label of a node: `msg.to`, or the text itself */
export function written(node: EditorNode, property: string): string {
  const type = String(saved(node, `${property}Type`));
  const value = String(saved(node, property) ?? '');
  if (type === 'jsonata') return `J: ${value}`;
  return ['msg', 'flow', 'global', 'env'].includes(type) ? `${type}.${value}` : value;
}

/** Calls `look` now and with every key in a typedInput, which itself tells of changes only when the field is left. */
export function whileTyping(input: JQuery, look: () => void): void {
  input.on('change', look);
  input.next('.red-ui-typedInput-container').find('.red-ui-typedInput-input').on('input', look);
  look();
}

/** Shows the rows with `data-<name>="a b"` for which the choice is a or b, and hides the others. */
export function showRows(name: string, choice: unknown): void {
  $(`.sipgate-dialog [data-${name}]`).each((_index, row) => {
    const wanted = row.getAttribute(`data-${name}`)?.split(' ') ?? [];
    $(row).toggle(wanted.includes(String(choice)));
  });
}
