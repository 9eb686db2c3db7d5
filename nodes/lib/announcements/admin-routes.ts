import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { NodeAPI } from 'node-red';
import { convertSound, invalidInput, speak } from '../../../sipgate/index';
import { addAdminRoute } from '../admin-routes';
import type { Saved } from '../node-config';
import { checkUrl, fetchSound } from './check-url';
import { answerDialog, fieldsOf } from './dialog-answer';
import { dialogVoice } from './dialog-voice';
import { fileSource, soundDirectory, textSource, type SoundSource } from './source';
import { findVoice, type VoiceNode } from './voice';

const FIELD = 'announcement';
const RATE_HZ = 8000;
/** Characters of a file's name that are kept. */
const LONGEST_NAME = 40;

/**
 * What the dialogs ask of an announcement: to listen to a text or file, to check a URL, and to keep a converted copy of what
 * is there. They read files and connect to servers, so they need the permission to change flows.
 */
export function registerAnnouncementRoutes(RED: NodeAPI): void {
  const mayChange = RED.auth.needsPermission('flows.write');
  addAdminRoute(RED, 'POST', '/announcements/listen', mayChange, (request, response) =>
    answerDialog(response, async (signal) => {
      const source = await sourceOf(RED, fieldsOf(request), signal);
      if (typeof source === 'string') return source;
      const { wav, duration } = await source.make(signal);
      return { wav: wav.toString('base64'), duration };
    }),
  );
  addAdminRoute(RED, 'POST', '/announcements/check', mayChange, (request, response) =>
    answerDialog(response, (signal) => checkUrl(fieldsOf(request)['url'], signal)),
  );
  addAdminRoute(RED, 'POST', '/announcements/copy', mayChange, (request, response) =>
    answerDialog(response, (signal) => keepCopy(RED, fieldsOf(request)['url'], signal)),
  );
}

/** @returns what is to be heard; `deployFirst` where a stored key would go elsewhere */
async function sourceOf(
  RED: NodeAPI,
  { source, announcement, voice, voiceFields }: Saved,
  signal: AbortSignal,
): Promise<SoundSource | 'deployFirst'> {
  if (source === 'file') return fileSource(RED, announcement, FIELD, signal);
  if (source !== 'text') throw invalidInput('source', 'must be text or file', 'Choose one of them.');
  const id = typeof voice === 'string' ? voice : '';
  if (voiceFields === undefined) return textSource(announcement, findVoice(RED, id), FIELD);
  const chosen = dialogVoice(RED, id, voiceFields);
  if (typeof chosen !== 'object') return 'deployFirst';
  const asked = { identity: () => '', speak: (text, ending) => speak(chosen, text, ending) } as VoiceNode;
  return textSource(announcement, asked, FIELD);
}

/**
 * Keeps a sound of the web as a file, in the format that sipgate plays.
 * @returns the path to write into the dialog
 */
async function keepCopy(
  RED: NodeAPI,
  url: unknown,
  signal: AbortSignal,
): Promise<{ path: string; duration: number }> {
  const { userDir = '' } = RED.settings as { userDir?: string };
  if (userDir === '')
    throw invalidInput(FIELD, 'cannot be kept, as this Node-RED has no user directory', 'Give a file.');
  const { bytes } = await fetchSound(url, signal);
  const { wav, duration } = await convertSound(bytes, { rate: RATE_HZ, field: FIELD, signal });
  const folder = join(userDir, 'sipgate-io', 'sounds');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${nameOf(String(url))}-${hashOf(wav)}.wav`);
  await writeFile(path, wav, { mode: 0o600 });
  const isBelow = soundDirectory(RED) === userDir;
  return { path: isBelow ? relative(userDir, path) : path, duration };
}

/** Nothing but letters, digits and hyphens of what the URL calls it. */
function nameOf(url: string): string {
  const last = new URL(url).pathname.split('/').pop() ?? '';
  const name = last.replace(/\.\w{1,5}$/, '').replace(/[^A-Za-z\d]+/g, '-');
  return name.slice(0, LONGEST_NAME) || 'sound';
}

function hashOf(wav: Buffer): string {
  return createHash('sha256').update(wav).digest('hex').slice(0, 8);
}
