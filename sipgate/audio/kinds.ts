/** A format of sound that ffmpeg can read, with the name that ffmpeg has for it. */
export interface ForeignFormat {
  readonly name: string;
  readonly ffmpegName: string;
}

/** What bytes are, by their beginning. */
export type ByteKind =
  | { readonly kind: 'foreign'; readonly format: ForeignFormat }
  /** No sound; in words that complete "got ...". */
  | { readonly kind: 'none'; readonly words: string };

type Signature = readonly [at: number, bytes: string, format: ForeignFormat];

const MP3 = { name: 'MP3', ffmpegName: 'mp3' };
const AAC = { name: 'AAC', ffmpegName: 'aac' };
/** What is in a WAV file and is no PCM; RIFX is WAV of machines that count from the other end. */
export const PACKED_WAV: ForeignFormat = { name: 'packed WAV', ffmpegName: 'wav' };

/** Bytes in Latin-1. Only what is written here ever gets to ffmpeg: it reads playlists, too, which name other files. */
const SIGNATURES: readonly Signature[] = [
  [0, 'ID3', MP3],
  [0, 'OggS', { name: 'Ogg', ffmpegName: 'ogg' }],
  [0, 'fLaC', { name: 'FLAC', ffmpegName: 'flac' }],
  [4, 'ftyp', { name: 'M4A or MP4', ffmpegName: 'mov' }],
  [0, 'RIFX', PACKED_WAV],
  [0, 'FORM', { name: 'AIFF', ffmpegName: 'aiff' }],
  [0, '.snd', { name: 'AU', ffmpegName: 'au' }],
  [0, 'caff', { name: 'CAF', ffmpegName: 'caf' }],
  [0, '#!AMR', { name: 'AMR', ffmpegName: 'amr' }],
  [0, '\x1a\x45\xdf\xa3', { name: 'WebM or Matroska', ffmpegName: 'matroska' }],
  [0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11', { name: 'WMA', ffmpegName: 'asf' }],
  [0, 'riff\x2e\x91\xcf\x11', { name: 'Wave64', ffmpegName: 'w64' }],
];

const OTHERS: readonly (readonly [at: number, bytes: string, words: string])[] = [
  [0, '%PDF', 'a PDF'],
  [0, '\x89PNG', 'a picture'],
  [0, '\xff\xd8\xff', 'a picture'],
  [0, 'GIF8', 'a picture'],
  [0, 'PK\x03\x04', 'a ZIP file'],
  [0, 'MThd', 'notes (MIDI) instead of sound'],
];

const LONGEST_BEGINNING = 256;

/** @returns what the bytes are: a sound for ffmpeg, or what else */
export function kindOf(bytes: Buffer): ByteKind {
  const start = bytes.toString('latin1', 0, LONGEST_BEGINNING);
  const isAt = (at: number, signature: string) => start.startsWith(signature, at);
  const format = SIGNATURES.find(([at, signature]) => isAt(at, signature))?.[2] ?? frameFormat(bytes);
  if (format) return { kind: 'foreign', format };
  const words = OTHERS.find(([at, signature]) => isAt(at, signature))?.[2] ?? wordsFor(bytes, start);
  return { kind: 'none', words };
}

/** MP3 and AAC as streams begin with a frame: eleven or twelve bits that are set, then version and layer. */
function frameFormat(bytes: Buffer): ForeignFormat | undefined {
  const [first = 0, second = 0, third = 0] = bytes;
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  const layer = (second >> 1) & 3;
  if ((second & 0xf6) === 0xf0) return AAC;
  const isFrame = layer !== 0 && (third & 0xf0) !== 0xf0 && (third & 0x0c) !== 0x0c;
  return isFrame ? MP3 : undefined;
}

function wordsFor(bytes: Buffer, start: string): string {
  if (bytes.length === 0) return 'nothing';
  const text = start.trimStart().toLowerCase();
  if (text.startsWith('<!doctype html') || text.startsWith('<html')) return 'a web page';
  const isText =
    /^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(start) && Buffer.from(start, 'latin1').equals(textOf(bytes));
  return isText ? 'a text' : `${bytes.length} bytes that are no sound`;
}

/** The beginning, as long as it is UTF-8. */
function textOf(bytes: Buffer): Buffer {
  const start = bytes.subarray(0, LONGEST_BEGINNING);
  return Buffer.from(start.toString('utf8')).subarray(0, start.length);
}
