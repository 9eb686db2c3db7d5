import type { WebhookSettings } from '../../account/account';
import type { AccountView, FaxView, HistoryView, SmsView } from '../account-view';
import { create } from './dom';
import { accountText, locale, wordFor } from './texts';

const timeOfDay = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
const dayAndTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });

/** @returns everything that the page shows of the account */
export function accountCards(view: AccountView): HTMLElement[] {
  const { amount, currency } = view.balance;
  const money = (amount / 10_000).toLocaleString(locale, { style: 'currency', currency });
  return [
    create(
      'div',
      'account-head',
      create('h2', '', accountText('title')),
      create('p', 'balance', accountText('balance', { amount: money })),
    ),
    create(
      'div',
      'cards',
      card('sms', accountText('sms'), listOr(accountText('noSms'), view.sms.map(smsEntry))),
      card('faxes', accountText('faxes'), listOr(accountText('noFaxes'), view.faxes.map(faxEntry))),
      card(
        'history',
        accountText('history'),
        listOr(accountText('noHistory'), view.history.map(historyEntry)),
      ),
      card('settings', accountText('settings'), settingsList(view.settings)),
      contactsCard(view.contacts),
    ),
  ];
}

function card(id: string, title: string, ...content: HTMLElement[]): HTMLElement {
  const made = create('article', 'card', create('h3', '', title), ...content);
  made.id = `account-${id}`;
  return made;
}

function listOr(emptyText: string, entries: readonly HTMLElement[]): HTMLElement {
  return entries.length === 0 ? create('p', 'empty', emptyText) : create('ul', 'entries', ...entries);
}

function time(iso: string, format = timeOfDay): HTMLElement {
  const made = document.createElement('time');
  made.dateTime = iso;
  made.textContent = format.format(new Date(iso));
  return made;
}

function smsEntry({ sender, recipient, message, at, sendAt }: SmsView): HTMLElement {
  const entry = create(
    'li',
    '',
    create('p', 'line', create('strong', '', `${sender} → ${recipient}`), time(at)),
    create('p', 'message', message),
  );
  if (sendAt !== undefined) {
    entry.append(create('p', 'note', `${accountText('scheduled')} `, time(sendAt, dayAndTime)));
  }
  return entry;
}

function faxEntry(fax: FaxView): HTMLElement {
  const size = `${Math.ceil(fax.bytes / 1024).toLocaleString(locale)} KiB`;
  const badge = create('span', `badge ${fax.status.toLowerCase()}`, wordFor('fax', fax.status));
  const entry = create(
    'li',
    '',
    create('p', 'line', create('strong', '', `${fax.faxlineId} → ${fax.recipient}`), time(fax.at)),
    create('p', 'line', create('span', '', `${fax.filename} (${size})`), badge),
  );
  if (fax.failure !== undefined) entry.append(create('p', 'note', wordFor('failure', fax.failure)));
  return entry;
}

function historyEntry(entry: HistoryView): HTMLElement {
  const badge = create('span', 'badge', wordFor('type', entry.type));
  const duration = entry.durationS === undefined ? '' : ` · ${entry.durationS} s`;
  const made = create(
    'li',
    '',
    create('p', 'line', create('strong', '', `${entry.source} → ${entry.target}`), time(entry.at)),
    create('p', 'line', create('span', '', `${wordFor('direction', entry.direction)}${duration}`), badge),
  );
  if (entry.text !== undefined) made.append(create('p', 'message', entry.text));
  made.append(...fileLinks(entry));
  return made;
}

/** Several recordings are numbered. */
function fileLinks({ type, files = [] }: HistoryView): HTMLElement[] {
  const text = accountText(type === 'FAX' ? 'openFax' : 'openRecording');
  return files.map((file, index) => {
    const link = document.createElement('a');
    link.href = file;
    link.textContent = files.length > 1 ? `${text} ${index + 1}` : text;
    return create('p', '', link);
  });
}

function settingsList({ incomingUrl, outgoingUrl, log, whitelist }: WebhookSettings): HTMLElement {
  const lines = whitelist === null ? accountText('all') : whitelist.join(', ') || accountText('none');
  const rows = [
    [accountText('incoming'), incomingUrl || accountText('notSet')],
    [accountText('outgoing'), outgoingUrl || accountText('notSet')],
    [accountText('log'), accountText(log ? 'on' : 'off')],
    [accountText('lines'), lines],
  ] as const;
  const cells = rows.flatMap(([name, value]) => [create('dt', '', name), create('dd', '', value)]);
  return create('dl', '', ...cells);
}

function contactsCard({ total, items }: AccountView['contacts']): HTMLElement {
  const count = total.toLocaleString(locale);
  const made = card(
    'contacts',
    accountText('contacts', { total: count }),
    listOr(accountText('noContacts'), items.map(contactEntry)),
  );
  if (total > items.length) {
    const shown = items.length.toLocaleString(locale);
    made.append(create('p', 'note', accountText('more', { shown, total: count })));
  }
  return made;
}

function contactEntry({
  name,
  numbers,
  organization,
  scope,
}: AccountView['contacts']['items'][number]): HTMLElement {
  const badge = create('span', 'badge', wordFor('scope', scope));
  const entry = create('li', '', create('p', 'line', create('strong', '', name), badge));
  if (organization !== '') entry.append(create('p', 'note', organization));
  if (numbers.length > 0) entry.append(create('p', '', numbers.join(', ')));
  return entry;
}
