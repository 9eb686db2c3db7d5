import type { Node, NodeAPI, NodeMessage } from 'node-red';

/** A typedInput as a dialog saves it. */
export interface TypedInput {
  readonly value: unknown;
  readonly type: string;
}

/** @returns the typedInput of a property and its `<name>Type` sibling; an absent one is an empty text */
export function typedInput(saved: Readonly<Record<string, unknown>>, name: string): TypedInput {
  return { value: saved[name] ?? '', type: String(saved[`${name}Type`] ?? '') || 'str' };
}

/**
 * What a typedInput is for this message, found by Node-RED's own evaluator.
 * @throws whatever the evaluator says, e.g. of a wrong JSONata expression
 */
export function resolveInput(
  RED: NodeAPI,
  node: Node,
  input: TypedInput,
  message: NodeMessage,
): Promise<unknown> {
  if (input.type === 'str') return Promise.resolve(input.value);
  return new Promise((resolve, reject) => {
    RED.util.evaluateNodeProperty(String(input.value), input.type, node, message, (error, value) => {
      if (error) reject(error);
      else resolve(value);
    });
  });
}
