import type { Node, NodeAPI } from 'node-red';
import type { EndpointNotice } from '../../../sipgate/index';
import { toError } from '../errors';
import type { ListenState } from '../server/paths';
import type { ProblemLog } from './problem-log';

/** What of the calls a user wants to find in the log. */
export function tellNotice(RED: NodeAPI, node: Node, problems: ProblemLog, notice: EndpointNotice): void {
  switch (notice.kind) {
    case 'deadline':
      return node.warn(
        RED._('sipgate-webhook.error.deadline', { event: notice.event.event, ms: notice.afterMs } as never),
      );
    case 'refused': {
      const { status, reason, address } = notice;
      return problems.warn(`${status}`, 'sipgate-webhook.error.refused', { status, reason, address });
    }
    case 'replayed': {
      const at =
        notice.answeredAt === undefined ? undefined : new Date(notice.answeredAt).toLocaleTimeString();
      return node.log(
        RED._(`sipgate-webhook.log.${at ? 'repeated' : 'repeatedOpen'}`, {
          event: notice.event.event,
          at,
        } as never),
      );
    }
    case 'failed':
      return node.error(toError(notice.cause).message);
    case 'accepted':
    case 'answered':
    case 'gone':
      return undefined;
  }
}

/** Where it listens is shown by the nodes; what is in the way stands in the log, too. */
export function tellState(RED: NodeAPI, node: Node, problems: ProblemLog, state: ListenState): void {
  if (state.kind === 'failed') {
    node.error(RED._('sipgate-webhook.error.listen', { where: state.where, reason: state.error.message }));
  } else if (state.certificateEnds) {
    const date = state.certificateEnds.toISOString().slice(0, 10);
    problems.warn('certificate', 'sipgate-webhook.error.certificateEnds', { date });
  }
}
