import { readable } from '../network/script/numbers';
import { ACTION_NAMES, type ActionField } from './conversation-test';

/** What an AI flow orders, in the words of `msg.response`. */
export type GivenAction = Readonly<Partial<Record<ActionField, unknown>>> & { readonly action: string };

/** @returns the actions in an answer of an AI flow; none where it holds none */
export function actionsIn(body: string): GivenAction[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return [];
  }
  const actions: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return actions.filter(isAction).map(givenAction);
}

interface WireFields extends Readonly<Record<string, unknown>> {
  readonly type: string;
}

function isAction(value: unknown): value is WireFields {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

function givenAction(wire: WireFields): GivenAction {
  const action = ACTION_NAMES[wire.type] ?? wire.type;
  switch (wire.type) {
    case 'speak':
      return { action, text: wire['text'] ?? wire['ssml'] };
    case 'send_sms':
      return { action, number: numberOf(wire['phone_number']), text: wire['message'] };
    case 'transfer':
      return {
        action,
        number: numberOf(wire['target_phone_number']),
        callerIdName: wire['caller_id_name'],
        callerIdNumber: numberOf(wire['caller_id_number']),
      };
    default:
      return { action };
  }
}

function numberOf(value: unknown): string {
  return readable(String(value ?? ''));
}
