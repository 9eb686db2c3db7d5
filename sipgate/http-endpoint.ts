import type { WhenGone } from './exchanges';

/** Events are some hundred bytes; 64 KiB leaves room for a hundred users and none for an attack. */
export const MOST_BODY_BYTES = 64 * 1024;

/** What of a request is known before its body. Header values are as node's HTTP server gives them. */
export interface RequestHead {
  readonly method: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Address of the socket's other end. */
  readonly remoteAddress: string | undefined;
}

/** What goes back to the sender; a 204 has no body. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** The other end of a WebSocket. */
export interface Connection {
  /** Sends a text frame; nothing once the connection is closed. */
  send(text: string): void;
  /** @param code of RFC 6455, 7.4.1 */
  close(code: number): void;
}

/** Is told what comes over a WebSocket. */
export interface ConnectionPeer {
  receive(text: string): void;
  /** The connection is closed, whoever closed it. */
  end(): void;
}

/** Takes WebSockets without knowing a server. */
export interface SocketEndpoint {
  /** @returns why a connection is refused; `undefined` when it is welcome */
  admit(head: RequestHead): HttpAnswer | undefined;
  open(connection: Connection): ConnectionPeer;
}

/** Takes requests without knowing a server: bytes in, one answer out. Nothing of it throws or rejects. */
export interface HttpEndpoint {
  /** Of all its answers. */
  readonly contentType: string;
  /** @returns why a request is refused before its body is read; `undefined` when its body is wanted */
  admit(head: RequestHead): HttpAnswer | undefined;
  /**
   * Takes a whole request and hands its event to the flows.
   * @param whenGone tells when the sender's connection is lost
   */
  handle(head: RequestHead, body: Buffer, whenGone: WhenGone): Promise<HttpAnswer>;
  /** Takes a whole request while no flows run: a caller must not wait for them; what needs no answer they get later. */
  handleWithoutFlows(head: RequestHead, body: Buffer): Promise<HttpAnswer>;
  /** Refuses a request, e.g. one whose body grew too long. */
  refuse(status: number, reason: string): HttpAnswer;
  /** Where the same path takes WebSockets as well. */
  readonly sockets?: SocketEndpoint;
}
