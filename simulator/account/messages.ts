export interface SentSms {
  smsId: string;
  /** The default sender of the extension at the moment when the SMS was accepted. */
  sender: string;
  recipient: string;
  message: string;
  /** Unix seconds, only of a scheduled SMS. */
  sendAt?: number;
  /** When it was accepted, in ms since 1970. */
  acceptedAt: number;
}

export interface SentFax {
  sessionId: string;
  faxlineId: string;
  recipient: string;
  filename: string;
  content: Buffer;
  acceptedAt: number;
  /** Why the fax will end as FAILED; undefined: it will be SENT. */
  failure?: FaxFailure;
}

export type FaxFailure = 'unreachable' | 'brokenBase64' | 'noPdf' | 'formFields';

/** Times in ms, one after the other, counted from the moment when a fax was accepted. */
export interface FaxNetwork {
  /** So long the history does not know the fax yet and answers 404. */
  graceMs: number;
  pendingMs: number;
  sendingMs: number;
  /** Recipients (E.164 with `+`) where no fax ever gets through. */
  unreachable: RegExp;
}

/** `faxStatusType` of the history. */
export type FaxStatus = 'PENDING' | 'SENDING' | 'SENT' | 'FAILED';
