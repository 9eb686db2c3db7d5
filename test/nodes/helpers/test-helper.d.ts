/** The helper ships no types; these are the parts that the harness uses. */
declare module 'node-red-node-test-helper' {
  import type { Node } from 'node-red';

  interface NodeTestHelper {
    settings(settings: Record<string, unknown>): Record<string, unknown>;
    startServer(): Promise<void>;
    stopServer(): Promise<void>;
    unload(): Promise<void>;
    getNode(id: string): Node;
    url(): string;
    log(): { args: [{ level: number; msg?: unknown; type?: string; id?: string }][] };
  }
  const helper: NodeTestHelper;
  export = helper;
}
