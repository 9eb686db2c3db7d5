/** The one door of this room: what nodes, scripts and the simulator's types may use. */
export { SipgateError, invalidInput, describe } from './errors';
export type { SipgateErrorCode, SipgateErrorDetails } from './errors';
export { isExtension, isSipId } from './extension';
export { DEFAULT_COUNTRY, fromWire, parseE164, toDialTarget, toE164, toWire } from './phone-number';
export type { Country } from './phone-number';
