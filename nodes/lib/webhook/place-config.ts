import type { NodeAPI } from 'node-red';
import { invalidInput, isAbsoluteUrl } from '../../../sipgate/index';
import { savedChoice, savedCount, savedText, type Saved } from '../node-config';
import type { Place } from '../server/mount';
import { normalPath } from '../server/paths';
import { isEditorsPath, pathOnTheWire } from './path-rule';

/**
 * Where a webhook or an AI flow listens, as its dialog saved it.
 * @throws SipgateError `INVALID_INPUT` that names the property. A path is not quoted: it is a secret, and the error stands
 *   in the log.
 */
export function readPlace(RED: NodeAPI, saved: Saved, defaultPath: string): Place {
  const path = readPath(savedText(saved, 'path') || defaultPath);
  if (savedChoice(saved, 'server', ['node-red', 'port']) === 'node-red') {
    refuseEditorsPath(RED, path);
    return { server: 'node-red', path };
  }
  return {
    server: 'port',
    path,
    host: savedText(saved, 'host') || '127.0.0.1',
    port: savedCount(saved, 'port', { fallback: 8765, least: 0, most: 65_535 }),
    tls: savedText(saved, 'tls'),
  };
}

function readPath(text: string): string {
  const path = pathOnTheWire(text);
  if (path !== undefined) return normalPath(path);
  throw invalidInput(
    'path',
    'is not a path',
    'Write one such as /sipgate/a-long-random-word, without ? and #.',
  );
}

/** A webhook there would take the editor away, or never be asked. */
function refuseEditorsPath(RED: NodeAPI, path: string): void {
  const { httpAdminRoot, httpNodeRoot } = RED.settings as unknown as Record<
    string,
    string | false | undefined
  >;
  if (httpAdminRoot === false || !isEditorsPath(path, httpAdminRoot ?? '', httpNodeRoot || '')) return;
  throw invalidInput(
    'path',
    'belongs to Node-RED’s editor',
    'Choose one of its own, such as /sipgate/a-long-random-word.',
  );
}

const LONGEST_URL = 2048;

/** @throws SipgateError `INVALID_INPUT`, without the URL */
export function readPublicUrl(saved: Saved): string {
  const text = savedText(saved, 'publicUrl');
  if (text === '' || (text.length <= LONGEST_URL && isAbsoluteUrl(text))) return text;
  throw invalidInput(
    'publicUrl',
    'must be an absolute URL',
    'Give it as sipgate reaches it, such as https://example.org/sipgate/..., without blanks.',
  );
}
