// The pack's example flows, filled in as a user would after an import.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The address that the examples take for granted. */
export const USUAL_EDITOR = 'http://127.0.0.1:1880';

/** @returns the folder with the examples in the language of this computer, as far as there are any */
export function languageOf({ LC_ALL, LC_MESSAGES, LANG }) {
  return (LC_ALL || LC_MESSAGES || LANG || '').startsWith('de') ? 'Deutsch' : 'English';
}

/**
 * @param editor the address of this demo's Node-RED
 * @returns the examples by file name, with the simulator's key and account in them
 */
export function readExamples(root, language, editor, simulator) {
  const folder = join(root, 'examples', language);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const nodes = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      return { file, nodes: nodes.map((node) => fillIn(node, editor, simulator)) };
    });
}

/** Of all voice assistants of the demo; it goes no further than this machine. */
export const AI_FLOW_SECRET = 'secret-of-the-demo';

/** Who signs, where the webhook is reached, and the account. */
function fillIn(node, editor, simulator) {
  if (node.type === 'sipgate-webhook') {
    const base = node.server === 'port' ? `http://127.0.0.1:${node.port}` : editor;
    return { ...node, publicKey: simulator.publicKey, publicUrl: `${base}${node.path}` };
  }
  if (node.type === 'sipgate-ai-flow') {
    return { ...node, publicUrl: `${editor}${node.path}`, credentials: { token: AI_FLOW_SECRET } };
  }
  if (node.type === 'sipgate-account') {
    const [{ id: tokenId, token }] = simulator.account.credentials.tokens;
    return { ...node, apiUrl: `${simulator.url}/v2`, authType: 'token', credentials: { tokenId, token } };
  }
  // example 10 has a button with the URL that a Node-RED of one's own would have
  if (node.type === 'inject' && node.payload.startsWith(USUAL_EDITOR)) {
    return { ...node, payload: node.payload.replace(USUAL_EDITOR, editor) };
  }
  return node;
}
