import type { SimulatedAccount } from '../../account/account';
import type { SentFax, SentSms } from '../../account/messages';
import type { RestAnswer } from '../types';
import { json, refuse, refuseByName } from '../answers';
import type { Context, Route } from '../context';
import { faxStatus, type FaxStatus } from '../../account/fax-status';
import { paging } from './lookup';

/** What became of faxes and SMS. Calls are told of by the webhook and the page's transcript alone. */
export const historyRoutes: readonly Route[] = [
  { method: 'GET', path: '/history', scopes: ['history:read'], handler: listHistory },
  { method: 'GET', path: '/history/{entryId}', scopes: ['history:read'], handler: oneEntry },
];

const TYPES = ['CALL', 'VOICEMAIL', 'SMS', 'FAX'];
const DIRECTIONS = ['INCOMING', 'OUTGOING', 'MISSED_INCOMING', 'MISSED_OUTGOING'];

type Entry = ReturnType<typeof describeFax> | ReturnType<typeof describeSms>;

function oneEntry({ account, params, now }: Context): RestAnswer {
  const found = entriesOf(account, now).find(({ id }) => id === params.entryId);
  if (!found) throw refuse(404);
  return json(found);
}

/** The newest first, ten of them where nobody asks for more. */
function listHistory({ account, query, now }: Context): RestAnswer {
  const wanted = filterOf(query);
  const all = entriesOf(account, now).filter(wanted);
  const offset = paging(query, 'offset', 0);
  const limit = paging(query, 'limit', 10);
  if (limit > 1000) throw refuseByName(400, 'PARAMETER_INVALID', 'limit must be at most 1000');
  return json({ items: all.slice(offset, offset + limit), totalCount: all.length });
}

function filterOf(query: URLSearchParams): (entry: Entry) => boolean {
  const types = choices(query, 'types', TYPES);
  const directions = choices(query, 'directions', DIRECTIONS);
  const starred = choices(query, 'starred', ['STARRED', 'UNSTARRED']);
  const connectionIds = query.getAll('connectionIds');
  const from = time(query, 'from', -Infinity);
  const to = time(query, 'to', Infinity);
  const digits = query.get('phonenumber')?.replace(/\D/g, '') ?? '';
  return (entry) =>
    has(types, entry.type) &&
    has(directions, entry.direction) &&
    has(starred, entry.starred ? 'STARRED' : 'UNSTARRED') &&
    entry.archived === (query.get('archived') === 'true') &&
    (connectionIds.length === 0 || entry.connectionIds.some((id) => connectionIds.includes(id))) &&
    Date.parse(entry.created) >= from &&
    Date.parse(entry.created) <= to &&
    (digits === '' || [entry.source, entry.target].some((number) => number.replace(/\D/g, '') === digits));
}

function choices(query: URLSearchParams, name: string, known: readonly string[]): string[] {
  const given = query.getAll(name);
  if (given.every((choice) => known.includes(choice))) return given;
  throw refuseByName(400, 'PARAMETER_INVALID', `${name} must be of ${known.join(', ')}`);
}

function has(wanted: readonly string[], value: string): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

function time(query: URLSearchParams, name: string, unset: number): number {
  const text = query.get(name);
  if (text === null) return unset;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw refuseByName(400, 'PARAMETER_INVALID', `${name} must be ISO 8601`);
  return ms;
}

/** A fax gets its entry some moments after it was accepted. */
function entriesOf(account: SimulatedAccount, now: number): Entry[] {
  const faxes = account.faxes.flatMap((fax) => {
    const status = faxStatus(account, fax, now);
    return status ? [describeFax(account, fax, status)] : [];
  });
  const sms = account.sentSms.map(describeSms);
  return [...faxes, ...sms].sort((one, other) => other.created.localeCompare(one.created));
}

function describeFax(account: SimulatedAccount, fax: SentFax, faxStatusType: FaxStatus) {
  const line = account.faxlines.find(({ id }) => id === fax.faxlineId);
  const number = account.numbers.find(({ endpointId }) => endpointId === fax.faxlineId)?.number ?? '';
  return {
    ...outgoing(fax.sessionId, fax.acceptedAt, fax.faxlineId),
    source: number,
    target: fax.recipient,
    sourceAlias: line?.alias ?? '',
    type: 'FAX',
    // The specification has four values here, all made for calls; how a fax goes is in faxStatusType.
    status: faxStatusType === 'SENT' ? 'PICKUP' : 'NOPICKUP',
    endpoints: [{ type: 'ROUTED', endpoint: { extension: fax.faxlineId, type: 'FAX' } }],
    faxStatusType,
    scheduled: '',
    documentUrl: '',
    reportUrl: '',
    previewUrl: '',
    pageCount: 1,
  };
}

function describeSms(sms: SentSms, index: number) {
  return {
    ...outgoing(`sms-${index + 1}`, sms.acceptedAt, sms.smsId),
    source: sms.sender,
    target: sms.recipient,
    sourceAlias: '',
    type: 'SMS',
    status: 'PICKUP',
    endpoints: [{ type: 'ROUTED', endpoint: { extension: sms.smsId, type: 'SMS' } }],
    smsContent: sms.message,
    scheduled: sms.sendAt === undefined ? '' : new Date(sms.sendAt * 1000).toISOString(),
  };
}

/** What all entries have. */
function outgoing(id: string, acceptedAt: number, connectionId: string) {
  const created = new Date(acceptedAt).toISOString();
  return {
    id,
    targetAlias: '',
    created,
    lastModified: created,
    direction: 'OUTGOING',
    incoming: false,
    connectionIds: [connectionId],
    read: true,
    archived: false,
    note: '',
    starred: false,
    labels: [],
  };
}
