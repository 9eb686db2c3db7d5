/** A list of what the account has below a field; choosing writes into the field, which stays free text. */
import { forget, isAccount, listOf, stateOf, type AccountList, type Item } from './account';
import { field } from './fields';
import { showHints, warning } from './page';
import { list, text } from './texts';

export interface OfferOptions {
  readonly resources: readonly string[];
  /** The field holds a comma-separated list: choosing adds to it or takes away. */
  readonly many?: boolean;
  /** Whether the list shows at all. */
  readonly isWanted?: () => boolean;
}

/** A resource with its list. Each may fail alone. */
interface Group {
  readonly resource: string;
  readonly list: AccountList;
}

/**
 * Puts the list below a typedInput. It shows while the field holds a text, and only when `isWanted` says so.
 * @param node whose property `account` names the account
 * @returns `refresh`, to be called when what `isWanted` looks at has changed
 */
export function offer(node: EditorNode, property: string, options: OfferOptions): { refresh(): void } {
  const { resources, many = false, isWanted = () => true } = options;
  const input = field(node, property);
  const account = field(node, 'account');
  const parts = frame(input);
  let groups: readonly Group[] = [];
  let asked = '';

  async function load(): Promise<void> {
    const id = account.val();
    const mine = stateOf(id);
    asked = mine;
    if (!isAccount(id)) return show([]);
    parts.showBusy(true);
    const lists = await Promise.all(resources.map((resource) => listOf(id, resource)));
    // meanwhile the dialog may be closed, or another account chosen
    if (mine !== asked || !parts.row[0]?.isConnected) return;
    show(resources.map((resource, index) => ({ resource, list: lists[index] ?? { items: [] } })));
  }

  function show(found: readonly Group[]): void {
    groups = found;
    parts.showBusy(false);
    parts.complain(isAccount(account.val()) ? reasons(groups) : [text('list.no-account')]);
    refresh();
  }

  function refresh(): void {
    parts.row.toggle(input.typedInput('type') === 'str' && isWanted());
    fillSelect(parts.select, groups, chosen(input, many), many);
  }

  parts.select.on('change', () => choose(input, String(parts.select.val()), many));
  parts.reload.on('click', () => {
    forget(String(account.val()));
    void load();
  });
  input.on('change', refresh);
  // Node-RED tells of a change also when the dialog opens
  account.on('change', () => {
    if (stateOf(account.val()) !== asked) void load();
  });
  void load();
  return { refresh };
}

/** @returns what the field holds now */
function chosen(input: JQuery, many: boolean): string[] {
  const value = input.typedInput('value').trim();
  return many ? list(value) : [value].filter(Boolean);
}

/** Writes a value into the field; among many, one that is in it already is taken out. */
function choose(input: JQuery, value: string, many: boolean): void {
  const before = chosen(input, many);
  const others = before.filter((each) => each !== value);
  const values = others.length === before.length ? [...others, value] : others;
  input.typedInput('value', many ? values.join(', ') : value);
}

/** The row with its select, its reload button and room for complaints. */
function frame(input: JQuery) {
  const select = $('<select>').attr('aria-label', text('list.choose'));
  const icon = $('<i class="fa fa-refresh">');
  const label = text('list.reload');
  const reload = $('<button type="button" class="red-ui-button">')
    .attr({ title: label, 'aria-label': label })
    .append(icon);
  const hints = $('<ul class="sipgate-hints">').hide();
  const row = $('<div class="sipgate-offer">')
    .attr('data-list', input.attr('id') ?? '')
    .append($('<span class="sipgate-field">').append(select, reload), hints);
  input.closest('.form-row').children('.red-ui-typedInput-container').after(row);
  return {
    row,
    select,
    reload,
    showBusy(isBusy: boolean): void {
      icon.toggleClass('fa-refresh', !isBusy).toggleClass('fa-spinner fa-spin', isBusy);
    },
    complain(complaints: readonly string[]): void {
      showHints(hints, complaints.map(warning));
    },
  };
}

/** @returns one reason for all lists that fail alike */
function reasons(groups: readonly Group[]): string[] {
  const failed = groups.flatMap(({ resource, list: found }) =>
    'reason' in found ? [{ resource, reason: found.reason }] : [],
  );
  const different = [...new Set(failed.map(({ reason }) => reason))];
  return different.map((reason) => {
    const alike = failed.filter((each) => each.reason === reason);
    const names = alike.map(({ resource }) => text(`resource.${resource}`)).join(', ');
    return text('list.failed', { names, reason });
  });
}

/** What the field holds stays selectable, whether or not the account knows it. */
function fillSelect(
  select: JQuery,
  groups: readonly Group[],
  chosen: readonly string[],
  many: boolean,
): void {
  const read = groups.flatMap(({ resource, list: found }) =>
    'items' in found ? [{ resource, items: found.items }] : [],
  );
  const known = new Set(read.flatMap(({ items }) => items.map(({ value }) => value)));
  const unknown = chosen.filter((value) => !known.has(value)).map((value) => ({ value, label: value }));
  const ticked = many ? chosen : [];
  const first = $('<option>')
    .val('')
    .text(text(many ? 'list.add' : 'list.choose'));
  select.empty().append(first, toOptions(unknown, ticked));
  for (const { resource, items } of read) {
    const inside =
      items.length > 0 ? toOptions(items, ticked) : [$('<option disabled>').text(text('list.empty'))];
    const group = $('<optgroup>').attr('label', text(`resource.${resource}`));
    select.append(group.append(inside));
  }
  select.val(many ? '' : (chosen[0] ?? ''));
}

function toOptions(items: readonly Item[], ticked: readonly string[]): JQuery[] {
  return items.map(({ value, label }) =>
    $('<option>')
      .val(value)
      .text(ticked.includes(value) ? `✓ ${label}` : label),
  );
}
