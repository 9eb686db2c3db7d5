import type { NodeAPI } from 'node-red';
import type { AiFlowNotice, HttpAnswer } from '../../../sipgate/index';
import { deploysOf, type Deploys } from '../deploys';
import { HANDOVER_MS } from '../server/paths';
import { linesOf, onAiFlowNotice, type AiFlowLine, type TelephoneLine } from './lines';
import { untilDeployed } from './until-deployed';

/** What a deploy has done to a line whose flow it has stopped. */
export type AfterDeploy = 'deployed' | 'removed';

/** Hears of what deploys do to a line. */
export interface DeployListener {
  /** A deploy, or a stop of all flows, stops the line or nodes behind it. */
  onStopped?(): void;
  /** An event came while the flows did not run: the call has gone on without them. */
  onWithoutFlows?(): void;
  /** The flows run again. */
  onStarted?(after: AfterDeploy): void;
}

/** A line as a call sees it, which may last longer than the line's node: an event comes to what has taken its place. */
interface Lasting {
  /** @returns a function that ends it */
  onDeploy(listener: DeployListener): () => void;
}

export interface LastingLine extends Omit<TelephoneLine, 'receive' | 'isStoppedBy'>, Lasting {
  /** Takes one event as if sipgate had posted it; never rejects. */
  receive(body: Buffer, signature: string): Promise<HttpAnswer>;
}

export interface LastingAiFlow extends Omit<AiFlowLine, 'receive' | 'isStoppedBy'>, Lasting {
  /** Takes one event as if sipgate had posted it; never rejects. */
  receive(body: Buffer): Promise<HttpAnswer>;
  /** Calls `listener` with what happens at the AI flow. @returns a function that ends it */
  onNotice(listener: (notice: AiFlowNotice) => void): () => void;
}

/** A path that no webhook has (any more). */
const NOT_THERE: HttpAnswer = { status: 404, body: '' };

/** @returns a webhook over deploys */
export function lastingLine(RED: NodeAPI, first: TelephoneLine): LastingLine {
  const { id, name, country, masterSipId } = first;
  const place = new Place(deploysOf(RED), linesOf(RED).open, first);
  return {
    id,
    name,
    country,
    masterSipId,
    url: () => place.latest.url(),
    localUrl: () => place.latest.localUrl(),
    soundTitle: (id) => place.latest.soundTitle(id),
    receive: (body, signature) => place.hand((line, flowsRun) => line.receive(body, signature, flowsRun)),
    onDeploy: (listener) => place.onDeploy(listener),
  };
}

/** @returns an AI flow over deploys */
export function lastingAiFlow(RED: NodeAPI, first: AiFlowLine): LastingAiFlow {
  const { id, name, country } = first;
  const place = new Place(deploysOf(RED), linesOf(RED).aiFlows, first);
  return {
    id,
    name,
    country,
    receive: (body) => place.hand((line, flowsRun) => line.receive(body, flowsRun)),
    onDeploy: (listener) => place.onDeploy(listener),
    onNotice: (listener) => onAiFlowNotice(RED, id, listener),
  };
}

/** Where a line is found, and what was found there last. */
class Place<Line extends AiFlowLine | TelephoneLine> {
  readonly #deploys: Deploys;
  readonly #lines: ReadonlyMap<string, Line>;
  readonly #listeners = new Set<DeployListener>();
  #latest: Line;

  constructor(deploys: Deploys, lines: ReadonlyMap<string, Line>, first: Line) {
    this.#deploys = deploys;
    this.#lines = lines;
    this.#latest = first;
  }

  get latest(): Line {
    this.#latest = this.#lines.get(this.#latest.id) ?? this.#latest;
    return this.#latest;
  }

  /**
   * As a real event, this one waits for a deploy to end; where it takes too long, or the flows are stopped, the
   * call goes on without them.
   */
  async hand(give: (line: Line, flowsRun: boolean) => Promise<HttpAnswer>): Promise<HttpAnswer> {
    await untilDeployed(this.#deploys, HANDOVER_MS);
    const { flowsRun } = this.#deploys;
    if (flowsRun && !this.#isThere) return NOT_THERE;
    if (!flowsRun) for (const { onWithoutFlows } of this.#listeners) onWithoutFlows?.();
    return await give(this.latest, flowsRun);
  }

  onDeploy(listener: DeployListener): () => void {
    let isStopped = false;
    this.#listeners.add(listener);
    const endings = [
      () => this.#listeners.delete(listener),
      this.#deploys.onStopping((stopping) => {
        if (!this.latest.isStoppedBy(stopping)) return;
        isStopped = true;
        listener.onStopped?.();
      }),
      this.#deploys.onStarted(() => {
        if (!isStopped) return;
        isStopped = false;
        listener.onStarted?.(this.#isThere ? 'deployed' : 'removed');
      }),
    ];
    return () => endings.forEach((end) => end());
  }

  get #isThere(): boolean {
    return this.#lines.has(this.#latest.id);
  }
}
