import { printable, type AiFlowNotice } from '../../../sipgate/index';
import type { NodeDisplay, StatusLook, StatusText } from '../status';
import { shortPlace } from '../webhook/show';
import type { AiFlowReceiver, AiFlowState } from './receivers';

/** Shows in a node's status what a user wants to know: listening where, last event when, answered with what, refused why. */
export function showAiFlow(display: NodeDisplay): Pick<AiFlowReceiver, 'onState' | 'onNotice'> {
  return {
    onState: (state) => display.show(...ofState(state)),
    onNotice(notice) {
      const shown = ofNotice(notice);
      if (shown) display.show(...shown);
    },
  };
}

type Shown = [look: StatusLook, text: StatusText];

function ofState(state: AiFlowState): Shown {
  if (state.kind === 'invalid') return ['notSetUp', ['invalid', { reason: state.error.message }]];
  const where = shortPlace(state.where);
  if (state.kind === 'failed') return ['notSetUp', ['failed', { where, reason: state.error.message }]];
  if (state.certificateEnds) {
    const date = state.certificateEnds.toISOString().slice(0, 10);
    return ['warning', ['listeningCertificateEnds', { where, date }]];
  }
  return state.isOpen ? ['warning', ['listeningOpen', { where }]] : ['ready', ['listening', { where }]];
}

/** Characters of a type that a stranger has invented. */
const LONGEST_EVENT = 40;

/** @returns the type of an event as a status or a log can show it */
export function eventName(event = 'session'): string {
  return printable(event.slice(0, LONGEST_EVENT));
}

function ofNotice(notice: AiFlowNotice): Shown | undefined {
  switch (notice.kind) {
    case 'accepted':
      return ['done', ['event', { event: eventName(notice.event.event) }]];
    case 'answered': {
      const actions = notice.actions.length > 0 ? notice.actions.join(', ') : 'listen';
      return ['done', ['answered', { event: eventName(notice.event.event), actions }]];
    }
    case 'deadline':
    case 'gone':
      return ['warning', [notice.kind, { event: eventName(notice.event.event) }]];
    case 'refused':
      return ['refused', ['refused', { status: notice.status, reason: notice.reason }]];
    case 'failed':
      return undefined;
  }
}
