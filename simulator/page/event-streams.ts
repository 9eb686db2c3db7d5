import type { ServerResponse } from 'node:http';
import type { Network } from '../network/network';
import type { TranscriptEntry } from '../network/transcript';

const MOST_CALLS_SHOWN = 5;
const MOST_UNREAD_BYTES = 4 * 1024 * 1024;

/** Server-sent events: the latest calls, then each entry of each call as it happens. */
export class EventStreams {
  readonly #network: Network;
  readonly #open = new Set<ServerResponse>();

  constructor(network: Network) {
    this.#network = network;
  }

  /** Starts a stream that lasts until the page goes away or `close` is called. */
  open(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const send = (entry: TranscriptEntry) => {
      // a page that does not read (a sleeping laptop) must not fill the memory; it will connect again
      if (response.writableLength > MOST_UNREAD_BYTES) response.destroy();
      else response.write(`data: ${JSON.stringify(entry)}\n\n`);
    };
    response.write(': the transcript of all calls\n\n');
    const latest = this.#network.calls.slice(-MOST_CALLS_SHOWN);
    latest.flatMap((call) => call.transcript).forEach(send);
    const stopListening = this.#network.onEntry(send);
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
