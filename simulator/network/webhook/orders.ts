import { quote, readXml, XmlError } from './xml';
import type { XmlElement } from './xml';

/** What the webhook wants to happen to a leg (sipgate.io docs, XML answers). */
export type Order =
  | { readonly kind: 'continue' }
  | {
      readonly kind: 'dial';
      readonly numbers: readonly string[];
      readonly callerId?: string;
      readonly anonymous?: boolean;
    }
  | { readonly kind: 'voicemail' }
  | { readonly kind: 'reject'; readonly reason: 'busy' | 'rejected' }
  | { readonly kind: 'hangup' }
  | { readonly kind: 'play'; readonly url: string }
  | {
      readonly kind: 'gather';
      readonly onData: string;
      readonly maxDigits: number;
      /** ms, counted from the end of the announcement */
      readonly timeoutMs: number;
      readonly announcement?: string;
    };

/** An accepted answer: the order and the follow-up events that it asks for. */
export interface Orders {
  readonly order: Order;
  readonly onAnswer?: string;
  readonly onHangup?: string;
}

/** What sipgate does when there is no webhook, and when it refuses a webhook's answer. */
export const NO_ORDERS: Orders = { order: { kind: 'continue' } };

const NUMBER = /^\+?\d{1,20}$/;
const EXTENSION = /^\d*[a-z](0|[1-9]\d*)$/i;
const MOST_NUMBERS = 5;

/**
 * Reads the XML of an answer to newCall or dtmf and refuses what sipgate's documentation does not allow.
 * @param direction of the leg: outbound calls take one number only
 * @returns the orders; throws XmlError with the reason
 */
export function readOrders(xml: string, direction: 'in' | 'out'): Orders {
  const root = readXml(xml);
  if (root.name !== 'Response') throw new XmlError(`the root must be <Response>, got <${root.name}>`);
  allowAttributes(root, ['onAnswer', 'onHangup']);
  noText(root);
  if (root.children.length > 1) {
    throw new XmlError(`<Response> must hold one action at most, got ${root.children.length} actions`);
  }
  return {
    order: root.children[0] === undefined ? { kind: 'continue' } : readOrder(root.children[0], direction),
    onAnswer: optionalUrl(root, 'onAnswer'),
    onHangup: optionalUrl(root, 'onHangup'),
  };
}

function readOrder(action: XmlElement, direction: 'in' | 'out'): Order {
  switch (action.name) {
    case 'Dial':
      return readDial(action, direction);
    case 'Play':
      return { kind: 'play', url: readPlay(action) };
    case 'Gather':
      return readGather(action);
    case 'Reject':
      return readReject(action);
    case 'Hangup':
      empty(action);
      return { kind: 'hangup' };
    default:
      throw new XmlError(
        `<${action.name}> is not one of sipgate's actions: Dial, Play, Gather, Reject, Hangup`,
      );
  }
}

function readDial(dial: XmlElement, direction: 'in' | 'out'): Order {
  allowAttributes(dial, ['callerId', 'anonymous']);
  noText(dial);
  if (dial.children.some((child) => child.name === 'Voicemail')) return readVoicemail(dial);
  const numbers = dial.children.map(readNumber);
  const most = direction === 'in' ? MOST_NUMBERS : 1;
  if (numbers.length === 0) throw new XmlError('<Dial> must hold a <Number> or <Voicemail>, got no <Number>');
  if (numbers.length > most) {
    throw new XmlError(
      `<Dial> holds ${numbers.length} numbers, at most ${most} are allowed (direction ${direction})`,
    );
  }
  return { kind: 'dial', numbers, callerId: readCallerId(dial), anonymous: readAnonymous(dial) };
}

function readVoicemail(dial: XmlElement): Order {
  if (dial.children.length > 1) throw new XmlError('<Voicemail> must stand alone in <Dial>');
  dial.children.forEach(empty);
  return { kind: 'voicemail' };
}

function readNumber(child: XmlElement): string {
  if (child.name !== 'Number') throw new XmlError(`<Dial> must not hold <${child.name}>`);
  allowAttributes(child, []);
  noChildren(child);
  const number = child.text.trim();
  if (!NUMBER.test(number) && !EXTENSION.test(number)) {
    throw new XmlError(
      `<Number> must hold digits with an optional +, an extension or a SIP id, got ${quote(number)}`,
    );
  }
  return number;
}

