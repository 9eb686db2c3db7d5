import type { TransferOrder } from '../../rest/telephone-network';
import type { Destination } from '../script/script';
import type { CallResult } from '../transcript';
import type { Leg } from './leg';
import type { Target } from './target';

/** What happens in the life of a leg, beside what the webhook orders. */
export interface LegPlan {
  /** What rings when the webhook names no numbers. Default: the leg's own users. */
  readonly ownTargets?: readonly Target[];
  /** Where the call goes when nobody answers here. */
  readonly forwardTo?: Destination;
  /** When the webhook has been asked about the leg. */
  readonly onAnnounced?: () => Promise<void>;
  /** More ids under which call control finds the conversation; null: it does not find it at all. */
  readonly controlIds?: readonly string[] | null;
  /** Call control moves the conversation. Returns the call's result, or undefined when the conversation goes on here. */
  readonly onTransfer?: (leg: Leg, order: TransferOrder) => Promise<CallResult | undefined>;
  /** Between the answer and the conversation. Returns the call's result when the conversation is over with it. */
  readonly onConnected?: (leg: Leg) => Promise<CallResult | undefined>;
}

/** How a leg ended: the call is over, or goes on elsewhere. */
export type LegEnd =
  | { readonly kind: 'over'; readonly result: CallResult }
  | { readonly kind: 'forwarded'; readonly to: Destination };
