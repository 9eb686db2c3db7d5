import type { SimulatedAccount } from '../../account/account';
import type { Extension, SimulatedDevice, SimulatedFaxline, SimulatedNumber } from '../../account/extensions';
import type { RestAnswer } from '../types';
import { items, json, refuse, refuseInWords } from '../answers';
import { readableUser } from '../authorization';
import type { Context, Route } from '../context';
import { paging } from '../paging';

const API_URL = 'https://api.sipgate.com/v2';

/** Everything that a dialog's lists are filled from; nothing here changes the account. */
export const lookupRoutes: readonly Route[] = [
  { method: 'GET', path: '/authorization/userinfo', scopes: [], handler: userinfo },
  { method: 'GET', path: '/account', scopes: ['account:read'], handler: accountInfo },
  {
    method: 'GET',
    path: '/balance',
    scopes: ['balance:read'],
    handler: ({ account }) => json(account.balance),
  },
  { method: 'GET', path: '/users', scopes: ['users:read'], handler: users },
  { method: 'GET', path: '/users/{userId}', scopes: ['users:read'], handler: user },
  { method: 'GET', path: '/devices/{deviceId}', scopes: ['devices:read'], handler: device },
  { method: 'GET', path: '/groups', scopes: ['groups:read'], handler: groups },
  {
    method: 'GET',
    path: '/groupfaxlines',
    scopes: ['groups:read', 'groups:faxlines:read'],
    handler: groupFaxlines,
  },
  {
    method: 'GET',
    path: '/groups/{groupId}/faxlines',
    scopes: ['groups:read', 'groups:faxlines:read'],
    handler: faxlinesOfGroup,
  },
  { method: 'GET', path: '/numbers', scopes: ['numbers:read'], handler: numbers },
  { method: 'GET', path: '/voicemails', scopes: ['voicemails:read'], handler: voicemails },
  { method: 'GET', path: '/{userId}/devices', scopes: ['devices:read'], handler: devices },
  { method: 'GET', path: '/{userId}/phonelines', scopes: ['phonelines:read'], handler: phonelines },
  { method: 'GET', path: '/{userId}/faxlines', scopes: ['faxlines:read'], handler: faxlines },
  { method: 'GET', path: '/{userId}/numbers', scopes: ['numbers:read'], handler: numbersOfUser },
];

function userinfo({ account, user }: Context): RestAnswer {
  return json({ sub: user.id, domain: 'sipgate.de', masterSipId: account.masterSipId, locale: 'de_DE' });
}

function accountInfo({ account }: Context): RestAnswer {
  return json({
    company: account.company,
    mainProductType: 'TEAM',
    logoUrl: '',
    verified: true,
    historyLifeTime: 'UNLIMITED',
  });
}

function users({ account, user }: Context): RestAnswer {
  if (!user.admin) throw refuse(403);
  return items(account.users.map(({ id }) => describeUser(account, id)));
}

function user({ account, user: asking, params }: Context): RestAnswer {
  return json(describeUser(account, readableUser(account, asking, params.userId ?? '').id));
}

function describeUser(account: SimulatedAccount, userId: string) {
  const user = account.users.find(({ id }) => id === userId);
  return { ...user, busyOnBusy: false, addressId: '13', directDialIds: [], timezone: 'Europe/Berlin' };
}

function devices({ account, user, params, query }: Context): RestAnswer {
  const owner = readableUser(account, user, params.userId ?? '');
  const isShown = shownDevices(account, query.get('type') ?? '');
  const own = account.devices.filter((device) => device.userId === owner.id && isShown(device));
  return items(own.map((each) => describeDevice(account, each)));
}

/** The new platform takes a list of types and shows apps only to those who ask for them (sipgate's help). */
function shownDevices({ platform }: SimulatedAccount, types: string): (device: SimulatedDevice) => boolean {
  if (platform === 'classic') return ({ type }) => type !== 'APP';
  if (types === '') return ({ type }) => type !== 'APP';
  const wanted = types.toUpperCase().split(',');
  return ({ type }) => wanted.includes('ALL') || wanted.includes(type);
}

/** With the SIP credentials, as the platform gives them: a secret that must not end in a message or a log. */
function device({ account, user, params }: Context): RestAnswer {
  const found = account.devices.find(({ id }) => id === params.deviceId);
  if (!found) throw refuse(404);
  readableUser(account, user, found.userId);
  const username = `${account.masterSipId}${found.id}`;
  const credentials = { username, password: 'sip-secret-demo', sipServer: 'sipgate.de' };
  return json({
    ...describeDevice(account, found),
    ...(found.type === 'REGISTER' ? { credentials } : {}),
  });
}

