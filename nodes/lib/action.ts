import { setMaxListeners } from 'node:events';
import type { Node, NodeAPI, NodeDef, NodeMessageInFlow, NodeStatus } from 'node-red';
import { invalidInput, isCancelled, type SipgateClient } from '../../sipgate/index';
import { findAccount } from './account/account';
import { savedText, type Saved } from './node-config';
import { boundedWait } from './bounded-wait';
import { shortReason, toError } from './errors';
import { resolveField, typedInput, type Field, type TypedInput } from './resolve';
import { createStatusLine, timeOfDay } from './status';

/** A node with one input and one output that does something with an account. */
export interface Action<Name extends string> {
  /** The typedInputs, each with what counts when a flow holds nothing: an older flow, or one that a program wrote. */
  readonly inputs: Readonly<Record<Name, TypedInput>>;
  /** Those whose content must not stand in an error, such as the text of an SMS. */
  readonly confidential?: readonly NoInfer<Name>[];
  /** Those that are wanted; all by default. What a dialog still holds for another operation is nobody's business. */
  readonly takes?: (saved: Saved) => readonly NoInfer<Name>[];
  /** Does it. Whatever it throws goes to the Catch nodes. */
  readonly run: (values: Readonly<Partial<Record<NoInfer<Name>, unknown>>>, task: Task) => Promise<Outcome>;
}

/** What goes with one message. */
export interface Task {
  readonly client: SipgateClient;
  readonly saved: Saved;
  readonly node: Node;
  /** Aborts at a deploy. */
  readonly signal: AbortSignal;
  /** Shows how far it is: a text of the node's catalogue below `status`. */
  progress(text: StatusText): void;
  /** Has a failure shown with these words instead of its code. */
  showFailureAs(text: StatusText): void;
}

/** What came of it. */
export interface Outcome {
  /** Becomes `msg.payload`. */
  readonly payload: unknown;
  /** Is shown in green, with the time as `__time__`. */
  readonly status: StatusText;
}

/** A key below `status` in the catalogue of the node, and the values in it. */
export type StatusText = readonly [key: string, values?: Readonly<Record<string, string | number>>];

/** @returns the typedInput that is written `msg.to` in the node's help */
export const fromMessage = (property: string): TypedInput => ({ value: property, type: 'msg' });

/** The typedInput of a value that may be left out. */
export const EMPTY: TypedInput = { value: '', type: 'str' };

type Message = NodeMessageInFlow & Record<string, unknown>;

/**
 * Registers a node that does an action for each message: resolve its inputs, run, show, send, done.
 * Its catalogue holds, below `<type>.status`: `noAccount`, `running` (with `__count__`), and what the action shows.
 */
export function registerAction<Name extends string>(RED: NodeAPI, type: string, action: Action<Name>): void {
  function ActionNode(this: Node, saved: NodeDef & Record<string, unknown>): void {
    RED.nodes.createNode(this, saved);
    const display = createDisplay(RED, this, type);
    const stopping = new AbortController();
    setMaxListeners(0, stopping.signal); // as many as there are messages under way
    const pending = new Set<Promise<void>>();
    if (!findAccount(RED, savedText(saved, 'account'))) display.noAccount();

    this.on('input', (message, send, done) => {
      const work = perform(message as Message)
        .then(
          () => {
            send(message);
            done();
          },
          (thrown: unknown) => done(toCatch(this, thrown, message as Message)),
        )
        // only a fault of the flow behind it gets here; unhandled, it would end Node-RED
        .catch((thrown: unknown) => this.error(toError(thrown).message))
        .finally(() => pending.delete(work));
      pending.add(work);
    });

    const perform = async (message: Message): Promise<void> => {
      display.started();
      let failure: StatusText | undefined;
      try {
        const values = await valuesOf(RED, this, saved, action, message);
        const { payload, status } = await action.run(values, {
          client: clientOf(RED, saved),
          saved,
          node: this,
          signal: stopping.signal,
          progress: display.progress,
          showFailureAs: (text) => (failure = text),
        });
        message.payload = payload;
        display.succeeded(status);
      } catch (thrown) {
        display.failed(toError(thrown), failure);
        throw thrown;
      }
    };

    this.on('close', (done: () => void) => {
      stopping.abort();
      // what must come to its end, such as putting a sender back, does so before the next start
      void boundedWait(Promise.all(pending)).then(() => {
        display.stop();
        done();
      });
    });
  }

  RED.nodes.registerType(type, ActionNode);
}

