import type { SimulatedAccount } from '../../account/account';
import { encodeFields, fieldsWithFault, type EventFault, type EventFields, type EventName } from './event';
import { eventHeaders } from './event-headers';
import { readAnswer, refused, type EventResult } from './read-answer';
import { signBody, signEvent, type Signing } from './signed-event';
import type { KeyPair } from './signing';
import type { Web, WebAnswer } from '../web-client';

/** sipgate documents no limit; this is plenty for five numbers and two URLs. */
const MOST_ANSWER_BYTES = 64 * 1024;
/** Stands in sipgate's webhook log where there was no answer ("600 General IO Error, timed out"). */
const IO_ERROR_STATUS = 600;
const MOST_LOG_LINES = 1000;

export interface EventSenderOptions {
  readonly account: SimulatedAccount;
  readonly keys: KeyPair;
  readonly web: Web;
  readonly webhookTimeoutMs: number;
  /** `X-Forwarded-For`; an empty text leaves the header out. */
  readonly forwardedFor: string;
}

export interface SendOptions {
  /** Default: `account.settings.incomingUrl`. */
  readonly url?: string;
  readonly sign?: Signing;
  /** Added to sipgate's headers, or put in their place. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** What a webhook has answered. */
export interface EventAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** An event of a call. */
export interface CallEvent {
  readonly url: string;
  readonly fields: EventFields & { readonly event: EventName };
  /** Of the leg, for the limits on Dial. */
  readonly direction: 'in' | 'out';
}

/** Posts signed events to webhooks, and keeps the account's webhook log. */
export class EventSender {
  readonly #options: EventSenderOptions;
  readonly #faults: EventFault[] = [];

  constructor(options: EventSenderOptions) {
    this.#options = options;
  }

  get account(): SimulatedAccount {
    return this.#options.account;
  }

  get web(): Web {
    return this.#options.web;
  }

  /** The next event (of `fault.event`, or of any name) gets this fault. Several wait for their turn. */
  addFault(fault: EventFault): void {
    this.#faults.push(fault);
  }

  /** @returns the fault that waits for this event, if any; it is then used up */
  takeFault(event: EventName): EventFault | undefined {
    const index = this.#faults.findIndex((fault) => fault.event === undefined || fault.event === event);
    return index < 0 ? undefined : this.#faults.splice(index, 1)[0];
  }

  /** Posts one event and reads the answer. Never rejects: whatever goes wrong is the result's `xmlError`. */
  async send(event: CallEvent, fault: EventFault | undefined): Promise<EventResult> {
    const result = await this.#deliver(event, fault);
    if (this.account.settings.log) {
      writeLog(this.account, event.url, encodeFields(fieldsWithFault(event.fields, fault)), result);
    }
    return result;
  }

  /**
   * Posts one event outside of any call and hands back what came, whatever its status.
   * @param event wire fields, or a ready body
   * @returns the answer; rejects when there is none
   */
  async sendAlone(event: EventFields | string | Buffer, options: SendOptions = {}): Promise<EventAnswer> {
    const body = bodyOf(event);
    const signature = await signBody(body, options.sign ?? 'good', this.#options.keys);
    const url = options.url ?? this.account.settings.incomingUrl;
    const answer = await this.#post(url, body, signature, options);
    return { status: answer.status, headers: answer.headers, body: answer.body.toString('utf8') };
  }

  async #deliver(event: CallEvent, fault: EventFault | undefined): Promise<EventResult> {
    try {
      const { body, signature } = await signEvent(event.fields, this.#options.keys, fault);
      const answer = await this.#post(event.url, body, signature);
      if (fault?.kind === 'duplicate') await this.#post(event.url, body, signature);
      return readAnswer(answer, event.fields.event, event.direction);
    } catch (error) {
      return refused(undefined, '', error);
    }
  }

  async #post(
    url: string,
    body: Buffer,
    signature: string | readonly string[] | undefined,
    options: SendOptions = {},
  ): Promise<WebAnswer> {
    const { web, forwardedFor, webhookTimeoutMs } = this.#options;
    return await web.send({
      method: 'POST',
      url,
      headers: { ...eventHeaders(body.length, signature, forwardedFor), ...options.headers },
      body,
      timeoutMs: options.timeoutMs ?? webhookTimeoutMs,
      mostBytes: MOST_ANSWER_BYTES,
    });
  }
}

function bodyOf(event: EventFields | string | Buffer): Buffer {
  if (Buffer.isBuffer(event)) return event;
  return Buffer.from(typeof event === 'string' ? event : encodeFields(event));
}

function writeLog(account: SimulatedAccount, url: string, request: string, result: EventResult): void {
  account.webhookLog.push({
    created: new Date().toISOString(),
    url,
    request,
    response: result.xml,
    xmlError: result.xmlError ?? '',
    status: String(result.status ?? IO_ERROR_STATUS),
  });
  if (account.webhookLog.length > MOST_LOG_LINES) account.webhookLog.shift();
}
