import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { ServerOptions } from 'node:https';
import type { Node, NodeAPI } from 'node-red';

/** The certificate of a port, as long as its `tls-config` node is deployed. */
export interface Certificate {
  /** Id of the `tls-config` node. */
  readonly id: string;
  options(): ServerOptions;
  /** When it ends, if that is in less than 14 days. */
  readonly endsSoon: Date | undefined;
  /** Has a server that listens use it from the next connection on; one that does not fit its key changes nothing. */
  apply(server: Server): void;
  /** Calls `listener` when its files have changed, or when it begins to end. @returns a function that ends it */
  onChange(listener: () => void): () => void;
}

/** Node-RED's `tls-config`, and what its dialog saved of files. */
interface TlsNode extends Node {
  addTLSOptions(options: ServerOptions): ServerOptions;
}
type SavedFiles = Readonly<Partial<Record<'cert' | 'key' | 'ca', string>>>;

/** Certificates of Let's Encrypt are renewed weeks before they end: an hour more or less does not matter. */
const REREAD_MS = 3_600_000;
const WARN_BEFORE_MS = 14 * 24 * 3_600_000;

/**
 * The certificate of a `tls-config` node. Node-RED reads its files once, at a deploy that touches the node; renewed ones
 * are read here, every hour.
 * @param reread ms between two looks at the files
 * @returns `undefined` where the node is not there, `'empty'` where it holds no certificate
 */
export function certificateOf(
  RED: NodeAPI,
  id: string,
  reread = REREAD_MS,
): Certificate | 'empty' | undefined {
  const node = RED.nodes.getNode(id) as TlsNode | null;
  if (!node) return undefined;
  let options = withFiles(node.addTLSOptions({}), filesOf(RED, node));
  if (!options.pfx && !(options.key && options.cert)) return 'empty';
  return {
    id,
    options: () => options,
    get endsSoon() {
      return soon(options.cert);
    },
    apply(server) {
      try {
        (server as Server & { setSecureContext(options: ServerOptions): void }).setSecureContext(options);
      } catch {
        // half of a pair that is being renewed; the other half is read the next time
      }
    },
    onChange(listener) {
      const timer = setInterval(() => {
        const before = `${String(options.cert)}${String(options.key)}`;
        const wasEnding = soon(options.cert) !== undefined;
        options = withFiles(options, filesOf(RED, node));
        const isChanged = before !== `${String(options.cert)}${String(options.key)}`;
        if (isChanged || wasEnding !== (soon(options.cert) !== undefined)) listener();
      }, reread).unref();
      return () => clearInterval(timer);
    },
  };
}

/** The paths of its files, in which variables of the environment may stand. */
function filesOf(RED: NodeAPI, node: Node): SavedFiles {
  const files: Partial<Record<keyof SavedFiles, string>> = {};
  RED.nodes.eachNode((saved) => {
    if (saved.id !== node.id) return;
    for (const name of ['cert', 'key', 'ca'] as const) {
      const path = String((saved as SavedFiles)[name] ?? '').trim();
      files[name] = path.includes('${') ? String(RED.util.evaluateNodeProperty(path, 'env', node, {})) : path;
    }
  });
  return files;
}

/** A file that cannot be read just now leaves what was read before. */
function withFiles(options: ServerOptions, files: SavedFiles): ServerOptions {
  const read: ServerOptions = {};
  for (const name of ['cert', 'key', 'ca'] as const) {
    const path = files[name] ?? '';
    if (path === '') continue;
    try {
      read[name] = readFileSync(path);
    } catch {
      // Node-RED's node has said so at the deploy
    }
  }
  return { ...options, ...read };
}

function soon(certificate: ServerOptions['cert']): Date | undefined {
  const [first] = [certificate ?? []].flat();
  if (first === undefined) return undefined;
  try {
    const ends = new Date(new X509Certificate(first as Buffer).validTo);
    return ends.getTime() - Date.now() < WARN_BEFORE_MS ? ends : undefined;
  } catch {
    return undefined;
  }
}