function readCallerId(dial: XmlElement): string | undefined {
  const callerId = dial.attributes.callerId;
  if (callerId !== undefined && !NUMBER.test(callerId)) {
    throw new XmlError(`callerId must be digits with an optional +, got ${quote(callerId)}`);
  }
  return callerId;
}

function readAnonymous(dial: XmlElement): boolean | undefined {
  const anonymous = dial.attributes.anonymous;
  if (anonymous !== undefined && anonymous !== 'true' && anonymous !== 'false') {
    throw new XmlError(`anonymous must be true or false, got ${quote(anonymous)}`);
  }
  return anonymous === undefined ? undefined : anonymous === 'true';
}

function readPlay(play: XmlElement): string {
  allowAttributes(play, []);
  noText(play);
  const [url, ...more] = play.children;
  if (url?.name !== 'Url' || more.length > 0) throw new XmlError('<Play> must hold exactly one <Url>');
  allowAttributes(url, []);
  noChildren(url);
  return absoluteUrl(url.text.trim(), '<Url>');
}

function readGather(gather: XmlElement): Order {
  allowAttributes(gather, ['onData', 'maxDigits', 'timeout', 'type']);
  noText(gather);
  const { onData, type = 'dtmf' } = gather.attributes;
  if (onData === undefined) throw new XmlError('<Gather> has no onData');
  if (type !== 'dtmf') throw new XmlError(`the type of <Gather> must be dtmf, got ${quote(type)}`);
  const [play, ...more] = gather.children;
  if (more.length > 0 || (play !== undefined && play.name !== 'Play')) {
    throw new XmlError('<Gather> may hold one <Play> and nothing else');
  }
  return {
    kind: 'gather',
    onData: absoluteUrl(onData, 'onData'),
    maxDigits: wholeNumber(gather, 'maxDigits', 1),
    timeoutMs: wholeNumber(gather, 'timeout', 2000),
    announcement: play && readPlay(play),
  };
}

function readReject(reject: XmlElement): Order {
  allowAttributes(reject, ['reason']);
  noText(reject);
  noChildren(reject);
  const { reason = 'rejected' } = reject.attributes;
  if (reason !== 'busy' && reason !== 'rejected') {
    throw new XmlError(`the reason of <Reject> must be busy or rejected, got ${quote(reason)}`);
  }
  return { kind: 'reject', reason };
}

function wholeNumber(element: XmlElement, name: string, otherwise: number): number {
  const text = element.attributes[name];
  if (text === undefined) return otherwise;
  if (!/^\d{1,15}$/.test(text) || Number(text) < 1) {
    throw new XmlError(`${name} must be a whole number of at least 1, got ${quote(text)}`);
  }
  return Number(text);
}

function optionalUrl(element: XmlElement, name: string): string | undefined {
  const url = element.attributes[name];
  return url === undefined ? undefined : absoluteUrl(url, name);
}

function absoluteUrl(text: string, what: string): string {
  if (!/^https?:\/\/[^\s/]/i.test(text) || !URL.canParse(text)) {
    throw new XmlError(`${what} must be an absolute URL (http or https), got ${quote(text)}`);
  }
  return text;
}

function allowAttributes(element: XmlElement, allowed: readonly string[]): void {
  const unknown = Object.keys(element.attributes).find((name) => !allowed.includes(name));
  if (unknown !== undefined) throw new XmlError(`<${element.name}> has the unknown attribute ${unknown}`);
}

function noText(element: XmlElement): void {
  if (element.text.trim() !== '')
    throw new XmlError(`<${element.name}> must not hold text, got ${quote(element.text.trim())}`);
}

function noChildren(element: XmlElement): void {
  const child = element.children[0];
  if (child !== undefined) throw new XmlError(`<${element.name}> must not hold <${child.name}>`);
}

function empty(element: XmlElement): void {
  allowAttributes(element, []);
  noText(element);
  noChildren(element);
}
