import type { SimulatedAccount } from '../../account/account';
import type { SimulatedUser } from '../../account/extensions';
import type { FaxFailure, FaxNetwork } from '../../account/messages';
import type { RestAnswer } from '../types';
import { json, refuse, refuseByName } from '../answers';
import { e164, requiredText } from '../body';
import type { Context, Route } from '../context';
import { charge } from './funds';

/** Sending a fax; how far it is stands in the history. */
export const faxRoutes: readonly Route[] = [
  { method: 'POST', path: '/sessions/fax', scopes: ['sessions:write', 'sessions:fax:write'], handler: send },
];

/** The specification's `maxLength` of `base64Content`. */
const MOST_BASE64_CHARACTERS = 28_330_000;
const FIRST_SESSION_ID = 100018428;

function send({ account, user, body, now }: Context): RestAnswer {
  const faxlineId = requiredText(body, 'faxlineId');
  const filename = requiredText(body, 'filename');
  const base64 = requiredText(body, 'base64Content');
  if (base64.length > MOST_BASE64_CHARACTERS)
    throw refuseByName(400, 'PARAMETER_INVALID', 'base64Content is too long');
  if (!maySendOn(account, user, faxlineId)) throw refuse(403);
  // 407 does not mean a proxy here: it is the platform's word for a bad recipient.
  const recipient = e164(requiredText(body, 'recipient'));
  if (!recipient) throw refuse(407);
  charge(account, account.prices.fax);
  const sessionId = String(FIRST_SESSION_ID + account.faxes.length);
  const content = Buffer.from(base64, 'base64');
  const failure = failureOf(account.faxNetwork, recipient, base64, content);
  const fax = { sessionId, faxlineId, recipient, filename, content, acceptedAt: now };
  account.faxes.push(failure === undefined ? fax : { ...fax, failure });
  return json({ sessionId });
}

function maySendOn(account: SimulatedAccount, user: SimulatedUser, faxlineId: string): boolean {
  const line = account.faxlines.find(({ id }) => id === faxlineId);
  if (!line?.canSend) return false;
  const { owner } = line;
  if ('userId' in owner) return owner.userId === user.id;
  return account.groups.some(({ id, userIds }) => id === owner.groupId && userIds.includes(user.id));
}

/** The platform accepts a bad document and fails later; these are the known reasons (fact sheet, 2.3). */
function failureOf(
  network: FaxNetwork,
  recipient: string,
  base64: string,
  content: Buffer,
): FaxFailure | undefined {
  if (network.unreachable.test(recipient)) return 'unreachable';
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) return 'brokenBase64';
  if (!content.subarray(0, 1024).includes('%PDF-') || !content.includes('%%EOF')) return 'noPdf';
  if (content.includes('/AcroForm')) return 'formFields';
  return undefined;
}
