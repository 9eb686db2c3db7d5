import type { NodeAPI } from 'node-red';
import { isRecord, type Voice } from '../../../sipgate/index';
import { savedText, type Saved } from '../node-config';
import { readVoiceConfig } from './voice-config';

/** Node-RED never gives a password back to the editor: this is what stands in the field of a stored one. */
const STORED = '__PWRD__';

/** A deployed `sipgate-voice`. */
interface DeployedVoice {
  readonly type: string;
  readonly saved: Saved;
  readonly credentials?: { readonly apiKey?: unknown };
}

/**
 * The voice that a dialog asks with: as its fields say, also before the first deploy; without them the deployed one.
 * A stored key only ever goes where the deployed voice sends it: otherwise whoever may change flows could have it sent to a
 * server of their own and read it there.
 * @param id of the voice, deployed or not
 * @param fields what stands in the dialog; `undefined` for what is deployed
 * @returns `undefined` where nothing is known of it; `deployFirst` where the stored key would go elsewhere
 * @throws SipgateError `INVALID_INPUT`
 */
export function dialogVoice(RED: NodeAPI, id: string, fields: unknown): Voice | 'deployFirst' | undefined {
  const node = RED.nodes.getNode(id) as unknown as DeployedVoice | null;
  const deployed = node?.type === 'sipgate-voice' ? node : undefined;
  const storedKey = savedText({ ...deployed?.credentials }, 'apiKey');
  if (!isRecord(fields)) return deployed && readVoiceConfig(deployed.saved, storedKey);
  const typedKey = savedText(fields, 'apiKey');
  if (typedKey !== '' && typedKey !== STORED) return readVoiceConfig(fields, typedKey);
  const isSame = deployed !== undefined && savedText(deployed.saved, 'url') === savedText(fields, 'url');
  if (savedText(fields, 'engine') !== 'http' || typedKey === '' || isSame)
    return readVoiceConfig(fields, typedKey === STORED && isSame ? storedKey : '');
  return 'deployFirst';
}
