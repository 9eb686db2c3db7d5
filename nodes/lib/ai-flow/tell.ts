import type { Node, NodeAPI } from 'node-red';
import type { AiFlowNotice } from '../../../sipgate/index';
import { toError } from '../errors';
import type { ProblemLog } from '../webhook/problem-log';
import { eventName } from './show';

/** What of the sessions a user wants to find in the log. */
export function tellNotice(RED: NodeAPI, node: Node, problems: ProblemLog, notice: AiFlowNotice): void {
  switch (notice.kind) {
    case 'deadline': {
      const key = notice.isFilled ? 'filled' : 'deadline';
      const values = { event: eventName(notice.event.event), ms: notice.afterMs };
      return node.warn(RED._(`sipgate-ai-flow.error.${key}`, values as never));
    }
    case 'refused': {
      const { status, reason, address } = notice;
      return problems.warn(`${status}`, 'sipgate-ai-flow.error.refused', { status, reason, address });
    }
    case 'failed':
      return node.error(toError(notice.cause).message);
    case 'accepted':
    case 'answered':
    case 'gone':
      return undefined;
  }
}
