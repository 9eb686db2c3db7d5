import type { NodeAPI } from 'node-red';
import { isRecord, renderReply, type EndpointNotice, type Reply } from '../../../sipgate/index';
import { deploysOf } from '../deploys';
import { startingCall } from './call-context';
import { CallPath } from './call-path';
import { noteOf } from './call-view';
import type { CallView, Display, ViewEntry } from './view';
import { Changes } from './changes';
import { linesOf } from './lines';
import type { PathHooks } from './path-hooks';
import { withoutPlaces } from './plain-places';

const MOST_CALLS = 20;
const MOST_ENTRIES = 200;

interface RealCall {
  readonly id: string;
  readonly webhook: string;
  readonly from: string;
  readonly to: string;
  readonly startedAt: Date;
  readonly path: CallPath;
  readonly changes: Changes;
  readonly entries: ViewEntry[];
  readonly callIds: Set<string>;
  readonly openCallIds: Set<string>;
  /** When the latest event of a leg came in, ms since 1970. */
  readonly askedAtMs: Map<string, number>;
  readonly stopFollowing: () => void;
  display: Display;
}

/** Keeps what happened in the latest calls that came from sipgate: in memory, and only while somebody wants it. */
export class RealCalls {
  readonly #RED: NodeAPI;
  readonly #hooks: PathHooks;
  readonly #calls = new Map<string, RealCall>();
  #stop: (() => void) | undefined;

  constructor(RED: NodeAPI, hooks: PathHooks) {
    this.#RED = RED;
    this.#hooks = hooks;
  }

  get isOn(): boolean {
    return this.#stop !== undefined;
  }

  /** Switching it off forgets all. */
  switch(isOn: boolean): void {
    if (isOn === this.isOn) return;
    if (isOn) {
      const { listeners } = linesOf(this.#RED);
      const listen = (webhookId: string, notice: EndpointNotice) => this.#noticed(webhookId, notice);
      listeners.add(listen);
      const stopFinding = this.#hooks.followUnknown((message) => this.#pathFor(message));
      this.#stop = () => {
        listeners.delete(listen);
        stopFinding();
      };
      return;
    }
    this.#stop?.();
    this.#stop = undefined;
    for (const call of this.#calls.values()) call.stopFollowing();
    this.#calls.clear();
  }

  /** The latest first. */
  views(): CallView[] {
    return [...this.#calls.values()].reverse().map(viewOf);
  }

  #noticed(webhookId: string, notice: EndpointNotice): void {
    if (startingCall() || !('event' in notice)) return;
    const { event } = notice;
    const callId = event.callId ?? '';
    if (notice.kind === 'accepted' && event.event === 'NEW_CALL') this.#begin(webhookId, notice);
    const call = this.#find(callId);
    if (!call) return;
    const nowMs = Date.now();
    const atMs = nowMs - call.startedAt.getTime();
    const note = noteOf(notice, call.path, deploysOf(this.#RED).flowsRun);
    if (notice.kind === 'accepted') {
      call.askedAtMs.set(callId, nowMs);
      add(call, { kind: 'event', atMs, topic: event.event, fields: event });
      if (event.event === 'ANSWER') call.display = 'talking';
      if (event.event === 'HANGUP') call.openCallIds.delete(callId);
      if (call.openCallIds.size === 0) call.display = 'over';
    } else if (note) add(call, { kind: 'note', atMs, ...note });
    else if (notice.kind === 'answered') {
      const { action } = notice.reply;
      const xml = this.#xmlOf(notice.reply, webhookId);
      const tookMs = nowMs - (call.askedAtMs.get(callId) ?? nowMs);
      add(call, { kind: 'answer', atMs, topic: event.event, action, tookMs, xml });
    }
  }

  /** What the flow has ordered; where sipgate is to report to is left out, as it says nothing of the flow. */
  #xmlOf(reply: Reply, webhookId: string): string {
    const line = linesOf(this.#RED).open.get(webhookId);
    const xml = renderReply(reply, { onData: line?.url() ?? '' });
    return line ? withoutPlaces(xml, line) : xml;
  }

  #begin(webhook: string, { event }: Extract<EndpointNotice, { kind: 'accepted' }>): void {
    const {
      callId = '',
      originalCallId,
      from = '',
      to = '',
    } = event as typeof event & {
      readonly originalCallId?: string;
      readonly from?: string;
      readonly to?: string;
    };
    const id = originalCallId || callId;
    const known = this.#calls.get(id);
    if (known) {
      known.callIds.add(callId);
      known.openCallIds.add(callId);
      return;
    }
    const changes = new Changes();
    const path = new CallPath(() => changes.tell());
    this.#calls.set(id, {
      id,
      webhook,
      from,
      to,
      startedAt: new Date(),
      path,
      changes,
      entries: [],
      callIds: new Set([callId]),
      openCallIds: new Set([callId]),
      askedAtMs: new Map(),
      stopFollowing: this.#hooks.follow(path),
      display: 'connecting',
    });
    this.#forgetOldest();
  }

  #forgetOldest(): void {
    if (this.#calls.size <= MOST_CALLS) return;
    const [id] = this.#calls.keys();
    if (id === undefined) return;
    this.#calls.get(id)?.stopFollowing();
    this.#calls.delete(id);
  }

  #find(callId: string): RealCall | undefined {
    return [...this.#calls.values()].findLast((call) => call.callIds.has(callId));
  }

  #pathFor(message: Record<string, unknown>): CallPath | undefined {
    const call = message['call'];
    return isRecord(call) ? this.#find(String(call['callId'] ?? ''))?.path : undefined;
  }
}

function add(call: RealCall, entry: ViewEntry): void {
  if (call.entries.length < MOST_ENTRIES) call.entries.push(entry);
  call.changes.tell();
}

function viewOf(call: RealCall): CallView {
  const { id, webhook, from, to, startedAt, changes, display, entries, path } = call;
  return {
    id,
    kind: 'real',
    webhook,
    from,
    to,
    startedAt: startedAt.toISOString(),
    version: changes.version,
    display,
    isOver: display === 'over',
    ringing: [],
    sound: 0,
    entries: [...entries],
    path: path.visits,
  };
}
