import { invalidInput, isRecord } from '../../../sipgate/index';
import { savedChoice, savedText, type Saved } from '../node-config';
import { typedInput, type TypedInput } from '../resolve';

/** What is to be played, as the dialog or the message says it; `field` names the property in errors. */
export type Planned =
  | { readonly kind: 'nothing' }
  /** Checked where it is sent. */
  | { readonly kind: 'url'; readonly url: unknown }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly field: string }
  | { readonly kind: 'file'; readonly path: unknown; readonly field: string }
  | { readonly kind: 'text'; readonly text: unknown; readonly field: string };

/** What has to be made. */
export type PlannedSound = Exclude<Planned, { kind: 'nothing' | 'url' }>;

const NOTHING: Planned = { kind: 'nothing' };

/** What `announcement` is. */
export function sourceOf(saved: Saved): 'url' | 'file' | 'text' {
  return savedChoice(saved, 'announcementSource', ['url', 'file', 'text']);
}

/**
 * @param announcement what the property of the dialog is for this message
 * @param isOptional an empty field then stands for no announcement
 */
export function plannedInDialog(saved: Saved, announcement: unknown, isOptional: boolean): Planned {
  const field = 'announcement';
  if (announcement instanceof Uint8Array) return { kind: 'bytes', bytes: announcement, field };
  const source = sourceOf(saved);
  const isEmptyField = announcement === '' && typedInput(saved, field).type === 'str';
  const isAbsent = announcement === undefined || announcement === null || isEmptyField;
  if (isOptional && isAbsent) return NOTHING;
  if (source === 'file') return { kind: 'file', path: announcement, field };
  if (source === 'text') return { kind: 'text', text: announcement, field };
  return { kind: 'url', url: announcement };
}

/**
 * @param response `msg.response`, with one of `announcement`, `file` and `text`
 * @throws SipgateError `INVALID_INPUT` where there are more
 */
export function plannedInMessage(response: unknown): Planned {
  if (!isRecord(response)) return NOTHING; // whoever reads all of it says what is wrong
  const given = (['announcement', 'file', 'text'] as const).filter(
    (name) => response[name] !== undefined && response[name] !== null,
  );
  const [field, other] = given.length > 1 ? given.filter((name) => response[name] !== '') : given;
  if (other !== undefined)
    throw invalidInput(other, `stands beside \`${field}\``, 'Give one of `announcement`, `file` and `text`.');
  if (field === undefined) return NOTHING;
  const value = response[field];
  if (field === 'text') return { kind: 'text', text: value, field };
  if (value instanceof Uint8Array) return { kind: 'bytes', bytes: value, field };
  return field === 'file' ? { kind: 'file', path: value, field } : { kind: 'url', url: value };
}

/** @returns the text or file that is the same for all callers, so that it is made when the flow is deployed */
export function fixedIn(saved: Saved): TypedInput | undefined {
  const input = typedInput(saved, 'announcement');
  const isFixed =
    sourceOf(saved) !== 'url' && input.type === 'str' && savedText(saved, 'announcement') !== '';
  return isFixed ? input : undefined;
}
