/** What the scripts of the dialogs share. They reach it as the global `sipgateEditor`. */
export { countSegments } from '../../../sipgate/areas/sms/segments';
export * as account from './account';
export { announcementRows, type AnnouncementRows } from './announcement';
export * as check from './checks';
export { choices } from './choices';
export { showCountry } from './country';
export { current, field, open, revalidate, saved, showRows, typed, whileTyping, written } from './fields';
export * as listening from './listening';
export { offer } from './offer';
export { advice, copy, showHints, warning, type Hint } from './page';
export {
  aiFlowCountries,
  countryOf,
  dialTargets,
  messageNumbers,
  phoneNumber,
  redirectTargets,
  webhookCountries,
} from './phone-numbers';
export { request, type RouteAnswer } from './requests';
export { list, text } from './texts';
export { playWav } from './listen';
export { obstacles, parseUrl, randomPath, randomWord } from './urls';
export { fieldsInDialog, refusalOf } from './voice';
