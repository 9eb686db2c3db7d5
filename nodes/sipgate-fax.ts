import type { NodeAPI } from 'node-red';
import { faxStatus, sendFax, waitForFax, type FaxStatus } from '../sipgate/index';
import {
  EMPTY,
  fromMessage,
  registerAction,
  type ActionResult,
  type StatusText,
  type Task,
} from './lib/action';
import { savedChoice, savedCount, savedFlag, type Saved } from './lib/node-config';

const SENDING = ['to', 'file', 'filename', 'faxlineId'] as const;

/** Nobody waits longer for a fax than a day, and a timer holds no more than 24 days. */
const LONGEST_WAIT_S = 86_400;
const DEFAULT_WAIT_S = 600;

type Values = Partial<Record<(typeof SENDING)[number] | 'sessionId', unknown>>;

export = (RED: NodeAPI): void =>
  registerAction(RED, 'sipgate-fax', {
    pretends: true,
    inputs: {
      to: fromMessage('to'),
      file: fromMessage('payload'),
      filename: fromMessage('filename'),
      faxlineId: EMPTY,
      sessionId: fromMessage('payload.sessionId'),
    },
    takes: (saved) => (operationOf(saved) === 'send' ? SENDING : ['sessionId']),
    run: (values, task) => (operationOf(task.saved) === 'send' ? send(values, task) : look(values, task)),
  });

function operationOf(saved: Saved): 'send' | 'status' {
  return savedChoice(saved, 'operation', ['send', 'status']);
}

async function look({ sessionId }: Values, { client, signal }: Task): Promise<ActionResult> {
  const found = await faxStatus(client, sessionId, { signal });
  return { payload: found, status: ['looked', { status: found.status }] };
}

async function send({ to, file, filename, faxlineId }: Values, task: Task): Promise<ActionResult> {
  const { client, signal, saved } = task;
  const wait = savedFlag(saved, 'wait', false);
  const seconds = savedCount(saved, 'waitTimeout', {
    fallback: DEFAULT_WAIT_S,
    least: 1,
    most: LONGEST_WAIT_S,
  });
  const accepted = await sendFax(client, { to, file, filename, faxlineId }, { signal });
  if (!wait) return { payload: accepted, status: ['accepted'] };
  task.progress(['queued']);
  const onStatus = (status: FaxStatus) => {
    if (status === 'FAILED') task.showFailureAs(['failed']);
    else if (status !== 'SENT') task.progress(progressOf(status));
  };
  const sent = await waitForFax(client, accepted.sessionId, { signal, timeout: seconds * 1000, onStatus });
  return { payload: sent, status: ['sent'] };
}

function progressOf(status: FaxStatus): StatusText {
  if (status === 'SENDING') return ['sending'];
  return status === 'PENDING' || status === 'SCHEDULED' ? ['queued'] : ['looked', { status }];
}
