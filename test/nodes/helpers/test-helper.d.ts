/** The helper ships no types; these are the parts that the harness uses. */
declare module 'node-red-node-test-helper' {
  import type { Node } from 'node-red';

  interface AdminRequest {
    set(headers: Record<string, string>): AdminRequest;
    send(body?: object): Promise<{ status: number; body: unknown }>;
  }

  interface NodeTestHelper {
    settings(settings: Record<string, unknown>): Record<string, unknown>;
    startServer(): Promise<void>;
    stopServer(): Promise<void>;
    unload(): Promise<void>;
    getNode(id: string): Node;
    url(): string;
    /** Supertest on the admin routes; the helper's own server does not have them. */
    request(): { get(path: string): AdminRequest; post(path: string): AdminRequest };
    log(): { args: [{ level: number; msg?: unknown; type?: string; id?: string }][] };
  }
  const helper: NodeTestHelper;
  export = helper;
}
