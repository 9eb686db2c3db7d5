import type { NodeAPI, NodeDef } from 'node-red';
import { speak, type Voice } from '../sipgate/index';
import { registerAnnouncementRoutes } from './lib/announcements/admin-routes';
import type { VoiceNode } from './lib/announcements/voice';
import { readVoiceConfig } from './lib/announcements/voice-config';
import { registerVoiceRoutes } from './lib/announcements/voice-routes';
import { toError } from './lib/errors';
import { savedText, type Saved } from './lib/node-config';

interface SavedVoiceNode extends VoiceNode {
  readonly credentials: { apiKey: unknown };
  /** What its dialog saved. */
  saved: Saved;
}

export = (RED: NodeAPI): void => {
  function SipgateVoice(this: SavedVoiceNode, saved: NodeDef & Record<string, unknown>): void {
    RED.nodes.createNode(this, saved);
    const read = (): Voice => readVoiceConfig(saved, savedText({ ...this.credentials }, 'apiKey'));
    Object.assign(this, {
      saved,
      identity: () => identityOf(read()),
      speak: (text: string, signal?: AbortSignal) => speak(read(), text, signal),
    } satisfies Pick<SavedVoiceNode, 'saved' | 'identity' | 'speak'>);
    try {
      read();
    } catch (thrown) {
      this.error(toError(thrown).message);
    }
  }

  RED.nodes.registerType('sipgate-voice', SipgateVoice, {
    credentials: { apiKey: { type: 'password' } },
  });
  registerVoiceRoutes(RED);
  registerAnnouncementRoutes(RED);
};

/** Without its key and its patience: they change nothing of what is heard. */
function identityOf({ engine, language, name, speed }: Voice): string {
  const { apiKey: _apiKey, ...heard } = { apiKey: '', ...engine };
  return JSON.stringify([heard, language, name, speed]);
}
