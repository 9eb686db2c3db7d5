// @ts-check
/*
 * What all dialogs of this pack share. The editor plugin nodes/sipgate-editor.html loads it once, before the nodes.
 * One global, `sipgateEditor`: a top-level const would be declared twice when Node-RED loads a file again.
 */
(function () {
  const CATALOGUE = '@sipgate-flows/node-red-sipgate-io/sipgate-editor:sipgate-editor.';
  const VALUE_TYPES = ['str', 'msg', 'flow', 'global', 'env', 'jsonata'];
  /** Longer than our admin routes wait for sipgate. */
  const PATIENCE_MS = 25000;
  const PATH_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

  /**
   * A text of the shared catalogue (locales/<lang>/sipgate-editor.json).
   * @param {string} key
   * @param {Record<string, unknown>} [values]
   */
  function text(key, values) {
    return RED._(CATALOGUE + key, values);
  }

  // --- Fields of a dialog -------------------------------------------------------------------------------------------

  /**
   * The input of a property; config nodes have ids of their own in Node-RED.
   * @param {EditorNode} node
   * @param {string} property
   */
  function field(node, property) {
    const prefix = node._def.category === 'config' ? 'node-config-input-' : 'node-input-';
    return $(document.getElementById(prefix + property) ?? []);
  }

  /**
   * Call this first in `oneditprepare`: from now on `current` reads what stands in the dialog. The mark lives on the
   * dialog's own element, so it goes with the dialog, however that is closed.
   * @param {EditorNode} node
   */
  function open(node) {
    field(node, 'name').data('sipgateNode', node.id);
  }

  /**
   * The value of a property: what stands in the open dialog of this node, otherwise what is saved.
   * A validator needs this when it depends on another field ("only for the chosen action").
   * @param {EditorNode} node
   * @param {string} property
   */
  function current(node, property) {
    const input = field(node, property);
    const isOpen = field(node, 'name').data('sipgateNode') === node.id;
    if (!isOpen || input.length === 0) return node[property];
    return input.is(':checkbox') ? input.prop('checked') : input.val();
  }

  /**
   * Makes an input a typedInput whose type is kept in the hidden input `<property>Type`.
   * @param {EditorNode} node
   * @param {string} property
   * @param {string[]} [moreTypes] beside those that every computed value has
   * @param {string[]} [types] instead of those
   */
  function typed(node, property, moreTypes = [], types = [...VALUE_TYPES, ...moreTypes]) {
    field(node, property).typedInput({
      default: types[0] ?? 'str',
      types,
      typeField: `#${field(node, `${property}Type`).attr('id')}`,
    });
  }

  /**
   * Looks at fields again whose validity depends on another one.
   * @param {EditorNode} node
   * @param {string[]} properties
   */
  function revalidate(node, properties) {
    properties.forEach((property) => field(node, property).trigger('change'));
  }

  /**
   * What a typedInput holds, for the label of a node: `msg.to`, or the text itself.
   * @param {EditorNode} node
   * @param {string} property
   */
  function written(node, property) {
    const type = String(node[`${property}Type`] || 'str');
    const value = String(node[property] ?? '');
    if (type === 'str') return value;
    return type === 'jsonata' ? `J: ${value}` : `${type}.${value}`;
  }

  /**
   * Calls `look` now and with every key in a typedInput, which itself tells of changes only when the field is left.
   * @param {JQuery} input
   * @param {() => void} look
   */
  function whileTyping(input, look) {
    input.on('change', look);
    input.next('.red-ui-typedInput-container').find('.red-ui-typedInput-input').on('input', look);
    look();
  }

  /**
   * Shows the rows with `data-<name>="a b"` for which the choice is a or b.
   * @param {string} name
   * @param {unknown} choice
   */
  function showRows(name, choice) {
    $(`.sipgate-dialog [data-${name}]`).each(function () {
      const wanted = $(this).attr(`data-${name}`)?.split(' ') ?? [];
      $(this).toggle(wanted.includes(String(choice)));
    });
  }

  // --- Validators: true, or the reason ------------------------------------------------------------------------------

  /**
   * @param {string} label what the user calls the field
   * @param {string} key of the reason
   * @param {Record<string, unknown>} [values]
   */
  function wrong(label, key, values) {
    return `${label}: ${text(`error.${key}`, values)}`;
  }

  /**
   * @param {unknown} value
   * @param {string} label
   * @param {number} least
   * @param {number} [most]
   * @returns {Verdict}
   */
  function wholeNumber(value, label, least, most = Number.MAX_SAFE_INTEGER) {
    const number = Number(value);
    if (String(value).trim() !== '' && Number.isInteger(number) && number >= least && number <= most)
      return true;
    return wrong(label, most === Number.MAX_SAFE_INTEGER ? 'at-least' : 'between', { least, most });
  }

  /**
   * @param {unknown} value
   * @param {string} label
   * @returns {Verdict}
   */
  function httpUrl(value, label) {
    if (parseUrl(value)) return true;
    return wrong(label, String(value ?? '').trim() === '' ? 'missing' : 'url');
  }

  /** @param {unknown} value */
  function parseUrl(value) {
    const written = String(value ?? '').trim();
    if (!/^https?:\/\//i.test(written) || !URL.canParse(written)) return undefined;
    return new URL(written);
  }

  /**
   * Comma-separated addresses or CIDR ranges; the runtime judges them exactly, this finds what was mistyped.
   * @param {unknown} value
   * @param {string} label
   * @returns {Verdict}
   */
  function addresses(value, label) {
    const bad = list(value).find((entry) => !looksLikeAddress(entry));
    return bad === undefined ? true : wrong(label, 'address', { value: bad });
  }

  /** @param {string} entry */
  function looksLikeAddress(entry) {
    const [address = '', range, ...rest] = entry.split('/');
    if (rest.length > 0) return false;
    const isFour =
      /^\d{1,3}(\.\d{1,3}){3}$/.test(address) && address.split('.').every((part) => Number(part) <= 255);
    const isSix = address.includes(':') && URL.canParse(`http://[${address}]/`);
    const bits = isFour ? 32 : 128;
    return (isFour || isSix) && (range === undefined || (/^\d{1,3}$/.test(range) && Number(range) <= bits));
  }

  /**
   * The entries of a comma-separated field, without the blanks around them; an empty field has none.
   * @param {unknown} value
   */
  function list(value) {
    return String(value ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
  }

  /**
   * Comma-separated numbers as people write them, SIP ids and `anonymous`: only what surely is none of these is refused.
   * @param {unknown} value
   * @param {string} label
   * @returns {Verdict}
   */
  function phoneNumbers(value, label) {
    const bad = list(value).find((entry) => !/^[\w+()/.\s-]+$/.test(entry));
    return bad === undefined ? true : wrong(label, 'number', { value: bad });
  }

  /**
   * One number as people write it, a SIP id or an extension.
   * @param {unknown} value
   * @param {string} label
   * @returns {Verdict}
   */
  function phoneNumber(value, label) {
    if (String(value ?? '').includes(',')) return wrong(label, 'number', { value });
    return filled(value, label) === true ? phoneNumbers(value, label) : filled(value, label);
  }

  /**
   * @param {unknown} value
   * @param {string} label
   * @returns {Verdict}
   */
  function filled(value, label) {
    return String(value ?? '').trim() === '' ? wrong(label, 'missing') : true;
  }

  /**
   * A time that JavaScript reads, or ms since 1970; whether it lies ahead is seen when the message comes.
   * @param {unknown} value
   * @param {string} label
   * @returns {Verdict}
   */
  function time(value, label) {
    const written = String(value ?? '').trim();
    const isTime =
      /^\d{10,}$/.test(written) || (/^\d{4}-/.test(written) && !Number.isNaN(Date.parse(written)));
    return isTime ? true : wrong(label, 'time');
  }

  /**
   * A value that may be left out, and otherwise is as `typedValue` wants it.
   * @param {EditorNode} node
   * @param {string} property
   * @param {unknown} value
   * @param {string} label
   * @param {(value: unknown, label: string) => Verdict} [checkText]
   * @returns {Verdict}
   */
  function optional(node, property, value, label, checkText = () => true) {
    const isText = String(current(node, `${property}Type`) || 'str') === 'str';
    const isEmpty = value === undefined || String(value).trim() === '';
    return isText && isEmpty ? true : typedValue(node, property, value, label, checkText);
  }

  /**
   * A value that the flow may compute: checked by `checkText` when it is written in the dialog, by Node-RED otherwise.
   * @param {EditorNode} node
   * @param {string} property
   * @param {unknown} value
   * @param {string} label
   * @param {(value: unknown, label: string) => Verdict} checkText
   * @returns {Verdict}
   */
  function typedValue(node, property, value, label, checkText) {
    const type = String(current(node, `${property}Type`) || 'str');
    if (type === 'str') return checkText(value, label);
    if (String(value ?? '').trim() === '') return wrong(label, 'missing');
    return RED.utils.validateTypedProperty(value, type, { label });
  }

  // --- Addresses ----------------------------------------------------------------------------------------------------

  /** A path nobody guesses: 24 characters of 6 random bits each, 144 bits in all. */
  function randomPath() {
    const bytes = window.crypto.getRandomValues(new Uint8Array(24));
    return `/sipgate/${Array.from(bytes, (byte) => PATH_ALPHABET[byte % 64]).join('')}`;
  }

  /**
   * What keeps sipgate from reaching this URL: keys of hints in the shared catalogue.
   * @param {unknown} value
   * @returns {string[]}
   */
  function reachability(value) {
    const url = parseUrl(value);
    if (!url) return [];
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isLoopback(host)) return ['loopback'];
    return [...(isPrivate(host) ? ['private'] : []), ...(url.protocol === 'http:' ? ['http'] : [])];
  }

  /** @param {string} host */
  function isLoopback(host) {
    return host === 'localhost' || host.endsWith('.localhost') || host.startsWith('127.') || host === '::1';
  }

  /** @param {string} host a name without a dot and the endings of home networks count, too */
  function isPrivate(host) {
    const isName = !host.includes(':') && !/^[\d.]+$/.test(host);
    if (isName) return !host.includes('.') || /\.(local|lan|home|internal|fritz\.box)$/.test(host);
    return (
      /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
        host,
      ) || /^(f[cd]|fe[89ab])/i.test(host)
    );
  }

  /**
   * The name of a country in the user's language; empty for what is no code of two letters.
   * @param {unknown} code
   */
  function countryName(code) {
    if (!/^[A-Za-z]{2}$/.test(String(code))) return '';
    const names = new Intl.DisplayNames([RED.i18n.lang() || 'en'], { type: 'region' });
    return names.of(String(code).toUpperCase()) ?? '';
  }

  // --- Small things that a dialog does ------------------------------------------------------------------------------

  /**
   * Copies a text. `navigator.clipboard` exists only on https and localhost, and many editors run on plain http.
   * @param {string} value
   * @returns {Promise<boolean>} whether it worked
   */
  async function copy(value) {
    try {
      await navigator.clipboard.writeText(value);
      return true;
    } catch {
      return copyBySelection(value);
    }
  }

  /** @param {string} value */
  function copyBySelection(value) {
    const area = $('<textarea readonly>')
      .val(value)
      .css({ position: 'fixed', opacity: 0 })
      .appendTo(document.body);
    area.trigger('focus').trigger('select');
    const worked = document.execCommand('copy');
    area.remove();
    return worked;
  }

  /**
   * Fills a `<ul class="sipgate-hints">`.
   * @param {JQuery} container
   * @param {{ icon: 'exclamation-triangle' | 'info-circle', text: string }[]} hints
   */
  function showHints(container, hints) {
    const items = hints.map((hint) =>
      $('<li>').append($('<i>').addClass(`fa fa-${hint.icon}`), ' ', document.createTextNode(hint.text)),
    );
    container
      .empty()
      .append(items)
      .toggle(hints.length > 0);
  }

  /**
   * Calls one of our admin routes. The path is relative on purpose: only then does Node-RED add its admin root and the
   * user's token.
   * @param {'GET' | 'POST'} method
   * @param {string} path `sipgate/...`, without a leading slash
   * @param {object} [question] is sent as JSON
   * @returns {Promise<{ status: number, body: any }>} status 0 when Node-RED did not answer
   */
  function request(method, path, question) {
    const body = question ? { contentType: 'application/json', data: JSON.stringify(question) } : {};
    return new Promise((resolve) => {
      const call = { method, url: path, dataType: 'json', timeout: PATIENCE_MS, ...body };
      $.ajax(call).always((first, _state, last) => {
        const answer = typeof last === 'object' && last && 'status' in last ? last : first;
        resolve({ status: answer.status ?? 0, body: answer.responseJSON });
      });
    });
  }

  // the order in which scripts arrive is not certain: each adds its own part
  Object.assign(window, {
    sipgateEditor: {
      ...window.sipgateEditor,
      text,
      field,
      open,
      current,
      typed,
      revalidate,
      written,
      whileTyping,
      showRows,
      check: {
        wrong,
        wholeNumber,
        httpUrl,
        addresses,
        phoneNumbers,
        phoneNumber,
        filled,
        time,
        typedValue,
        optional,
      },
      list,
      randomPath,
      reachability,
      countryName,
      copy,
      showHints,
      request,
    },
  });
})();
