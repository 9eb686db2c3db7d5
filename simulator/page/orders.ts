import type { SimulatedAccount } from '../account/account';
import { receiveFax, receiveSms, receiveVoicemail } from '../inbox/receive';
import type { Network } from '../network/network';
import type { CalleeBehaviour, CallScript } from '../network/script/script';
import { HttpRefusal, refusingWith400 } from '../http/http-refusal';

const RING_MS = 2500;
const MOST_TEXT_CHARACTERS = 2000;

/** @returns the call that the page wants: it runs at a person's speed and lasts until somebody hangs up */
export function callOf(order: Record<string, unknown>): CallScript {
  return {
    from: textOf(order, 'from'),
    to: textOf(order, 'to'),
    anonymous: order.anonymous === true,
    direction: order.direction === 'out' ? 'out' : 'in',
    ...elsewhereOf(order),
    ringMs: RING_MS,
    hangUpAfterMs: Infinity,
    speed: 1,
  };
}

/** Where the call goes after the called telephone; a second telephone answers, unless the page says that nobody takes the transfer. */
function elsewhereOf(
  order: Record<string, unknown>,
): Pick<CallScript, 'callees' | 'forwardTo' | 'transferTo'> {
  const forwardTo = order.forwardTo === undefined ? '' : textOf(order, 'forwardTo').trim();
  const transferTo = order.transferTo === undefined ? '' : textOf(order, 'transferTo').trim();
  const callee = (order.callee as CalleeBehaviour | undefined) ?? 'answers';
  const transfer: CalleeBehaviour = order.transferFails === true ? 'noAnswer' : 'answers';
  return {
    callees: {
      default: callee,
      ...(forwardTo === '' ? {} : { [forwardTo]: 'answers' }),
      ...(transferTo === '' ? {} : { [transferTo]: transfer }),
    },
    ...(forwardTo === '' ? {} : { forwardTo }),
    ...(transferTo === '' ? {} : { transferTo }),
  };
}

/** `/api/platform`. @returns the platform that the account is to be on */
export function platformOf({ platform }: Record<string, unknown>): SimulatedAccount['platform'] {
  if (platform === 'classic' || platform === 'neo') return platform;
  throw new HttpRefusal(400, 'platform must be classic or neo.');
}

/** `/api/inbox`: somebody sends the account something. @returns the id of its entry in the history */
export function receive(account: SimulatedAccount, order: Record<string, unknown>): object {
  const from = textOf(order, 'from');
  const text = textOf(order, 'text');
  switch (order.kind) {
    case 'sms':
      return { id: receiveSms(account, { from, text }) };
    case 'fax':
      return { id: receiveFax(account, { from, text }) };
    case 'voicemail':
      return { id: receiveVoicemail(account, { from, transcription: text }) };
    default:
      throw new HttpRefusal(400, 'kind must be sms, fax or voicemail.');
  }
}

/** `/api/calls/1/press` and `/api/calls/1/hang-up`. @returns how the call stands */
export function hangUpOrPress(network: Network, path: string, order: Record<string, unknown>): object {
  const [, number, act] = /^\/api\/calls\/(\d{1,15})\/(press|hang-up)$/.exec(path) ?? [];
  const call = network.calls.find((candidate) => candidate.number === Number(number));
  if (call === undefined) throw new HttpRefusal(404, 'There is no such call.');
  if (act === 'press') refusingWith400(() => call.press(textOf(order, 'digits')));
  else call.hangUp();
  return { outcome: call.outcome.kind };
}

/** @returns a text of an order; throws HttpRefusal 400 when it is missing, no text or longer than 2000 characters */
export function textOf(order: Record<string, unknown>, name: string): string {
  const value = order[name];
  if (typeof value === 'string' && value.length <= MOST_TEXT_CHARACTERS) return value;
  throw new HttpRefusal(400, `${name} must be a text of at most ${MOST_TEXT_CHARACTERS} characters.`);
}
