import type { Deploys, Stopping } from '../deploys';
import { keepPretending } from '../telephone/call-context';
import type { RunningReceivers } from './running-receivers';

/** Where the events of a webhook, or of an AI flow, go. */
export interface FlowDeliveryOptions<Receiver, Incoming, Known> {
  readonly deploys: Deploys;
  /** Of the config node: a deploy puts another one with the same id in its place. */
  readonly nodeId: string;
  readonly receivers: ReadonlySet<Receiver>;
  readonly running: RunningReceivers<Receiver>;
  /** @returns whether one of the receivers may answer it */
  readonly deliverTo: (receivers: Iterable<Receiver>, incoming: Incoming, known: Known) => boolean;
}

/** Brings events to the flows, and those that a deploy overtakes to the next ones. */
export class FlowDelivery<Receiver, Incoming extends { readonly exchange: string }, Known> {
  readonly #options: FlowDeliveryOptions<Receiver, Incoming, Known>;
  /** Whether the flows run: the config node may be there before they are. */
  #hasFlows: boolean;
  /**
   * Sent to a flow but not received yet, in this order: Node-RED delivers in its next turn, and drops that when flows stop
   * before. A `Set` that takes and drops things all the time would keep messages until the next full garbage collection:
   * its old tables, which are garbage, still refer to them.
   */
  readonly #sent: (() => void)[] = [];

  constructor(options: FlowDeliveryOptions<Receiver, Incoming, Known>) {
    this.#options = options;
    this.#hasFlows = options.deploys.flowsRun;
  }

  /**
   * A deploy may have come while the call was looked up; then the event is the next flows' business.
   * @returns whether a flow may answer it
   */
  async deliver(incoming: Incoming, known: Known): Promise<boolean> {
    if (!this.#hasFlows) {
      await this.#deliverLater(incoming, known);
      return false;
    }
    this.#sent.push(() => void this.#deliverLater(incoming, known));
    const isAwaited = this.#hand(this.#options.receivers, incoming, known);
    setImmediate(() => this.#sent.shift());
    return isAwaited;
  }

  /** The flows have started. */
  resume(): void {
    this.#hasFlows = true;
  }

  /** The flows are about to stop, or have stopped. */
  pause(stopping?: Stopping): void {
    this.#hasFlows = false;
    if (stopping?.kind === 'deploy' && stopping.isWhole) for (const later of this.#sent) later();
  }

  async #deliverLater(incoming: Incoming, known: Known): Promise<void> {
    const { running, deploys, nodeId } = this.#options;
    const next = await running.whenRunning(deploys, nodeId);
    if (next) this.#hand(next, incoming, known);
  }

  #hand(receivers: Iterable<Receiver>, incoming: Incoming, known: Known): boolean {
    keepPretending(incoming.exchange);
    return this.#options.deliverTo(receivers, incoming, known);
  }
}

/** @returns whether a deploy stops the config node, one of its receivers, or a node on the way from there to an answer */
export function isStopped(
  stopping: Stopping,
  nodeId: string,
  receivers: Iterable<{ isStoppedBy(stopping: Stopping): boolean }>,
): boolean {
  return stopping.stops(nodeId) || [...receivers].some((receiver) => receiver.isStoppedBy(stopping));
}
