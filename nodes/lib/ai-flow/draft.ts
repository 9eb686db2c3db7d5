import type { Node, NodeAPI, NodeMessage } from 'node-red';
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

/** @returns what is to be answered, not yet checked: from the message itself, or from the dialog */
export async function draftOf(
  RED: NodeAPI,
  node: Node,
  saved: Saved,
  message: NodeMessage & Record<string, unknown>,
): Promise<unknown> {
  const action = savedText(saved, 'action', 'speak') || 'speak';
  if (action === 'msg') return message['response'];
  const draft: Record<string, unknown> = { action };
  for (const name of propertiesOf(action, saved)) {
    const computed = COMPUTED[name];
    const input = computed && saved[name] === undefined ? computed : typedInput(saved, name);
    const field = { name, input, ...(action === 'sms' ? { conceal: concealment(name) } : {}) };
    draft[name] = computed ? await resolveField(RED, node, field, message) : fixed(saved, name);
  }
  return draft;
}

/** The text of an SMS must not stand in an error; an expression for its number may stumble over it, too. */
function concealment(name: string): Field['conceal'] {
  return name === 'text' ? 'all' : 'values';
}

/** @throws SipgateError `INVALID_INPUT` for a variable that is not set */
function fixed(saved: Saved, name: string): unknown {
  const value = saved[name];
  if (typeof value === 'string') refuseUnsetVariable(value, name);
  return value;
}
