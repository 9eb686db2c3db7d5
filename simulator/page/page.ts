import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SimulatedAccount } from '../account/account';
import type { Conversations } from '../ai-flow/conversations';
import type { Network } from '../network/network';
import { checkSender } from '../http/guards';
import { HttpRefusal, refusingWith400 } from '../http/http-refusal';
import { readJson } from '../http/request-body';
import { sendJson } from '../http/send-json';
import { accountView } from './account-view';
import { actInConversation, talkOf } from './conversation-orders';
import { EventStreams } from './event-streams';
import { callOf, hangUpOrPress, platformOf, receive, textOf } from './orders';
import { sendFile } from './static-files';

export interface PageOptions {
  readonly account: SimulatedAccount;
  readonly network: Network;
  readonly conversations: Conversations;
  /** PEM. */
  readonly publicKey: string;
  readonly setWebhook: (url: string) => void;
  /** Default: the page of this package. */
  readonly pageFolder?: string;
}

const MOST_CALLS_SHOWN = 5;
/** Announcements that callers have heard: `/api/sounds/1.wav`. */
const SOUNDS = '/api/sounds/';

/** The page with the telephone, as a server gives it out. */
export class Page {
  readonly #options: PageOptions;
  readonly #calls: EventStreams;
  readonly #conversations: EventStreams;

  constructor(options: PageOptions) {
    this.#options = options;
    const { network, conversations } = options;
    this.#calls = new EventStreams({
      latest: () => network.calls.slice(-MOST_CALLS_SHOWN).flatMap((call) => call.transcript),
      onEntry: (listener) => network.onEntry(listener),
    });
    this.#conversations = new EventStreams({
      latest: () => conversations.all.at(-1)?.entries ?? [],
      onEntry: (listener) => conversations.onEntry(listener),
    });
  }

  /** Answers a request of the browser. Throws HttpRefusal for one that makes no sense or comes from elsewhere. */
  async answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (request.method === 'GET') return await this.#answerGet(response, path);
    if (request.method !== 'POST') throw new HttpRefusal(405, 'Use GET or POST.');
    checkSender(request);
    sendJson(response, this.#carryOut(path, await readJson(request)));
  }

  /** Ends the pages' event streams. */
  close(): void {
    this.#calls.close();
    this.#conversations.close();
  }

  async #answerGet(response: ServerResponse, path: string): Promise<void> {
    const { account, network, pageFolder } = this.#options;
    if (path === '/api/events') this.#calls.open(response);
    else if (path === '/api/conversations/events') this.#conversations.open(response);
    else if (path === '/api/state') sendJson(response, this.#state());
    else if (path === '/api/account') sendJson(response, accountView(account, Date.now()));
    else if (path.startsWith(SOUNDS)) sendSound(response, network.sound(soundNumber(path)));
    else await sendFile(response, path, pageFolder);
  }

  #carryOut(path: string, order: Record<string, unknown>): object {
    const { account, network, conversations, setWebhook } = this.#options;
    if (path === '/api/calls') return { call: refusingWith400(() => network.call(callOf(order))).number };
    if (path === '/api/conversations')
      return { conversation: refusingWith400(() => conversations.start(talkOf(order))).number };
    if (path.startsWith('/api/conversations/')) return actInConversation(conversations.all, path, order);
    if (path === '/api/inbox') return receive(account, order);
    if (path === '/api/platform') {
      account.platform = platformOf(order);
      return this.#state();
    }
    if (path === '/api/webhook') {
      setWebhook(textOf(order, 'url'));
      return this.#state();
    }
    return hangUpOrPress(network, path, order);
  }

  #state() {
    const { publicKey, account, conversations } = this.#options;
    return { publicKey, settings: account.settings, aiFlow: conversations.offered };
  }
}

function soundNumber(path: string): number {
  return Number(/^(\d{1,9})\.wav$/.exec(path.slice(SOUNDS.length))?.[1]);
}

function sendSound(response: ServerResponse, wav: Buffer | undefined): void {
  if (wav === undefined) throw new HttpRefusal(404, 'This announcement is no longer kept.');
  response.writeHead(200, { 'Content-Type': 'audio/wav', 'Content-Length': wav.length });
  response.end(wav);
}
