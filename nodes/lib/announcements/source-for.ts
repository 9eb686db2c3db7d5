import type { NodeAPI } from 'node-red';
import { savedText, type Saved } from '../node-config';
import type { PlannedSound } from './planned';
import { bytesSource, fileSource, textSource, type SoundSource } from './source';
import { findVoice } from './voice';

/**
 * @param saved its `voice` speaks a text
 * @returns what a planned sound is made of
 * @throws SipgateError `INVALID_INPUT`, or `NOT_FOUND` for a file that is not there
 */
export async function sourceFor(
  RED: NodeAPI,
  saved: Saved,
  planned: PlannedSound,
  signal: AbortSignal,
): Promise<SoundSource> {
  switch (planned.kind) {
    case 'bytes':
      return bytesSource(planned.bytes, planned.field, signal);
    case 'file':
      return fileSource(RED, planned.path, planned.field, signal);
    case 'text':
      return textSource(planned.text, findVoice(RED, savedText(saved, 'voice')), planned.field);
  }
}
