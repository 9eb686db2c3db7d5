export interface SimulatedContact {
  id: string;
  /** Whose it is. Others see it only when it is SHARED. */
  userId: string;
  scope: 'PRIVATE' | 'SHARED';
  name: string;
  /** `family` and `given` are kept but never given back, as on the platform. */
  family: string;
  given: string;
  picture: string | null;
  emails: { email: string; type: string[] }[];
  numbers: { number: string; type: string[] }[];
  addresses: ContactAddress[];
  organization: string[][];
}

export interface ContactAddress {
  poBox: string;
  extendedAddress: string;
  streetAddress: string;
  locality: string;
  region: string;
  postalCode: string;
  country: string;
}
