import type { NodeAPI } from 'node-red';
import { addAdminRoute } from '../admin-routes';
import type { RunningAiFlow } from './start';

/** An AI flow as its dialog asks for it. */
interface TestableAiFlow {
  readonly type: string;
  readonly running?: RunningAiFlow;
}

/** "Talk to me": a test session of a deployed AI flow. */
export function registerAiFlowRoutes(RED: NodeAPI): void {
  addAdminRoute(
    RED,
    'POST',
    '/ai-flows/:id/test',
    RED.auth.needsPermission('sipgate.write'),
    async (request, response) => {
      const node = RED.nodes.getNode(String(request.params['id'])) as unknown as TestableAiFlow | null;
      const { sentence } = (request.body ?? {}) as { sentence?: unknown };
      if (node?.type !== 'sipgate-ai-flow' || !node.running)
        response.status(404).json({ reason: 'notDeployed' });
      else response.json(await node.running.runTestSession(typeof sentence === 'string' ? sentence : ''));
    },
  );
}
