// The account's part of the simulator's page: what went out and what is set. It only shows, it changes nothing.
(() => {
  'use strict';

  const german = navigator.language.toLowerCase().startsWith('de');
  const words = german
    ? {
        account: 'Konto',
        balance: 'Guthaben',
        sms: 'Gesendete SMS',
        noSms: 'Noch keine SMS gesendet.',
        scheduled: 'geplant für',
        faxes: 'Gesendete Faxe',
        noFaxes: 'Noch kein Fax gesendet.',
        settings: 'Webhook-Einstellungen',
        incoming: 'Eingehende Anrufe',
        outgoing: 'Ausgehende Anrufe',
        none: 'nicht gesetzt',
        log: 'Protokoll',
        on: 'an',
        off: 'aus',
        lines: 'Anschlüsse',
        all: 'alle',
        nobody: 'keine',
        contacts: 'Kontakte',
        noContacts: 'Das Adressbuch ist leer.',
        more: 'Die neuesten {shown} von {total}.',
        PRIVATE: 'privat',
        SHARED: 'gemeinsam',
        QUEUED: 'angenommen',
        PENDING: 'wartet',
        SENDING: 'wird gesendet',
        SENT: 'gesendet',
        FAILED: 'fehlgeschlagen',
        unreachable: 'Die Gegenstelle antwortet nicht.',
        brokenBase64: 'Der Base64-Text ist beschädigt.',
        noPdf: 'Die Datei ist kein PDF.',
        formFields: 'Das PDF enthält Formularfelder.',
        lost: 'Der Simulator antwortet nicht mehr.',
      }
    : {
        account: 'Account',
        balance: 'Balance',
        sms: 'Sent SMS',
        noSms: 'No SMS sent yet.',
        scheduled: 'scheduled for',
        faxes: 'Sent faxes',
        noFaxes: 'No fax sent yet.',
        settings: 'Webhook settings',
        incoming: 'Incoming calls',
        outgoing: 'Outgoing calls',
        none: 'not set',
        log: 'Log',
        on: 'on',
        off: 'off',
        lines: 'Lines',
        all: 'all',
        nobody: 'none',
        contacts: 'Contacts',
        noContacts: 'The address book is empty.',
        more: 'The newest {shown} of {total}.',
        PRIVATE: 'private',
        SHARED: 'shared',
        QUEUED: 'accepted',
        PENDING: 'waiting',
        SENDING: 'sending',
        SENT: 'sent',
        FAILED: 'failed',
        unreachable: 'The other side does not answer.',
        brokenBase64: 'The base64 text is broken.',
        noPdf: 'The file is no PDF.',
        formFields: 'The PDF has form fields.',
        lost: 'The simulator does not answer any more.',
      };

  const locale = german ? 'de-DE' : 'en-GB';
  const timeOfDay = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const dayAndTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });

  /** Everything from outside becomes text here, never markup. */
  function element(name, className, ...children) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children.filter((child) => child !== undefined && child !== ''));
    return made;
  }

  function time(iso, format = timeOfDay) {
    const made = element('time', '', format.format(new Date(iso)));
    made.dateTime = iso;
    return made;
  }

  function card(id, title, ...content) {
    const made = element('article', 'card', element('h3', '', title), ...content);
    made.id = `account-${id}`;
    return made;
  }

  function listOrNothing(entries, nothing) {
    if (entries.length === 0) return element('p', 'empty', nothing);
    return element('ul', 'entries', ...entries);
  }

  function smsEntry({ sender, recipient, message, at, sendAt }) {
    return element(
      'li',
      '',
      element('p', 'line', element('strong', '', `${sender} → ${recipient}`), time(at)),
      element('p', 'message', message),
      sendAt && element('p', 'note', `${words.scheduled} `, time(sendAt, dayAndTime)),
    );
  }

  function faxEntry({ recipient, faxlineId, filename, bytes, at, status, failure }) {
    const size = `${Math.ceil(bytes / 1024).toLocaleString(locale)} KiB`;
    const badge = element('span', `badge ${status.toLowerCase()}`, words[status] ?? status);
    return element(
      'li',
      '',
      element('p', 'line', element('strong', '', `${faxlineId} → ${recipient}`), time(at)),
      element('p', 'line', element('span', '', `${filename} (${size})`), badge),
      failure && element('p', 'note', words[failure] ?? failure),
    );
  }

  function settingsList({ incomingUrl, outgoingUrl, log, whitelist }) {
    const lines = whitelist === null ? words.all : whitelist.join(', ') || words.nobody;
    const rows = [
      [words.incoming, incomingUrl || words.none],
      [words.outgoing, outgoingUrl || words.none],
      [words.log, log ? words.on : words.off],
      [words.lines, lines],
    ];
    return element(
      'dl',
      '',
      ...rows.flatMap(([name, value]) => [element('dt', '', name), element('dd', '', value)]),
    );
  }

  function contactEntry({ name, numbers, organization, scope }) {
    return element(
      'li',
      '',
      element('p', 'line', element('strong', '', name), element('span', 'badge', words[scope] ?? scope)),
      organization && element('p', 'note', organization),
      numbers.length > 0 ? element('p', '', numbers.join(', ')) : undefined,
    );
  }

  function contactsCard({ total, items }) {
    const shown = items.length.toLocaleString(locale);
    const more = words.more.replace('{shown}', shown).replace('{total}', total.toLocaleString(locale));
    return card(
      'contacts',
      `${words.contacts} (${total.toLocaleString(locale)})`,
      listOrNothing(items.map(contactEntry), words.noContacts),
      total > items.length ? element('p', 'note', more) : undefined,
    );
  }

  function money({ amount, currency }) {
    return (amount / 10_000).toLocaleString(locale, { style: 'currency', currency });
  }

  function show(section, view) {
    document.dispatchEvent(new CustomEvent('webhook-settings', { detail: view.settings }));
    section.replaceChildren(
      element(
        'div',
        'account-head',
        element('h2', '', words.account),
        element('p', 'balance', `${words.balance}: ${money(view.balance)}`),
      ),
      element(
        'div',
        'cards',
        card('sms', words.sms, listOrNothing(view.sms.map(smsEntry), words.noSms)),
        card('faxes', words.faxes, listOrNothing(view.faxes.map(faxEntry), words.noFaxes)),
        card('settings', words.settings, settingsList(view.settings)),
        contactsCard(view.contacts),
      ),
    );
  }

  let shown = '';

  /** Draws only when something changed, so that a marked text stays marked. */
  async function look(section) {
    try {
      const text = await (await fetch('/api/account')).text();
      if (text !== shown) show(section, JSON.parse(text));
      shown = text;
    } catch {
      if (shown !== '') section.prepend(element('p', 'lost', words.lost));
      shown = '';
    }
  }

  async function keepLooking(section) {
    if (!document.hidden) await look(section);
    setTimeout(() => keepLooking(section), 1000);
  }

  const section = document.getElementById('account');
  if (section) void keepLooking(section);
})();
