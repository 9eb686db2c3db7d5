import type { EndpointNotice } from '../../../sipgate/index';
import { timeOfDay, type NodeDisplay, type StatusLook, type StatusText } from '../status';
import type { Receiver, WebhookState } from './receivers';

/** Shows in a node's status what a user wants to know: listening where, last event when, answered with what, refused why. */
export function showWebhook(display: NodeDisplay): Pick<Receiver, 'onState' | 'onNotice'> {
  return {
    onState: (state) => display.show(...ofState(state)),
    onNotice(notice) {
      const shown = ofNotice(notice);
      if (shown) display.show(...shown);
    },
  };
}

type Shown = [look: StatusLook, text: StatusText];

function ofState(state: WebhookState): Shown {
  if (state.kind === 'invalid') return ['notSetUp', ['invalid', { reason: state.error.message }]];
  const where = shortPlace(state.where);
  if (state.kind === 'failed') return ['notSetUp', ['failed', { where, reason: state.error.message }]];
  if (!state.certificateEnds) return ['ready', ['listening', { where }]];
  const date = state.certificateEnds.toISOString().slice(0, 10);
  return ['warning', ['listeningCertificateEnds', { where, date }]];
}

function ofNotice(notice: EndpointNotice): Shown | undefined {
  switch (notice.kind) {
    case 'accepted':
      return ['done', ['event', { event: notice.event.event }]];
    case 'answered':
      return ['done', ['answered', { event: notice.event.event, action: notice.reply.action }]];
    case 'deadline':
    case 'gone':
      return ['warning', [notice.kind, { event: notice.event.event }]];
    case 'refused':
      return ['refused', ['refused', { status: notice.status, reason: notice.reason }]];
    case 'replayed': {
      const { event } = notice.event;
      if (notice.answeredAt === undefined) return ['warning', ['repeatedOpen', { event }]];
      return ['warning', ['repeated', { event, at: timeOfDay(new Date(notice.answeredAt)) }]];
    }
    case 'failed':
      return undefined;
  }
}

/** The random part of a path keeps strangers out: a screenshot of a flow must not give it away. */
export function shortPlace(where: string): string {
  if (!where.startsWith('/')) return where;
  const [first = '', ...rest] = where.slice(1).split('/');
  if (first.length > 16) return '/…';
  return rest.length > 0 ? `/${first}/…` : where;
}
