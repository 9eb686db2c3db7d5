import type { SimulatedAccount } from '../../account/account';
import type { CallScript, User } from './script';
import type { ClickToDial } from '../../rest/telephone-network';

/**
 * The call that a REST order means. The callee sees `callerId`, or else the caller's own number; a device has
 * none in this account, so it shows the first number there is.
 */
export function clickToDialScript(account: SimulatedAccount, order: ClickToDial): CallScript {
  const { caller, callee, callerId } = order;
  const own = account.numbers.find(({ endpointId }) => endpointId === caller) ?? account.numbers[0];
  return {
    from: callerId ?? (caller.startsWith('+') ? caller : (own?.number ?? caller)),
    to: callee,
    direction: 'out',
    extension: order.deviceId ?? caller,
    user: callingUser(account, order.deviceId ?? caller),
  };
}

function callingUser(account: SimulatedAccount, extension: string): User[] {
  const lines = [...account.devices, ...account.phonelines];
  const userId = lines.find(({ id }) => id === extension)?.userId;
  const user = account.users.find(({ id }) => id === userId);
  if (user === undefined) return [{ name: '' }];
  const name = `${user.firstname} ${user.lastname}`;
  return [{ name, userId: user.id, fullUserId: `${account.masterSipId}${user.id}` }];
}
