import { lazy } from '../lazy';
import type { Reply } from './reply';

/** Absolute URLs that sipgate shall post follow-up events to; one that is absent is not asked for. */
export interface FollowUps {
  readonly onAnswer?: string;
  readonly onHangup?: string;
  /** Where the digits of a Gather go; only written for that action. */
  readonly onData: string;
}

type Builder = typeof import('xmlbuilder');
type Writer = import('xmlbuilder').XMLDocumentCB;

/** Loaded with the first webhook, not with the pack: 5 ms that nobody pays who only sends SMS. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
export const loadXmlBuilder = lazy(() => require('xmlbuilder') as Builder);

/**
 * A reply as sipgate reads it. Pure.
 * @returns the document on one line
 */
export function renderReply(reply: Reply, followUps: FollowUps): string {
  const { onAnswer, onHangup } = followUps;
  return render((xml) => {
    xml.ele('Response', { onAnswer, onHangup });
    renderVerb(xml, reply, followUps);
  });
}

/** The body of a refused request: it says why, and nothing of what was in the request. */
export function renderError(message: string): string {
  return render((xml) => xml.ele('Error', { message }));
}

/**
 * Written while it is built: xmlbuilder's tree of a document takes three times as long. Open elements are closed, and
 * attributes that are undefined are not written.
 */
function render(write: (xml: Writer) => void): string {
  let text = '';
  const xml = loadXmlBuilder().begin({}, (chunk) => (text += chunk));
  xml.dec(undefined, 'UTF-8');
  write(xml);
  xml.end();
  return text;
}

function renderVerb(xml: Writer, reply: Reply, { onData }: FollowUps): void {
  switch (reply.action) {
    case 'redirect':
      return renderDial(xml, reply);
    case 'voicemail':
      xml.ele('Dial').ele('Voicemail');
      return;
    case 'reject':
      xml.ele('Reject', { reason: reply.reason });
      return;
    case 'play':
      return renderPlay(xml, reply.announcement);
    case 'gather':
      xml.ele('Gather', { onData, maxDigits: reply.maxDigits, timeout: reply.timeout });
      if (reply.announcement !== undefined) renderPlay(xml, reply.announcement);
      return;
    case 'hangup':
      xml.ele('Hangup');
      return;
    default: // a verb without its element would be an empty answer
      reply satisfies { action: 'continue' };
  }
}

function renderDial(xml: Writer, reply: Extract<Reply, { action: 'redirect' }>): void {
  const anonymous = reply.anonymous ? 'true' : undefined;
  xml.ele('Dial', { callerId: reply.callerId, anonymous });
  for (const number of reply.numbers) xml.ele('Number', {}, number).up();
}

function renderPlay(xml: Writer, url: string): void {
  xml.ele('Play').ele('Url', {}, url);
}
