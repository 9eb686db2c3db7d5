import type { SimulatedAccount } from '../account/account';
import { addToHistory } from '../account/add-to-history';
import type { CallEntry, CallStatus, HistoryDirection } from '../account/history';
import { toneWav } from '../inbox/tone-wav';
import type { ActiveCall } from './call';
import { readable } from './script/numbers';
import type { CallResult } from './transcript';

const MS_PER_S = 1000;

/** Writes a call that is over into the account's history: one entry, however many legs it had. */
export function writeCallHistory(call: ActiveCall, result: CallResult): void {
  const { account } = call.events;
  const { script, answeredAtMs } = call;
  const durationS = answeredAtMs === undefined ? 0 : Math.round((Date.now() - answeredAtMs) / MS_PER_S);
  const common = {
    createdMs: call.startedAtMs,
    source: readable(script.from),
    target: readable(script.to),
    sourceAlias: script.direction === 'out' ? (script.user[0]?.name ?? '') : '',
    targetAlias: script.direction === 'in' ? (script.user[0]?.name ?? '') : '',
    connectionIds: [lineOf(account, script.extension)],
  };
  if (result.kind === 'voicemail') {
    addToHistory(account, {
      ...common,
      type: 'VOICEMAIL',
      direction: 'INCOMING',
      status: 'PICKUP',
      connectionIds: [mailboxOf(account, common.connectionIds[0])],
      transcription: script.message,
      durationS: Math.round(result.talkMs / MS_PER_S),
      recording: toneWav(Math.max(1, result.talkMs / MS_PER_S)),
    });
    return;
  }
  const wasAnswered = answeredAtMs !== undefined;
  addToHistory(account, {
    ...common,
    type: 'CALL',
    direction: directionOf(script.direction, wasAnswered),
    status: statusOf(result, wasAnswered),
    callId: call.origCallId,
    callStatus: callStatusOf(result, wasAnswered),
    durationS,
    recordings: call.recordings,
  });
}

function directionOf(direction: 'in' | 'out', wasAnswered: boolean): HistoryDirection {
  const name = direction === 'in' ? 'INCOMING' : 'OUTGOING';
  return wasAnswered ? name : `MISSED_${name}`;
}

/** A call that the webhook sent to a number of nobody in the account counts as forwarded. */
function statusOf(result: CallResult, wasAnswered: boolean): CallEntry['status'] {
  if (result.kind === 'busy' || (result.kind === 'rejected' && result.reason === 'busy')) return 'BUSY';
  if (!wasAnswered) return 'NOPICKUP';
  return result.kind === 'answered' && result.user === undefined ? 'FORWARD' : 'PICKUP';
}

function callStatusOf(result: CallResult, wasAnswered: boolean): CallStatus {
  if (wasAnswered) return 'SUCCESS';
  switch (result.kind) {
    case 'busy':
      return 'BUSY';
    case 'rejected':
    case 'hungUp':
      return 'REJECTED';
    case 'failed':
    case 'notFound':
      return 'FAILURE';
    default:
      return 'MISSED';
  }
}

/** The history knows lines, not devices. @returns the line of a device's user, or the extension itself */
function lineOf(account: SimulatedAccount, extension: string): string {
  const device = account.devices.find(({ id }) => id === extension);
  const line = account.phonelines.find(({ userId }) => userId === device?.userId);
  return line?.id ?? extension;
}

function mailboxOf(account: SimulatedAccount, line: string | undefined): string {
  const { voicemails } = account;
  const own = voicemails.find(({ endpoint }) => endpoint.extension === line) ?? voicemails[0];
  return own?.id ?? line ?? '';
}
