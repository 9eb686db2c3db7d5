import type { ServerResponse } from 'node:http';
const MOST_UNREAD_BYTES = 4 * 1024 * 1024;

/** Calls or conversations that a page follows. */
export interface EntrySource {
  /** What a page that has just been opened is told. */
  latest(): readonly object[];
  /** @returns what ends it */
  onEntry(listener: (entry: object) => void): () => void;
}

/** Server-sent events: the latest entries, then each one as it happens. */
export class EventStreams {
  readonly #source: EntrySource;
  readonly #open = new Set<ServerResponse>();

  constructor(source: EntrySource) {
    this.#source = source;
  }

  /** Starts a stream that lasts until the page goes away or `close` is called. */
  open(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const send = (entry: object) => {
      // a page that does not read (a sleeping laptop) must not fill the memory; it will connect again
      if (response.writableLength > MOST_UNREAD_BYTES) response.destroy();
      else response.write(`data: ${JSON.stringify(entry)}\n\n`);
    };
    response.write(': what has happened, and what happens\n\n');
    this.#source.latest().forEach(send);
    const stopListening = this.#source.onEntry(send);
    this.#open.add(response);
    response.on('error', () => response.destroy());
    response.on('close', () => {
      stopListening();
      this.#open.delete(response);
    });
  }

  /** Ends all streams. */
  close(): void {
    for (const response of this.#open) response.end();
  }
}
