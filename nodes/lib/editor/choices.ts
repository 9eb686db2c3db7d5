/** Several of a few: a row of checkboxes. */
import { field, saved } from './fields';
import { list } from './texts';

/**
 * Shows the options of a `<select multiple>` as checkboxes. The select stays, hidden: Node-RED reads from it the list that
 * it saves. A flow may also hold a text with commas.
 */
export function choices(node: EditorNode, property: string): void {
  const select = field(node, property).hide();
  const chosen = list(saved(node, property));
  const boxes: JQuery[] = [];
  select.find('option').each((_index, element) => {
    const option = $(element).prop('selected', chosen.includes(element.getAttribute('value') ?? ''));
    const box = $('<input type="checkbox">').prop('checked', option.prop('selected') === true);
    box.on('change', () => {
      option.prop('selected', box.prop('checked') === true);
      select.trigger('change');
    });
    // Node-RED fills in the texts of a dialog when this has run
    const name = $('<span>').attr('data-i18n', option.attr('data-i18n') ?? '');
    boxes.push($('<label>').append(box, name));
  });
  const id = `${select.attr('id')}-label`;
  const name = select.closest('.form-row').children('label').attr('id', id);
  name.attr('for', '');
  select.after($('<span class="sipgate-choices" role="group">').attr('aria-labelledby', id).append(boxes));
}