/** @throws SipgateError `INVALID_INPUT` */
function clientOf(RED: NodeAPI, saved: Saved): SipgateClient {
  const id = savedText(saved, 'account');
  if (id === '') throw invalidInput('account', 'is missing', 'Choose an account in the node.');
  const account = findAccount(RED, id);
  if (!account) {
    throw invalidInput('account', 'is not there or switched off', 'Choose another one in the node.');
  }
  return account.client();
}

async function valuesOf<Name extends string>(
  RED: NodeAPI,
  node: Node,
  saved: Saved,
  { inputs, takes, confidential = [] }: Action<Name>,
  message: Message,
): Promise<Partial<Record<Name, unknown>>> {
  const values: Partial<Record<Name, unknown>> = {};
  for (const name of takes?.(saved) ?? (Object.keys(inputs) as Name[])) {
    const input = saved[name] === undefined ? inputs[name] : typedInput(saved, name);
    values[name] = await resolveField(
      RED,
      node,
      { name, input, ...concealment(name, confidential) },
      message,
    );
  }
  return values;
}

/** An expression for another input may stumble over the text of the SMS, too. */
function concealment(name: string, confidential: readonly string[]): Pick<Field, 'conceal'> {
  if (confidential.length === 0) return {};
  return { conceal: confidential.includes(name) ? 'all' : 'values' };
}

/** Readies message and error for a Catch node, which sees `msg.error.code`, and `msg.statusCode` as after a core `http request`. */
function toCatch(node: Node, thrown: unknown, message: Message): Error {
  const error = toError(thrown) as Error & { statusCode?: number };
  if (error.statusCode === undefined) delete message['statusCode'];
  else message['statusCode'] = error.statusCode;
  // While flows stop, the Catch nodes may be gone already, and nobody would learn of a call that was cut short.
  if (isCancelled(error)) node.warn(error.message);
  return error;
}

/** What a node shows: a yellow ring while it works, then how the last one ended. */
function createDisplay(RED: NodeAPI, node: Node, type: string) {
  const line = createStatusLine((status) => node.status(status));
  let running = 0;
  const show = (look: Pick<NodeStatus, 'fill' | 'shape'>, [key, values]: StatusText) => {
    const time = timeOfDay();
    const text = () => RED._(`${type}.status.${key}`, { ...values, time } as Record<string, string>);
    line.show(() => ({ ...look, text: text() }));
  };
  const showRunning = (text: StatusText = ['running', { count: running }]) =>
    show({ fill: 'yellow', shape: 'ring' }, text);
  const ended = (display: () => void) => {
    running -= 1;
    if (running === 0) display();
    else showRunning();
  };
  return {
    // an id alone is translated by the editor
    noAccount: () => line.show(() => ({ fill: 'red', shape: 'ring', text: `${type}.status.noAccount` })),
    started() {
      running += 1;
      showRunning();
    },
    progress: (text: StatusText) => showRunning([text[0], { count: running, ...text[1] }]),
    succeeded: ({ 0: key, 1: values }: StatusText) =>
      ended(() => show({ fill: 'green', shape: 'dot' }, [key, values])),
    failed: (error: Error, words?: StatusText) =>
      ended(() => {
        if (words) return show({ fill: 'red', shape: 'dot' }, words);
        const text = `${shortReason(error)} ${timeOfDay()}`;
        line.show(() => ({ fill: 'red', shape: 'dot', text }));
      }),
    stop() {
      line.stop();
      node.status({});
    },
  };
}
