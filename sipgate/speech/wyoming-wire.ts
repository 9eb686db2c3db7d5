import { isRecord, parseJson } from '../json';

/** One event of the Wyoming protocol: a line of JSON, more JSON where the line says so, bytes where it says so. */
export interface WyomingEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly payload: Buffer;
}

/** Characters of a line, and bytes of the JSON behind it: the list of all voices is the longest. */
const LONGEST_HEADER = 4 * 1024 * 1024;
const LINE_END = 0x0a;

/** Takes bytes as they come. @throws Error for what is no event */
export interface WyomingReader {
  /** @returns the events that are complete now */
  add(chunk: Buffer): WyomingEvent[];
}

/** @param mostPayload bytes of one event */
export function createWyomingReader(mostPayload: number): WyomingReader {
  const kept = createByteQueue();
  let header: Header | undefined;
  const next = (): WyomingEvent | undefined => {
    if (header === undefined) {
      const line = kept.takeLine();
      if (line === undefined) return undefined;
      header = readHeader(line, mostPayload);
    }
    const { type, data, dataLength, payloadLength } = header;
    if (kept.length < dataLength + payloadLength) return undefined;
    const more = parseJson(kept.take(dataLength).toString());
    header = undefined;
    return { type, data: isRecord(more) ? { ...data, ...more } : data, payload: kept.take(payloadLength) };
  };
  return {
    add(chunk) {
      kept.add(chunk);
      const events: WyomingEvent[] = [];
      for (let event = next(); event !== undefined; event = next()) events.push(event);
      return events;
    },
  };
}

interface Header {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly dataLength: number;
  readonly payloadLength: number;
}

function readHeader(line: string, mostPayload: number): Header {
  const header = parseJson(line);
  if (!isRecord(header) || typeof header['type'] !== 'string') throw new Error('a line without a type');
  return {
    type: header['type'],
    data: isRecord(header['data']) ? header['data'] : {},
    dataLength: lengthIn(header, 'data_length', LONGEST_HEADER),
    payloadLength: lengthIn(header, 'payload_length', mostPayload),
  };
}

function lengthIn(header: Record<string, unknown>, name: string, most: number): number {
  const length = header[name] ?? 0;
  if (typeof length === 'number' && Number.isInteger(length) && length >= 0 && length <= most) return length;
  throw new Error(`${name} is out of bounds`);
}

/** Chunks, joined only where somebody takes what lies in several of them: bytes are copied once. */
function createByteQueue() {
  let chunks: Buffer[] = [];
  let length = 0;
  const joined = (): Buffer => {
    const all = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    chunks = [all];
    return all;
  };
  return {
    get length() {
      return length;
    },
    add(chunk: Buffer): void {
      chunks.push(chunk);
      length += chunk.length;
    },
    take(count: number): Buffer {
      const all = joined();
      chunks = [all.subarray(count)];
      length -= count;
      return all.subarray(0, count);
    },
    /** @returns the next line without its end; `undefined` where it is not complete. @throws Error for an endless one */
    takeLine(): string | undefined {
      const latest = chunks.at(-1);
      if (latest?.includes(LINE_END)) {
        const line = this.take(joined().indexOf(LINE_END) + 1);
        return line.toString();
      }
      if (length > LONGEST_HEADER) throw new Error('a line without an end');
      return undefined;
    },
  };
}
