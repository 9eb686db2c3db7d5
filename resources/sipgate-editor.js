// @ts-check
/*
 * What all dialogs of this pack share. The editor plugin nodes/sipgate-editor.html loads it once, before the nodes.
 * One global, `sipgateEditor`: a top-level const would be declared twice when Node-RED loads a file again.
 */
(function () {
  const CATALOGUE = '@sipgate-flows/node-red-sipgate-io/sipgate-editor:sipgate-editor.';
  const VALUE_TYPES = ['str', 'msg', 'flow', 'global', 'env', 'jsonata'];
  /** Types that a flow may hold, written by a program, although the dialog does not offer them. */
  const OTHER_TYPES = ['num', 'bool', 'json', 'bin', 'date'];
  /** Letters of extensions whose use is known, as in sipgate/extension.ts. */
  const KNOWN_EXTENSIONS = 'efgpsvwxy';
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
   * The value of a property as it is saved. What a flow does not hold (an older one, or one that a program wrote) is its
   * default, as in the runtime; a value that stands there without its type is a text.
   * @param {EditorNode} node
   * @param {string} property
   */
  function saved(node, property) {
    if (node[property] !== undefined) return node[property];
    const isTypeOfText = property.endsWith('Type') && node[property.slice(0, -'Type'.length)] !== undefined;
    return isTypeOfText ? 'str' : node._def.defaults[property]?.value;
  }

  /**
   * Call this first in `oneditprepare`: from now on `current` reads what stands in the dialog. The mark lives on the
   * dialog's own element, so it goes with the dialog, however that is closed.
   * @param {EditorNode} node
   */
  function open(node) {
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
   * The value of a property: what stands in the open dialog of this node, otherwise what is saved.
   * A validator needs this when it depends on another field ("only for the chosen action").
   * @param {EditorNode} node
   * @param {string} property
   */
  function current(node, property) {
    const input = field(node, property);
    const isOpen = field(node, 'name').data('sipgateNode') === node.id;
    if (!isOpen || input.length === 0) return saved(node, property);
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
    const typeField = field(node, `${property}Type`);
    // a typedInput turns a type that it does not offer into a text, and "Done" would save that
    const held = [...VALUE_TYPES, ...OTHER_TYPES].filter((type) => type === typeField.val());
    field(node, property).typedInput({
      default: types[0] ?? 'str',
      types: [...new Set([...types, ...held])],
      typeField: `#${typeField.attr('id')}`,
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
    const type = String(saved(node, `${property}Type`));
    const value = String(saved(node, property) ?? '');
    if (type === 'jsonata') return `J: ${value}`;
    return ['msg', 'flow', 'global', 'env'].includes(type) ? `${type}.${value}` : value;
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
   * A whole number; left out, the default counts.
   * @param {unknown} value
   * @param {string} label
   * @param {number} least
   * @param {number} [most]
   * @returns {Verdict}
   */
  function wholeNumber(value, label, least, most = Number.MAX_SAFE_INTEGER) {
    const written = String(value ?? '').trim();
    if (written === '') return true;
    if (/^\d+$/.test(written) && Number(written) >= least && Number(written) <= most) return true;
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
    if (!/^https?:\/\/[^/\s]\S*$/i.test(written) || !URL.canParse(written)) return undefined;
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
   * Comma-separated numbers as people write them, codes such as *12, extensions and SIP ids: only what surely is none of
   * these is refused.
   * @param {unknown} value
   * @param {string} label
   * @param {string[]} [words] that count as well, such as `anonymous`
   * @returns {Verdict}
   */
  function phoneNumbers(value, label, words = []) {
    const bad = list(value).find((entry) => !words.includes(entry) && !looksLikeNumber(entry));
    return bad === undefined ? true : wrong(label, 'number', { value: bad });
  }

  /** @param {string} entry also with the dashes and hidden marks that come along when one is copied, and as a link */
  function looksLikeNumber(entry) {
    const number = entry.replace(/^tel:/i, '');
    return /\p{Nd}/u.test(number) && /^[\p{L}\p{Nd}\p{Pd}\p{Cf}\u2212\s+()/.*#~;=]+$/u.test(number);
  }

  /**
   * One number as people write it, or one of the extensions that make sense there.
   * @param {unknown} value
   * @param {string} label
   * @param {string} [letters] the prefixes of these extensions
   * @returns {Verdict}
   */
  function phoneNumber(value, label, letters = '') {
    const written = String(value ?? '').trim();
    if (written === '') return wrong(label, 'missing');
    const fits = isExtension(written) ? isExtensionFor(written, letters) : !written.includes(',');
    return fits ? phoneNumbers(written, label) : wrong(label, 'number', { value: written });
  }

  /** @param {string} text */
  function isExtension(text) {
    return /^[a-z](?:0|[1-9]\d*)$/i.test(text);
  }

  /**
   * Whether this is an extension with one of these letters, or of a kind that sipgate may add.
   * @param {string} text
   * @param {string} letters none: there is no extension here
   */
  function isExtensionFor(text, letters) {
    const letter = text.charAt(0).toLowerCase();
    return (
      isExtension(text) && letters !== '' && (letters.includes(letter) || !KNOWN_EXTENSIONS.includes(letter))
    );
  }

  /**
   * @param {unknown} value
   * @param {string} label
   * @param {string} letters
   * @param {string} key of the reason
   * @returns {Verdict}
   */
  function extension(value, label, letters, key) {
    return isExtensionFor(String(value).trim(), letters) ? true : wrong(label, key);
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
   * ISO 8601, or ms since 1970, as the runtime reads it; whether it lies ahead is seen when the message comes.
   * @param {unknown} value
   * @param {string} label
   * @returns {Verdict}
   */
  function time(value, label) {
    const written = String(value ?? '').trim();
    const [, year, month, day, clock = ''] =
      /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ]([\d:.,]{4,}(?:Z|[+-][\d:]+)?))?$/i.exec(written) ?? [];
    const [, h, min, s = '00', zone = '+00', zoneMin = '00'] =
      /^(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?(?:Z|([+-]\d{2})(?::?(\d{2}))?)?$/i.exec(
        clock || '00:00',
      ) ?? [];
    const date = new Date(`${year}-${month}-${day}T00:00Z`);
    // JavaScript takes 31 February for 3 March
    const isDay = !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
    const isTime = isDay && !Number.isNaN(Date.parse(`2000-01-01T${h}:${min}:${s}${zone}:${zoneMin}`));
    return isTime || /^\d{10,}$/.test(written) ? true : wrong(label, 'time');
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
    const isEmpty = String(value ?? saved(node, property) ?? '').trim() === '';
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
    const held = value ?? saved(node, property);
    if (type === 'str') return checkText(held, label);
    if (type === 'date') return true;
    if (String(held ?? '').trim() === '') return wrong(label, 'missing');
    return RED.utils.validateTypedProperty(held, type, { label });
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
      saved,
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
        extension,
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
