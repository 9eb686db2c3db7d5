import type { NodeAPI } from 'node-red';
import { addAdminRoute } from '../admin-routes';
import type { RunningWebhook } from './start';

/** A webhook as its dialog asks for it. */
interface TestableWebhook {
  readonly type: string;
  readonly running?: RunningWebhook;
}

/** What the dialog of a webhook asks: how HTTP is set up here, and a test call of a deployed webhook. */
export function registerWebhookRoutes(RED: NodeAPI): void {
  const { httpNodeRoot, contextStorage } = RED.settings as {
    httpNodeRoot?: string | false;
    contextStorage?: object;
  };
  addAdminRoute(
    RED,
    'GET',
    '/webhook-info',
    RED.auth.needsPermission('sipgate.read'),
    (_request, response) => {
      response.json({
        httpNodeRoot: httpNodeRoot === false ? false : (httpNodeRoot ?? '/'),
        httpNodeAuth: hasHttpLogin(RED),
        stores: Object.keys(contextStorage ?? {}),
      });
    },
  );
  addAdminRoute(
    RED,
    'POST',
    '/webhooks/:id/test',
    RED.auth.needsPermission('sipgate.write'),
    async (request, response) => {
      const node = RED.nodes.getNode(String(request.params['id'])) as unknown as TestableWebhook | null;
      if (node?.type !== 'sipgate-webhook' || !node.running)
        response.status(404).json({ reason: 'notDeployed' });
      else response.json(await node.running.placeTestCall());
    },
  );
}

/** Whether HTTP nodes ask for a login: sipgate has none. FlowFuse puts its own in front as a middleware. */
export function hasHttpLogin(RED: NodeAPI): boolean {
  const { httpNodeAuth, httpNodeMiddleware, flowforge } = RED.settings as unknown as Record<string, unknown>;
  return Boolean(httpNodeAuth) || (Boolean(flowforge) && Boolean(httpNodeMiddleware));
}
