import type { Node, NodeMessageInFlow } from 'node-red';
import { endWithError, toError } from './errors';
import type { NodeDisplay } from './status';

type Message = NodeMessageInFlow & Record<string, unknown>;

/** How a node answers the open request of a message. */
export interface Answering {
  readonly display: NodeDisplay;
  /** @returns what the status `answered` is filled with; what it throws goes to the Catch nodes */
  answer(message: Message): Promise<Readonly<Record<string, string>>>;
  /** The node is closed. */
  stop(): void;
}

/** Answers for each message, shows how it went, and passes the message on once the answer is out. */
export function answerEach(node: Node, { display, answer, stop }: Answering): void {
  node.on('input', (input, send, done) => {
    const fail = (thrown: unknown) =>
      endWithError({ node, show: display.showError, message: input, done }, thrown);
    answer(input as Message)
      .then((values) => {
        display.show('done', ['answered', values]);
        send(input);
        done();
      }, fail)
      // only a fault of the flow behind it gets here; unhandled, it would end Node-RED
      .catch((thrown: unknown) => node.error(toError(thrown).message));
  });
  node.on('close', (done: () => void) => {
    stop();
    display.stop();
    done();
  });
}
