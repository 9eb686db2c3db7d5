/** A REST request as it came: the REST side knows no server. */
export interface RestRequest {
  readonly method: string;
  /** Path below `/v2`, still percent-encoded, without query: `/w0/devices`. That of the login server comes whole. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** What goes back. `reset` tears the connection instead of answering. */
export type RestAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string | Buffer;
    }
  | { readonly kind: 'reset' };
