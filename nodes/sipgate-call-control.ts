import type { NodeAPI } from 'node-red';
import { controlCall, listCalls, type CallOrder } from '../sipgate/index';
import { createAnnouncer, type Heard } from './lib/announcements/announcer';
import { hostedSound } from './lib/announcements/hosted-sound';
import { fixedIn } from './lib/announcements/planned';
import { prepareFixed } from './lib/announcements/prepare-fixed';
import { EMPTY, fromMessage, registerAction, type ActionResult, type Task } from './lib/action';
import { savedChoice, savedFlag, type Saved } from './lib/node-config';

/** Which typedInputs an operation takes. */
const TAKES = {
  list: [],
  hangup: ['callId'],
  hold: ['callId'],
  resume: ['callId'],
  mute: ['callId'],
  unmute: ['callId'],
  startRecording: ['callId'],
  stopRecording: ['callId'],
  announce: ['callId', 'announcement'],
  dtmf: ['callId', 'sequence'],
  transfer: ['callId', 'number'],
} as const satisfies Record<'list' | CallOrder['operation'], readonly InputName[]>;

type InputName = 'callId' | 'announcement' | 'sequence' | 'number';
type Operation = keyof typeof TAKES;
type Values = Partial<Record<InputName, unknown>>;

export = (RED: NodeAPI): void =>
  registerAction(RED, 'sipgate-call-control', {
    pretends: true,
    inputs: {
      callId: fromMessage('payload.callId'),
      announcement: EMPTY,
      sequence: EMPTY,
      number: EMPTY,
    },
    takes: (saved) => TAKES[operationOf(saved)],
    onStart({ node, saved, display, signal }) {
      if (saved['operation'] !== 'announce') return;
      const announcer = createAnnouncer(RED, node, saved);
      signal.addEventListener('abort', () => announcer.stop(), { once: true });
      void prepareFixed({ node, announcer, display, isFixed: () => fixedIn(saved) !== undefined });
    },
    run(values, task) {
      const operation = operationOf(task.saved);
      return operation === 'list' ? list(task) : control(RED, operation, values, task);
    },
  });

function operationOf(saved: Saved): Operation {
  return savedChoice(saved, 'operation', Object.keys(TAKES) as [Operation, ...Operation[]]);
}

async function list({ client, signal }: Task): Promise<ActionResult> {
  const payload = await listCalls(client, { signal });
  return { payload, status: ['listed', { count: payload.length }] };
}

async function control(
  RED: NodeAPI,
  operation: CallOrder['operation'],
  values: Values,
  { client, saved, signal }: Task,
): Promise<ActionResult> {
  const sound =
    operation === 'announce' ? await hostedSound(RED, saved, values.announcement, signal) : undefined;
  const order = orderOf(operation, values, saved, sound);
  const payload = await controlCall(client, values.callId, order, { signal });
  // a URL that the flow gave stays where it was
  const more = sound?.duration === undefined ? {} : { more: { announcement: sound } };
  return { payload, status: [operation], ...more };
}

function orderOf(
  operation: CallOrder['operation'],
  { sequence, number }: Values,
  saved: Saved,
  sound: Heard | undefined,
): CallOrder {
  switch (operation) {
    case 'startRecording':
    case 'stopRecording':
      return { operation, isAnnounced: savedFlag(saved, 'recordingAnnouncement', false) };
    case 'announce':
      return { operation, url: sound?.url };
    case 'dtmf':
      return { operation, sequence };
    case 'transfer':
      return { operation, number, isAttended: savedFlag(saved, 'attended', false) };
    default:
      return { operation };
  }
}
