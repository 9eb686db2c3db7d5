import type { Node, NodeAPI, NodeMessage } from 'node-red';
import { invalidInput } from '../../sipgate/index';
import { refuseUnsetVariable } from './node-config';

/** A typedInput as a dialog saves it. */
export interface TypedInput {
  readonly value: unknown;
  readonly type: string;
}

/** A typedInput with the property it stands for. */
export interface Field {
  readonly name: string;
  readonly input: TypedInput;
  /** What must not stand in an error: `all` that the evaluator says, or the `values` that it stumbled over. */
  readonly conceal?: 'all' | 'values';
}

/** @returns the typedInput of a property and its `<name>Type` sibling; an absent one is an empty text */
export function typedInput(saved: Readonly<Record<string, unknown>>, name: string): TypedInput {
  const type = saved[`${name}Type`];
  return { value: saved[name] ?? '', type: typeof type === 'string' && type !== '' ? type : 'str' };
}

/**
 * What a typedInput is for this message, found by Node-RED's own evaluator.
 * @throws SipgateError `INVALID_INPUT` that names the field, e.g. for a wrong JSONata expression
 */
export async function resolveField(
  RED: NodeAPI,
  node: Node,
  { name, input, conceal }: Field,
  message: NodeMessage,
): Promise<unknown> {
  if (input.type === 'str') {
    if (typeof input.value === 'string') refuseUnsetVariable(input.value, name);
    return input.value;
  }
  try {
    return await resolveInput(RED, node, input, message);
  } catch (thrown) {
    // a path through something that is not there, `msg.payload.callId` without a payload, leads to nothing
    if (input.type === 'msg' && thrown instanceof TypeError) return undefined;
    // the evaluator quotes what it stumbled over
    const isHidden = conceal === 'all' || (conceal === 'values' && quotesValue(thrown));
    const why = isHidden ? '' : ` (${messageOf(thrown)})`;
    throw invalidInput(
      name,
      `could not be read from its ${input.type} value${why}`,
      'Correct it in the node.',
    );
  }
}

/** @returns whether JSONata tells what it stumbled over in the message; codes with S are of the expression itself */
function quotesValue(thrown: unknown): boolean {
  const { value, code } = (thrown ?? {}) as { value?: unknown; code?: unknown };
  return value !== undefined && !String(code).startsWith('S');
}

/** JSONata throws plain objects. */
function messageOf(thrown: unknown): string {
  const message = (thrown as { message?: unknown } | undefined)?.message ?? thrown;
  return String(message).slice(0, 200);
}

function resolveInput(RED: NodeAPI, node: Node, input: TypedInput, message: NodeMessage): Promise<unknown> {
  return new Promise((resolve, reject) => {
    RED.util.evaluateNodeProperty(String(input.value), input.type, node, message, (error, value) => {
      if (error) reject(error);
      else resolve(value);
    });
  });
}
