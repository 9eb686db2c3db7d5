/*
 * Which paths a webhook can have. Without any import, so that the dialog can use it as well.
 */

const LONGEST_PATH = 512;

/**
 * @param text with or without the slash in front
 * @returns the path as it comes over the wire, where an umlaut arrives percent-encoded; `undefined` for what is none
 */
export function pathOnTheWire(text: string): string | undefined {
  const path = (text.startsWith('/') ? text : `/${text}`).replace(/[^\0-\x7f]+/g, encoded);
  const isPath = path.length <= LONGEST_PATH && /^\/[\x21-\x7e]*$/.test(path) && !/[?#]/.test(path);
  return isPath ? path : undefined;
}

/** Half a surrogate pair cannot be encoded; what is left of it is refused. */
function encoded(text: string): string {
  return /\p{Cs}/u.test(text) ? ' ' : encodeURIComponent(text);
}

/** The first words of the paths that Node-RED's editor and its API answer, below `httpAdminRoot`. */
const EDITORS_PATHS = new Set(
  (
    'auth comms context core credentials debug diagnostics favicon.ico flow flows icons inject library locales nodes ' +
    'plugins projects red resources settings theme types vendor'
  ).split(' '),
);
/** And those of this pack below `sipgate`. */
const OUR_ADMIN_PATHS = new Set([
  'accounts',
  'ai-flows',
  'announcements',
  'voices',
  'webhooks',
  'webhook-info',
  'webhook-urls',
]);

/**
 * @param path of a webhook on Node-RED's own server, below the root of HTTP nodes
 * @returns whether the editor answers there: a webhook would take the editor away, or never be asked
 */
export function isEditorsPath(path: string, adminRoot: string, nodeRoot: string): boolean {
  const [full, admin] = [wordsOf(`${nodeRoot}/${path}`), wordsOf(adminRoot)];
  if (!admin.every((word, index) => full[index] === word)) return false;
  const [first, second = ''] = full.slice(admin.length);
  if (first === undefined || EDITORS_PATHS.has(first)) return true;
  return first === 'sipgate' && OUR_ADMIN_PATHS.has(second);
}

function wordsOf(path: string): string[] {
  // Express does not tell capitals from small letters
  return path
    .toLowerCase()
    .split('/')
    .filter((word) => word !== '');
}
