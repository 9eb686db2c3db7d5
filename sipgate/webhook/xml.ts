import type { Reply } from './reply';

/** Absolute URLs that sipgate shall post follow-up events to; one that is absent is not asked for. */
export interface FollowUps {
  readonly onAnswer?: string;
  readonly onHangup?: string;
  /** Where the digits of a Gather go; only written for that action. */
  readonly onData: string;
}

type Builder = typeof import('xmlbuilder');
type Element = import('xmlbuilder').XMLElement;
let builder: Builder | undefined;

/** Loaded with the first webhook, not with the pack: 5 ms that nobody pays who only sends SMS. */
export function loadXmlBuilder(): Builder {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  builder ??= require('xmlbuilder') as Builder;
  return builder;
}

/**
 * A reply as sipgate reads it. Pure.
 * @returns the document on one line
 */
export function renderReply(reply: Reply, followUps: FollowUps): string {
  const { onAnswer, onHangup, onData } = followUps;
  const response = root('Response', { onAnswer, onHangup });
  switch (reply.action) {
    case 'redirect':
      renderDial(response, reply);
      break;
    case 'voicemail':
      response.ele('Dial').ele('Voicemail');
      break;
    case 'reject':
      response.ele('Reject', { reason: reply.reason });
      break;
    case 'play':
      renderPlay(response, reply.announcement);
      break;
    case 'gather': {
      const gather = response.ele('Gather', { onData, maxDigits: reply.maxDigits, timeout: reply.timeout });
      if (reply.announcement !== undefined) renderPlay(gather, reply.announcement);
      break;
    }
    case 'hangup':
      response.ele('Hangup');
      break;
    case 'continue':
      break;
  }
  return response.end();
}

/** The body of a refused request: it says why, and nothing of what was in the request. */
export function renderError(message: string): string {
  return root('Error', { message }).end();
}

function root(name: string, attributes: Record<string, string | undefined>): Element {
  const element = loadXmlBuilder().create(name, { version: '1.0', encoding: 'UTF-8' });
  return withAttributes(element, attributes);
}

function renderDial(response: Element, reply: Extract<Reply, { action: 'redirect' }>): void {
  const anonymous = reply.anonymous ? 'true' : undefined;
  const dial = withAttributes(response.ele('Dial'), { callerId: reply.callerId, anonymous });
  for (const number of reply.numbers) dial.ele('Number', number);
}

function renderPlay(parent: Element, url: string): void {
  parent.ele('Play').ele('Url', url);
}

function withAttributes(element: Element, attributes: Record<string, string | undefined>): Element {
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.att(name, value);
  return element;
}
