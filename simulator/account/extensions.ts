export interface SimulatedUser {
  id: string;
  firstname: string;
  lastname: string;
  email: string;
  defaultDevice: string;
  admin: boolean;
}

/** Something with an extension that belongs to a user. */
export interface Extension {
  id: string;
  alias: string;
  userId: string;
}

export interface SimulatedDevice extends Extension {
  /** `APP`: the new platform shows it to those who ask for it, the classic one does not have it. */
  type: 'REGISTER' | 'MOBILE' | 'EXTERNAL' | 'APP';
  online: boolean;
  dnd: boolean;
}

export interface SimulatedGroup {
  id: string;
  alias: string;
  userIds: string[];
}

/** A fax line belongs to a user or to a group. */
export interface SimulatedFaxline {
  id: string;
  alias: string;
  owner: { userId: string } | { groupId: string };
  tagline: string;
  canSend: boolean;
  canReceive: boolean;
}

export interface SimulatedSmsExtension extends Extension {
  callerIds: SmsCallerId[];
}

/** A number that an SMS can come from. One at most is the default; without any, sipgate sends as `sipgate`. */
export interface SmsCallerId {
  id: number;
  phonenumber: string;
  verified: boolean;
  defaultNumber: boolean;
}

export interface SimulatedVoicemail {
  id: string;
  alias: string;
  endpoint: { extension: string; type: 'PHONELINE' | 'GROUP' };
}

export interface SimulatedNumber {
  id: string;
  number: string;
  localized: string;
  type: 'MOBILE' | 'LANDLINE' | 'QUICKDIAL' | 'INTERNATIONAL';
  /** The extension that the number rings; empty: it is not routed. */
  endpointId: string;
}
