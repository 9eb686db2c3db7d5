import type { SimulatedAccount } from '../account/account';
import { addToHistory } from '../account/add-to-history';
import { textPdf } from './text-pdf';
import { toneWav } from './tone-wav';

/** Something that comes in from outside. Numbers are E.164 with `+`, or `anonymous`. */
interface Incoming {
  readonly from: string;
  /** The extension that gets it; default the account's first one of the kind. */
  readonly extension?: string;
  /** When it came, ms since 1970; default now. */
  readonly createdMs?: number;
}

export interface IncomingSms extends Incoming {
  readonly text: string;
}

export interface IncomingFax extends Incoming {
  /** A PDF; default one that is made of `text`. */
  readonly document?: Buffer;
  readonly text?: string;
}

export interface IncomingVoicemail extends Incoming {
  readonly transcription: string;
  /** A WAV; default a tone. */
  readonly recording?: Buffer;
  /** Default 3. */
  readonly durationS?: number;
}

const DEFAULT_DURATION_S = 3;
const COMMON = { direction: 'INCOMING', sourceAlias: '', status: 'PICKUP' } as const;

/** Puts an SMS into the history. @returns the id of its entry */
export function receiveSms(account: SimulatedAccount, sms: IncomingSms): string {
  const { id, alias } = extensionOf(account.smsExtensions, sms.extension);
  return addToHistory(account, {
    ...COMMON,
    ...common(account, sms, id, alias),
    type: 'SMS',
    text: sms.text,
  });
}

/** Puts a fax with its document into the history. @returns the id of its entry */
export function receiveFax(account: SimulatedAccount, fax: IncomingFax): string {
  const receiving = account.faxlines.filter(({ canReceive }) => canReceive);
  const { id, alias } = extensionOf(receiving, fax.extension);
  return addToHistory(account, {
    ...COMMON,
    ...common(account, fax, id, alias),
    type: 'FAX',
    faxStatus: 'SENT',
    pageCount: 1,
    document: fax.document ?? textPdf(fax.text ?? ''),
  });
}

/** Puts a voicemail with its recording into the history. @returns the id of its entry */
export function receiveVoicemail(account: SimulatedAccount, voicemail: IncomingVoicemail): string {
  const { id, alias } = extensionOf(account.voicemails, voicemail.extension);
  const { transcription, durationS = DEFAULT_DURATION_S } = voicemail;
  return addToHistory(account, {
    ...COMMON,
    ...common(account, voicemail, id, alias),
    type: 'VOICEMAIL',
    transcription,
    durationS,
    recording: voicemail.recording ?? toneWav(durationS),
  });
}

function common(account: SimulatedAccount, incoming: Incoming, extension: string, alias: string) {
  const number = account.numbers.find(({ endpointId }) => endpointId === extension)?.number;
  return {
    source: incoming.from,
    target: number ?? account.numbers[0]?.number ?? '',
    targetAlias: alias,
    connectionIds: [extension],
    ...(incoming.createdMs === undefined ? {} : { createdMs: incoming.createdMs }),
  };
}

/** Throws TypeError when the account has no such extension. */
function extensionOf<T extends { readonly id: string; readonly alias: string }>(
  extensions: readonly T[],
  wanted: string | undefined,
): T {
  const found = wanted === undefined ? extensions[0] : extensions.find(({ id }) => id === wanted);
  if (found !== undefined) return found;
  const known = extensions.map(({ id }) => id).join(', ') || 'none';
  throw new TypeError(`extension must be one of the account's (${known}), got ${JSON.stringify(wanted)}`);
}
