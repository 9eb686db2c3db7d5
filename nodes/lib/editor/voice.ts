/** What dialogs ask of a voice, also before the first deploy: then the values that stand in the editor go along. */
import { field } from './fields';
import type { RouteAnswer } from './requests';
import { text } from './texts';

const PROPERTIES = [
  'engine',
  'language',
  'voice',
  'speed',
  'timeout',
  'command',
  'args',
  'host',
  'port',
  'url',
  'model',
];

/** @returns what stands in the editor of a voice and is not deployed yet; `undefined` for one that is deployed as it stands */
export function fieldsOfVoice(id: string): Record<string, unknown> | undefined {
  const voice = RED.nodes.node(id);
  if (!voice?.changed) return undefined;
  const apiKey = voice.credentials?.['apiKey'] ?? (voice.credentials?.['has_apiKey'] ? '__PWRD__' : '');
  return { ...Object.fromEntries(PROPERTIES.map((name) => [name, voice[name]])), apiKey };
}

/** @returns what stands in the fields of the open dialog of a voice */
export function fieldsInDialog(voice: EditorNode): Record<string, unknown> {
  return Object.fromEntries([...PROPERTIES, 'apiKey'].map((name) => [name, field(voice, name).val()]));
}

/** @returns why a question was not answered, in the user's language; the runtime's own words follow where there are some */
export function refusalOf({ status, body }: RouteAnswer): string {
  if (typeof body['message'] === 'string') return body['message'];
  if (body['reason'] === 'deployFirst') return text('announcement.deployFirst');
  if (body['reason']) return text('announcement.notDeployed');
  return text(status === 401 || status === 403 ? 'refused.notAllowed' : 'refused.noAnswer');
}
