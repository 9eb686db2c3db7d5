import { note, type ActiveCall } from '../call';
import { calleeFor } from '../script/complete-script';
import { pause } from '../pause';
import type { CalleeBehaviour } from '../script/script';
import { nameOf, namesOf, type Target } from './target';

type Failure = 'busy' | 'noAnswer' | 'notFound';

/** How one telephone behaves; `afterMs` counts from the first ring. */
interface RingEnd {
  readonly target: Target;
  readonly kind: CalleeBehaviour;
  readonly afterMs: number;
}

/** How the ringing of one or more telephones ended. */
export type RingResult =
  | { readonly kind: 'answered'; readonly by: Target }
  | { readonly kind: 'unanswered'; readonly cause: Failure }
  | { readonly kind: 'cancelled' };

/**
 * Rings telephones at once. Who answers first is plain arithmetic on what the script says, so one wait is enough and
 * nothing races.
 */
export async function ring(call: ActiveCall, targets: readonly Target[]): Promise<RingResult> {
  note(call, 'rings', { targets: targets.map(nameOf).join(', ') });
  const ends = targets.map((target) => ({ target, ...endOfRinging(call, target) }));
  if (ends.some(({ kind }) => kind === 'manual')) return await ringManually(call, ends);
  const first = ends.filter(({ kind }) => kind === 'answers').sort((a, b) => a.afterMs - b.afterMs)[0];
  await pause(first?.afterMs ?? Math.max(0, ...ends.map(({ afterMs }) => afterMs)), call.hungUp);
  if (call.hungUp.aborted) return { kind: 'cancelled' };
  for (const { target, kind, afterMs } of ends) {
    if (isFailure(kind) && afterMs <= (first?.afterMs ?? Infinity)) noteFailure(call, kind, target);
  }
  if (first !== undefined) {
    note(call, 'answered', { by: nameOf(first.target) });
    return { kind: 'answered', by: first.target };
  }
  return { kind: 'unanswered', cause: causeOf(ends.map(({ kind }) => kind)) };
}

/** Rings until somebody answers, all have said no, or the caller hangs up; who is not manual does as the script says. */
async function ringManually(call: ActiveCall, ends: readonly RingEnd[]): Promise<RingResult> {
  const { telephones, hungUp } = call;
  const failures: CalleeBehaviour[] = [];
  telephones.ring(ends.map(({ target }) => target));
  const timers = ends
    .filter(({ kind }) => kind !== 'manual')
    .map(({ target, kind, afterMs }) => setTimeout(() => telephones.end(target, kind), afterMs));
  try {
    for (;;) {
      const end = await telephones.nextEnd(hungUp);
      if (end === undefined) return { kind: 'cancelled' };
      if (end.kind === 'answers') {
        note(call, 'answered', { by: nameOf(end.target) });
        return { kind: 'answered', by: end.target };
      }
      if (isFailure(end.kind)) noteFailure(call, end.kind, end.target);
      failures.push(end.kind);
      if (failures.length === ends.length) return { kind: 'unanswered', cause: causeOf(failures) };
    }
  } finally {
    timers.forEach(clearTimeout);
    telephones.stop();
  }
}

function causeOf(kinds: readonly CalleeBehaviour[]): Failure {
  return (['busy', 'noAnswer'] as const).find((kind) => kinds.includes(kind)) ?? 'notFound';
}

function isFailure(kind: CalleeBehaviour): kind is Failure {
  return kind === 'busy' || kind === 'noAnswer' || kind === 'notFound';
}

function endOfRinging(call: ActiveCall, target: Target): Omit<RingEnd, 'target'> {
  const { callees, ringMs } = call.script;
  const callee = calleeFor(callees, namesOf(target));
  const usualMs = {
    answers: ringMs,
    noAnswer: Math.max(100, 5 * ringMs),
    busy: 0,
    notFound: 0,
    manual: Infinity,
  };
  return { kind: callee.kind, afterMs: callee.afterMs ?? usualMs[callee.kind] };
}

function noteFailure(call: ActiveCall, kind: Failure, target: Target): void {
  const codes = { busy: 'calleeBusy', noAnswer: 'calleeSilent', notFound: 'calleeNotFound' } as const;
  note(call, codes[kind], { number: nameOf(target) });
}
