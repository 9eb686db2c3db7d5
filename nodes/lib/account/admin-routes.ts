import { setMaxListeners } from 'node:events';
import type { NextFunction, Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import {
  isCancelled,
  isRecord,
  SipgateError,
  webhookSettings,
  type SipgateClient,
} from '../../../sipgate/index';
import { addAdminRoute } from '../admin-routes';
import { checkAccount } from './connection-test';
import { accountFor, asksElsewhere } from './dialog-account';
import { LISTS, type List } from './dialog-lists';
import type { Saved } from '../node-config';
import { toError } from '../errors';

/** ms; who sits before a dialog waits no longer, whatever pauses sipgate asks for. */
const LONGEST_ANSWER_MS = 20_000;

/**
 * What the dialogs ask of an account: lists for their dropdowns, the test of the connection, the settings before a
 * change. All of it only reads at sipgate, so that nobody who may look at flows can send through it.
 */
export function registerLookupRoutes(RED: NodeAPI): void {
  const mayRead = RED.auth.needsPermission('sipgate.read');
  const mayWrite = RED.auth.needsPermission('sipgate.write');
  const mayAsk = (request: Request, response: Response, next: NextFunction) => {
    try {
      if (asksElsewhere(RED, idOf(request), fieldsOf(request))) mayWrite(request, response, next);
      else next();
    } catch (thrown) {
      refuse(response, toError(thrown));
    }
  };
  addAdminRoute(RED, 'POST', '/accounts/:id/lookup/:resource', mayRead, mayAsk, (request, response) => {
    const resource = String(request.params['resource']);
    const list = Object.hasOwn(LISTS, resource) ? LISTS[resource as keyof typeof LISTS] : undefined;
    if (resource === 'webhook-settings') {
      return answer(RED, request, response, (client, signal) =>
        webhookSettings(client, 'get', undefined, { signal }),
      );
    }
    if (!list) return response.status(404).json({ reason: 'unknownResource' });
    return answer(RED, request, response, (client, signal) => listItems(list, client, signal));
  });
  addAdminRoute(RED, 'POST', '/accounts/:id/test', mayRead, mayAsk, (request, response) =>
    answer(RED, request, response, checkAccount),
  );
  addAdminRoute(RED, 'GET', '/webhook-urls', mayRead, (_request, response) => {
    response.json(webhookUrls(RED));
  });
}

function idOf(request: Request): string {
  return String(request.params['id']);
}

/** What stands in the fields of the dialog. */
function fieldsOf({ body }: Request): Saved {
  return isRecord(body) ? body : {};
}

async function listItems(list: List, client: SipgateClient, signal: AbortSignal) {
  return { items: await list(client, signal) };
}

type Ask = (client: SipgateClient, signal: AbortSignal) => Promise<unknown>;

/** Answers with what was asked for, or with `{ code, message }`, or with a `reason` where there is nobody to ask. */
async function answer(RED: NodeAPI, request: Request, response: Response, ask: Ask): Promise<void> {
  const ending = new AbortController();
  setMaxListeners(0, ending.signal); // a test of the connection asks for all at once
  const timer = setTimeout(() => ending.abort(), LONGEST_ANSWER_MS);
  response.on('close', () => ending.abort());
  try {
    const account = accountFor(RED, idOf(request), fieldsOf(request));
    if ('reason' in account) {
      response.status(account.status).json({ reason: account.reason });
      return;
    }
    try {
      response.json(await ask(account.client, ending.signal));
    } finally {
      account.release();
    }
  } catch (thrown) {
    if (!response.headersSent) refuse(response, toError(thrown));
  } finally {
    clearTimeout(timer);
  }
}

function refuse(response: Response, error: Error): void {
  if (isCancelled(error)) {
    const message = `sipgate did not answer in ${LONGEST_ANSWER_MS / 1000} s. Try again later.`;
    response.status(504).json({ code: 'TIMEOUT', message });
    return;
  }
  const code = error instanceof SipgateError ? error.code : 'SERVER';
  // Never 401: the editor would take it for the end of its own login.
  response.status(code === 'INVALID_INPUT' ? 400 : 502).json({ code, message: error.message });
}

/** A `sipgate-webhook` that knows its URL. */
interface WebhookWithUrl {
  readonly url?: () => string;
}

/** The webhooks that run, for the one click that gives their URL to sipgate. */
function webhookUrls(RED: NodeAPI): { id: string; name: string; url: string }[] {
  const found: { id: string; name: string; url: string }[] = [];
  RED.nodes.eachNode((saved) => {
    if (saved.type !== 'sipgate-webhook') return;
    const webhook = RED.nodes.getNode(saved.id) as WebhookWithUrl | null;
    const url = webhook?.url?.() ?? '';
    if (url !== '') found.push({ id: saved.id, name: saved.name ?? '', url });
  });
  return found;
}
