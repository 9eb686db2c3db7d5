import { note, type ActiveCall } from '../call';
import { calleeFor } from '../script/complete-script';
import { pause } from '../pause';
import { nameOf, type Target } from './leg';

/** How the ringing of one or more telephones ended. */
export type RingResult =
  | { readonly kind: 'answered'; readonly by: Target }
  | { readonly kind: 'unanswered'; readonly cause: 'busy' | 'noAnswer' | 'notFound' }
  | { readonly kind: 'cancelled' };

/**
 * Rings telephones at once. Who answers first is plain arithmetic on what the script says, so one wait is enough and
 * nothing races.
 */
export async function ring(call: ActiveCall, targets: readonly Target[]): Promise<RingResult> {
  note(call, 'rings', { targets: targets.map(nameOf).join(', ') });
  const ends = targets.map((target) => ({ target, ...endOfRinging(call, target) }));
  const first = ends.filter(({ kind }) => kind === 'answers').sort((a, b) => a.afterMs - b.afterMs)[0];
  await pause(first?.afterMs ?? Math.max(0, ...ends.map(({ afterMs }) => afterMs)), call.hungUp);
  if (call.hungUp.aborted) return { kind: 'cancelled' };
  for (const { target, kind, afterMs } of ends) {
    if (kind !== 'answers' && afterMs <= (first?.afterMs ?? Infinity)) noteFailure(call, kind, target);
  }
  if (first !== undefined) {
    note(call, 'answered', { by: nameOf(first.target) });
    return { kind: 'answered', by: first.target };
  }
  const kinds = ends.map(({ kind }) => kind);
  const cause = (['busy', 'noAnswer'] as const).find((kind) => kinds.includes(kind)) ?? 'notFound';
  return { kind: 'unanswered', cause };
}

function endOfRinging(call: ActiveCall, target: Target) {
  const { callees, ringMs } = call.script;
  const names = [target.number, target.user?.userId, target.user?.fullUserId, target.user?.name];
  const callee = calleeFor(
    callees,
    names.filter((name) => name !== undefined),
  );
  const usualMs = { answers: ringMs, noAnswer: Math.max(100, 5 * ringMs), busy: 0, notFound: 0 };
  return { kind: callee.kind, afterMs: callee.afterMs ?? usualMs[callee.kind] };
}

function noteFailure(call: ActiveCall, kind: 'busy' | 'noAnswer' | 'notFound', target: Target): void {
  const codes = { busy: 'calleeBusy', noAnswer: 'calleeSilent', notFound: 'calleeNotFound' } as const;
  note(call, codes[kind], { number: nameOf(target) });
}