function describeDevice(
  account: SimulatedAccount,
  { id, alias, type, online, dnd, userId }: SimulatedDevice,
) {
  const ofUser = (line: { userId: string }) => line.userId === userId;
  const name = (line: { id: string; alias: string }) => ({ id: line.id, alias: line.alias });
  return {
    id,
    alias,
    type,
    online,
    dnd,
    activePhonelines: account.phonelines.filter(ofUser).map(name),
    activeGroups: account.groups.filter(({ userIds }) => userIds.includes(userId)).map(name),
  };
}

function phonelines({ account, user, params }: Context): RestAnswer {
  if (account.platform === 'neo')
    throw refuseInWords(403, 'This endpoint requires a sipgate Classic PBX Account');
  const owner = readableUser(account, user, params.userId ?? '');
  const own = account.phonelines.filter(({ userId }) => userId === owner.id);
  return items(own.map((line) => ({ id: line.id, alias: line.alias, ...phonelineLinks(line) })));
}

/** The platform names the neighbours of a line by their URL; nobody needs to follow them. */
function phonelineLinks({ id, userId }: Extension) {
  const line = `${API_URL}/${userId}/phonelines/${id}`;
  return {
    blockAnonymousUrl: `${line}/blockanonymous`,
    devicesUrl: `${line}/devices`,
    forwardingsUrl: `${line}/forwardings`,
    numbersUrl: `${line}/numbers`,
    parallelForwardingsUrl: `${line}/parallelforwardings`,
    voicemailsUrl: `${line}/voicemails`,
  };
}

function groups({ account, query }: Context): RestAnswer {
  const found = account.groups.filter(
    ({ userIds }) => !query.has('userId') || userIds.includes(query.get('userId')!),
  );
  return items(
    found.map(({ id, alias }) => ({
      id,
      alias,
      groupUsersUrl: `${API_URL}/groups/${id}/users`,
      groupNumbersUrl: `${API_URL}/groups/${id}/numbers`,
      departmentId: 0,
    })),
  );
}

function faxlines({ account, user, params }: Context): RestAnswer {
  const owner = readableUser(account, user, params.userId ?? '');
  const own = account.faxlines.filter((line) => 'userId' in line.owner && line.owner.userId === owner.id);
  return items(own.map(describeFaxline));
}

function groupFaxlines({ account, query }: Context): RestAnswer {
  const userId = query.get('userId');
  const groupIds = account.groups
    .filter(({ userIds }) => userId === null || userIds.includes(userId))
    .map(({ id }) => id);
  return items(faxlinesOf(account, groupIds));
}

function faxlinesOfGroup({ account, params }: Context): RestAnswer {
  const group = account.groups.find(({ id }) => id === params.groupId);
  if (!group) throw refuse(404);
  return items(faxlinesOf(account, [group.id]));
}

function faxlinesOf(account: SimulatedAccount, groupIds: readonly string[]) {
  return account.faxlines
    .filter(({ owner }) => 'groupId' in owner && groupIds.includes(owner.groupId))
    .map(describeFaxline);
}

function describeFaxline({ owner, ...line }: SimulatedFaxline) {
  return 'groupId' in owner ? { ...line, groupId: owner.groupId } : line;
}

function numbers({ account, query }: Context): RestAnswer {
  const offset = paging(query, 'offset', 0);
  const limit = paging(query, 'limit', 100);
  return items(account.numbers.slice(offset, offset + limit).map((each) => describeNumber(account, each)));
}

function numbersOfUser({ account, user, params }: Context): RestAnswer {
  const owner = readableUser(account, user, params.userId ?? '');
  const extensions = [...account.phonelines, ...account.smsExtensions]
    .filter(({ userId }) => userId === owner.id)
    .map(({ id }) => id);
  const own = account.numbers.filter(({ endpointId }) => extensions.includes(endpointId));
  return items(own.map((each) => describeNumber(account, each)));
}

/** Without `+`, as the specification shows numbers. */
function describeNumber(
  account: SimulatedAccount,
  { id, number, localized, type, endpointId }: SimulatedNumber,
) {
  const endpoints = [...account.phonelines, ...account.groups, ...account.faxlines, ...account.smsExtensions];
  const endpointAlias = endpoints.find((endpoint) => endpoint.id === endpointId)?.alias ?? '';
  return { id, number: number.replace('+', ''), localized, type, endpointId, endpointAlias, endpointUrl: '' };
}

function voicemails({ account }: Context): RestAnswer {
  return items(
    account.voicemails.map(({ id, alias, endpoint }) => ({ id, alias, belongsToEndpoint: endpoint })),
  );
}
