// @ts-check
/*
 * What dialogs ask of an account: its lists beside a field, the test of the connection, the webhook settings of now.
 * It is asked before the first deploy, too: then the values that stand in the editor go along with the question.
 */
(function () {
  /** ms that a list is shown again without asking; the reload button asks at any time. */
  const FRESH_MS = 5 * 60 * 1000;
  const PROPERTIES = ['authType', 'apiUrl', 'oauthUrl', 'proxy', 'country', 'timeout'];
  const CREDENTIALS = [
    'tokenId',
    'token',
    'accessToken',
    'refreshToken',
    'clientId',
    'clientSecret',
    'username',
    'password',
  ];

  /**
   * @typedef {{ value: string, label: string }} Item
   * @typedef {{ items: Item[] } | { reason: string }} List what the account has, or why that is not known
   * @typedef {{ resource: string, list: List }} Shelf
   */

  /** @type {Map<string, { since: number, list: Promise<List> }>} */
  const cache = new Map();

  /**
   * @param {string} key
   * @param {Record<string, unknown>} [values]
   * @returns {string}
   */
  const text = (key, values) => window.sipgateEditor.text(key, values);

  // --- Asking -------------------------------------------------------------------------------------------------------

  /**
   * What goes along with a question: nothing for an account that is deployed as it stands in the editor.
   * @param {string} id
   * @returns {Record<string, unknown>}
   */
  function unsaved(id) {
    const account = RED.nodes.node(id);
    if (!account?.changed) return {};
    const credentials = /** @type {Record<string, unknown>} */ (account.credentials ?? {});
    return { ...pick(account, PROPERTIES), ...pick(credentials, CREDENTIALS) };
  }

  /**
   * What stands in the fields of the open account dialog.
   * @param {EditorNode} account
   */
  function inDialog(account) {
    const value = (/** @type {string} */ name) => window.sipgateEditor.field(account, name).val();
    return pick(Object.fromEntries([...PROPERTIES, ...CREDENTIALS].map((name) => [name, value(name)])), [
      ...PROPERTIES,
      ...CREDENTIALS,
    ]);
  }

  /**
   * @param {Record<string, unknown>} from
   * @param {string[]} names
   * @returns {Record<string, unknown>} those of them that are there
   */
  function pick(from, names) {
    return Object.fromEntries(
      names
        .filter((name) => from[name] !== undefined && from[name] !== null)
        .map((name) => [name, from[name]]),
    );
  }

  /**
   * @param {string} id of the account, deployed or not
   * @param {string} what below `sipgate/accounts/<id>/`
   * @param {Record<string, unknown>} [question]
   * @returns {Promise<{ status: number, body: any }>}
   */
  function ask(id, what, question = unsaved(id)) {
    return window.sipgateEditor.request(
      'POST',
      `sipgate/accounts/${encodeURIComponent(id)}/${what}`,
      question,
    );
  }

  /**
   * Why a question was not answered, in the user's language; sipgate's own words follow where there are some.
   * @param {{ status: number, body: any }} answer
   */
  function reasonOf({ status, body }) {
    if (body?.reason) return text(`refused.${body.reason}`);
    if (body?.code) return `${text(`code.${body.code}`)} ${body.message ?? ''}`.trim();
    return text(status === 401 || status === 403 ? 'refused.notAllowed' : 'refused.noAnswer');
  }

  /** @param {unknown} id as a config select holds it */
  function isAccount(id) {
    return typeof id === 'string' && !['', '_ADD_'].includes(id) && RED.nodes.node(id) !== null;
  }

  /**
   * @param {string} id
   * @param {string} resource
   * @returns {Promise<List>} never rejects
   */
  function listOf(id, resource) {
    const question = unsaved(id);
    const key = JSON.stringify([id, resource, question]);
    const known = cache.get(key);
    if (known && Date.now() - known.since < FRESH_MS) return known.list;
    const list = ask(id, `lookup/${resource}`, question).then((answer) => {
      if (Array.isArray(answer.body?.items)) return { items: answer.body.items };
      cache.delete(key);
      return { reason: reasonOf(answer) };
    });
    cache.set(key, { since: Date.now(), list });
    return list;
  }

  /** @param {string} id */
  function forget(id) {
    const start = JSON.stringify([id]).slice(0, -1);
    [...cache.keys()].filter((key) => key.startsWith(start)).forEach((key) => cache.delete(key));
  }

  // --- A list beside a field ----------------------------------------------------------------------------------------

  /**
   * Puts a list of what the account has below a typedInput; choosing writes into the field, which stays free text.
   * It shows while the field holds a text, and only when `isWanted` says so. Each resource may fail alone.
   * @param {EditorNode} node whose property `account` names the account
   * @param {string} property
   * @param {{ resources: string[], many?: boolean, isWanted?: () => boolean }} options `many`: the field holds a
   *   comma-separated list, choosing adds to it or takes away
   * @returns {{ refresh(): void }} call it when what `isWanted` looks at has changed
   */
  function offer(node, property, { resources, many = false, isWanted = () => true }) {
    const input = window.sipgateEditor.field(node, property);
    const account = window.sipgateEditor.field(node, 'account');
    const parts = frame(input);
    /** @type {Shelf[]} */
    let shelves = [];
    let question = 0;

    async function load() {
      const id = String(account.val());
      const mine = (question += 1);
      if (!isAccount(id)) return show([]);
      parts.busy(true);
      const lists = await Promise.all(resources.map((resource) => listOf(id, resource)));
      // meanwhile the dialog may be closed, or another account chosen
      if (mine === question && parts.row[0]?.isConnected)
        show(resources.map((resource, index) => ({ resource, list: lists[index] ?? { items: [] } })));
    }

    /** @param {Shelf[]} found */
    function show(found) {
      shelves = found;
      parts.busy(false);
      parts.complain(isAccount(account.val()) ? reasons(shelves) : [text('list.no-account')]);
      refresh();
    }

    function refresh() {
      const isText = input.typedInput('type') === 'str';
      parts.row.toggle(isText && isWanted());
      fillSelect(parts.select, shelves, chosen(), many);
    }

    /** @returns {string[]} */
    function chosen() {
      const value = String(input.typedInput('value') ?? '').trim();
      return many ? window.sipgateEditor.list(value) : [value].filter(Boolean);
    }

    function take() {
      const value = String(parts.select.val());
      const others = chosen().filter((each) => each !== value);
      const values = many && others.length === chosen().length ? [...others, value] : others;
      input.typedInput('value', many ? values.join(', ') : value);
    }

    parts.select.on('change', take);
    parts.reload.on('click', () => {
      forget(String(account.val()));
      void load();
    });
    input.on('change', refresh);
    account.on('change', () => void load());
    void load();
    return { refresh };
  }

  /** @param {JQuery} input a typedInput */
  function frame(input) {
    const select = $('<select>').attr('aria-label', text('list.choose'));
    const icon = $('<i class="fa fa-refresh">');
    const reload = $('<button type="button" class="red-ui-button">')
      .attr({ title: text('list.reload'), 'aria-label': text('list.reload') })
      .append(icon);
    const hints = $('<ul class="sipgate-hints">').hide();
    const line = $('<span class="sipgate-field">').append(select, reload);
    const row = $('<div class="sipgate-offer">')
      .attr('data-list', input.attr('id') ?? '')
      .append(line, hints);
    input.closest('.form-row').children('.red-ui-typedInput-container').after(row);
    return {
      row,
      select,
      reload,
      /** @param {boolean} isBusy */
      busy(isBusy) {
        icon.toggleClass('fa-refresh', !isBusy).toggleClass('fa-spinner fa-spin', isBusy);
      },
      /** @param {string[]} complaints */
      complain(complaints) {
        const warnings = complaints.map((each) => ({ icon: 'exclamation-triangle', text: each }));
        window.sipgateEditor.showHints(hints, warnings);
      },
    };
  }

  /**
   * @param {Shelf[]} shelves
   * @returns {string[]} one for all lists that fail alike
   */
  function reasons(shelves) {
    const failed = shelves.flatMap(({ resource, list }) =>
      'reason' in list ? [{ resource, reason: list.reason }] : [],
    );
    const different = [...new Set(failed.map(({ reason }) => reason))];
    return different.map((reason) => {
      const names = failed
        .filter((each) => each.reason === reason)
        .map((each) => text(`resource.${each.resource}`));
      return text('list.failed', { names: names.join(', '), reason });
    });
  }

  /**
   * What the field holds stays selectable, whether or not the account knows it.
   * @param {JQuery} select
   * @param {Shelf[]} shelves
   * @param {string[]} chosen
   * @param {boolean} many
   */
  function fillSelect(select, shelves, chosen, many) {
    const groups = shelves.flatMap(({ resource, list }) =>
      'items' in list ? [{ resource, items: list.items }] : [],
    );
    const known = new Set(groups.flatMap(({ items }) => items.map(({ value }) => value)));
    const strangers = chosen.filter((value) => !known.has(value)).map((value) => ({ value, label: value }));
    const mark = many ? chosen : [];
    select.empty().append(
      $('<option>')
        .val('')
        .text(text(many ? 'list.add' : 'list.choose')),
    );
    select.append(options(strangers, mark));
    for (const { resource, items } of groups) {
      const inside =
        items.length > 0 ? options(items, mark) : [$('<option disabled>').text(text('list.empty'))];
      select.append(
        $('<optgroup>')
          .attr('label', text(`resource.${resource}`))
          .append(inside),
      );
    }
    select.val(many ? '' : (chosen[0] ?? ''));
  }

  /**
   * @param {Item[]} items
   * @param {string[]} marked
   */
  function options(items, marked) {
    return items.map(({ value, label }) =>
      $('<option>')
        .val(value)
        .text(marked.includes(value) ? `✓ ${label}` : label),
    );
  }

  Object.assign(window, {
    sipgateEditor: {
      ...window.sipgateEditor,
      account: { ask, inDialog, isAccount, offer, reasonOf },
    },
  });
})();
