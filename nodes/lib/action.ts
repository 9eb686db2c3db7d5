import { setMaxListeners } from 'node:events';
import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { invalidInput, type SipgateClient } from '../../sipgate/index';
import { findAccount } from './account/running-accounts';
import { waitAtMost } from './bounded-wait';
import { endWithError, toError } from './errors';
import { savedText, type Saved } from './node-config';
import { resolveField, typedInput, type Field, type TypedInput } from './resolve';
import { isPretended } from './telephone/call-context';
import { pretendClient } from './telephone/pretend-client';
import { createDisplay, type NodeDisplay, type StatusText } from './status';

export type { StatusText } from './status';

/** A node with one input and one output that does something with an account. */
export interface Action<Name extends string> {
  /** The typedInputs, each with what counts when a flow holds nothing: an older flow, or one that a program wrote. */
  readonly inputs: Readonly<Record<Name, TypedInput>>;
  /** Those whose content must not stand in an error, such as the text of an SMS. */
  readonly confidential?: readonly NoInfer<Name>[];
  /** Those that are wanted; all by default. What a dialog still holds for another operation is nobody's business. */
  readonly takes?: (saved: Saved) => readonly NoInfer<Name>[];
  /**
   * Whether it only acts as if, for messages of a call test that is to send nothing. Its catalogue then holds
   * `<type>.status.pretended`.
   */
  readonly pretends?: boolean;
  /** Is called when a node starts. */
  readonly onStart?: (start: NodeStart) => void;
  /** Does it. Whatever it throws goes to the Catch nodes. */
  readonly run: (
    values: Readonly<Partial<Record<NoInfer<Name>, unknown>>>,
    task: Task,
  ) => Promise<ActionResult>;
}

/** A node that starts. */
export interface NodeStart {
  readonly node: Node;
  readonly saved: Saved;
  readonly display: NodeDisplay;
  /** Aborts when the node stops. */
  readonly signal: AbortSignal;
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
export interface ActionResult {
  /** Becomes `msg.payload`. */
  readonly payload: unknown;
  /** Is shown in green, with the time as `__time__`. */
  readonly status: StatusText;
  /** Further properties of the message. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** @returns the typedInput that is written `msg.to` in the node's help */
export const fromMessage = (property: string): TypedInput => ({ value: property, type: 'msg' });

/** The typedInput of a value that may be left out. */
export const EMPTY: TypedInput = { value: '', type: 'str' };

type Message = NodeMessageInFlow & Record<string, unknown>;

/** One node of a flow. */
interface Running<Name extends string> {
  readonly RED: NodeAPI;
  readonly node: Node;
  readonly saved: Saved;
  readonly action: Action<Name>;
  readonly progress: ProgressDisplay;
  readonly signal: AbortSignal;
}

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
    const progress = createProgressDisplay(display);
    const running = { RED, node: this, saved, action, progress, signal: stopping.signal };
    if (!findAccount(RED, saved['account'])) display.showUntimed('notSetUp', 'noAccount');

    action.onStart?.({ node: this, saved, display, signal: stopping.signal });

    this.on('input', (message, send, done) => {
      const work = handle(running, message as Message, send, done)
        // only a fault of the flow behind it gets here; unhandled, it would end Node-RED
        .catch((thrown: unknown) => this.error(toError(thrown).message))
        .finally(() => pending.delete(work));
      pending.add(work);
    });

    this.on('close', (done: () => void) => {
      stopping.abort();
      // what must come to its end, such as putting a sender back, does so before the next start
      void waitAtMost(Promise.all(pending)).then(() => {
        display.stop();
        this.status({});
        done();
      });
    });
  }

  RED.nodes.registerType(type, ActionNode);
}

async function handle<Name extends string>(
  running: Running<Name>,
  message: Message,
  send: (message: Message) => void,
  done: (error?: Error) => void,
): Promise<void> {
  const { node, progress } = running;
  let failure: StatusText | undefined;
  progress.started();
  try {
    const { payload, status, more } = await perform(running, message, (text) => (failure = text));
    Object.assign(message, more, { payload });
    progress.succeeded(status);
  } catch (thrown) {
    return endWithError({ node, show: (error) => progress.failed(error, failure), message, done }, thrown);
  }
  send(message);
  done();
}

async function perform<Name extends string>(
  { RED, node, saved, action, progress, signal }: Running<Name>,
  message: Message,
  showFailureAs: (text: StatusText) => void,
): Promise<ActionResult> {
  const values = await valuesOf(RED, node, saved, action, message);
  const client = clientOf(RED, saved);
  const task = { saved, node, signal, progress: progress.progress, showFailureAs };
  if (!action.pretends || !isPretended(message)) return action.run(values, { ...task, client });
  const sender = (values as Readonly<Record<string, unknown>>)['sender'];
  const result = await action.run(values, { ...task, client: pretendClient(client, sender) });
  return { ...result, status: ['pretended'] };
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
    const field = { name, input, ...concealment(name, confidential) };
    values[name] = await resolveField(RED, node, field, message);
  }
  return values;
}

/** An expression for another input may stumble over the text of the SMS, too. */
function concealment(name: string, confidential: readonly string[]): Pick<Field, 'conceal'> {
  if (confidential.length === 0) return {};
  return { conceal: confidential.includes(name) ? 'all' : 'values' };
}

interface ProgressDisplay {
  started(): void;
  progress(text: StatusText): void;
  succeeded(text: StatusText): void;
  failed(error: Error, words?: StatusText): void;
}

/** A yellow ring while messages are under way, then how the last one ended. */
function createProgressDisplay(display: NodeDisplay): ProgressDisplay {
  let count = 0;
  const showRunning = ([key, values]: StatusText = ['running']) =>
    display.show('working', [key, { count, ...values }]);
  const ended = (show: () => void) => {
    count -= 1;
    if (count === 0) show();
    else showRunning();
  };
  return {
    started() {
      count += 1;
      showRunning();
    },
    progress: showRunning,
    succeeded: (text) => ended(() => display.show('done', text)),
    failed: (error, words) => ended(() => (words ? display.show('failed', words) : display.showError(error))),
  };
}
