import type { Node, NodeAPI, NodeMessage } from 'node-red';
import { lazy } from '../../../sipgate/index';
import { refuseUnsetVariable, savedText, type Saved } from '../node-config';
import { resolveField, typedInput, type Field, type TypedInput } from '../resolve';

const EMPTY: TypedInput = { value: '', type: 'str' };
const PAYLOAD: TypedInput = { value: 'payload', type: 'msg' };

/** The properties that a flow may compute, each with what counts where a flow holds nothing. */
const COMPUTED: Readonly<Record<string, TypedInput>> = {
  text: PAYLOAD,
  audio: PAYLOAD,
  number: EMPTY,
  callerIdName: EMPTY,
  callerIdNumber: EMPTY,
};

const BARGE_IN = ['bargeInStrategy', 'bargeInCharacters', 'bargeInAfter'];
const TRANSFER = ['number', 'callerIdName', 'callerIdNumber', 'transferTimeout'];
const SPEAK = ['text', 'ssml', 'ttsProvider', ...BARGE_IN, 'inputTimeout', 'silence', 'interrupt', 'then'];
const VOICE = ['ttsLanguage', 'ttsVoice'];

/** Which properties an action takes; what a dialog still holds of another action is nobody's business. */
function propertiesOf(action: string, saved: Saved): readonly string[] {
  switch (action) {
    case 'speak':
      return [
        ...SPEAK,
        ...(savedText(saved, 'ttsProvider') === '' ? [] : VOICE),
        ...(savedText(saved, 'then') === 'transfer' ? TRANSFER : []),
      ];
    case 'audio':
      return ['audio', ...BARGE_IN];
    case 'transfer':
      return TRANSFER;
    case 'mixAudio':
      return saved['stop'] === true || saved['stop'] === 'true' ? ['stop'] : ['audio', 'volume'];
    case 'transcription':
      return ['sttProvider', 'languages', 'vocabulary', 'silence'];
    case 'sms':
      return ['number', 'text'];
    default:
      return [];
  }
}

/** Makes what is to be answered to one message, not yet checked. */
export type MakeDraft = (message: NodeMessage & Record<string, unknown>) => Promise<unknown>;

/** @returns what makes drafts from the message itself, or from the dialog: of that, what no message changes is read once */
export function createDraft(RED: NodeAPI, node: Node, saved: Saved): MakeDraft {
  const readOnce = lazy(() => readDialog(saved));
  return async (message) => {
    const dialog = readOnce();
    if (dialog === 'msg') return message['response'];
    const draft: Record<string, unknown> = Object.assign({}, dialog.fixed);
    for (const field of dialog.computed) draft[field.name] = await resolveField(RED, node, field, message);
    return draft;
  };
}

/** What a dialog holds of its action: as it is, and to be found out for each message. */
interface Dialog {
  readonly fixed: Readonly<Record<string, unknown>>;
  readonly computed: readonly Field[];
}

/** The text of an SMS must not stand in an error; an expression for its number may stumble over it, too. */
function concealment(name: string): Field['conceal'] {
  return name === 'text' ? 'all' : 'values';
}

/** @throws SipgateError `INVALID_INPUT` for a variable that is not set */
function readDialog(saved: Saved): Dialog | 'msg' {
  const action = savedText(saved, 'action', 'speak') || 'speak';
  if (action === 'msg') return 'msg';
  const fixed: Record<string, unknown> = { action };
  const computed: Field[] = [];
  for (const name of propertiesOf(action, saved)) {
    const value = saved[name];
    const fallback = COMPUTED[name];
    if (fallback) {
      const input = value === undefined ? fallback : typedInput(saved, name);
      computed.push({ name, input, ...(action === 'sms' ? { conceal: concealment(name) } : {}) });
    } else if (isGiven(value)) fixed[name] = givenIn(value, name);
  }
  return { fixed, computed };
}

/** What is left empty is the same as what is not there. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function givenIn(value: unknown, name: string): unknown {
  if (typeof value === 'string') refuseUnsetVariable(value, name);
  return value;
}
