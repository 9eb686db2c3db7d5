/// <reference types="jquery" />

/** As much of Node-RED's editor as our dialogs use. */
interface EditorNode {
  id: string;
  _def: { category: string; defaults: Record<string, { value: unknown; type?: string }> };
  [property: string]: unknown;
}

/** What a validator returns: `true`, or the reason why not, which the editor shows. */
type Verdict = true | string;

interface EditorApi {
  _(key: string, values?: Record<string, unknown>): string;
  nodes: { node(id: string): EditorNode | null; eachConfig(look: (node: EditorNode) => void): void };
  utils: { validateTypedProperty(value: unknown, type: string, opt?: object): Verdict };
  i18n: { lang(): string | undefined };
  notify(text: string, options?: object): void;
}

interface JQuery {
  typedInput(options: { default: string; types: unknown[]; typeField: string }): JQuery;
  typedInput(method: 'type' | 'value'): string;
  typedInput(method: 'value', value: string): JQuery;
}

declare const RED: EditorApi;

/** JSON of one of our admin routes; which fields it has depends on the route. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- plain JavaScript reads it field by field
type RouteAnswer = any;

/** What the dialogs of this pack share; each script adds its own part. */
interface SipgateEditor {
  text(key: string, values?: Record<string, unknown>): string;
  field(node: EditorNode, property: string): JQuery;
  list(value: unknown): string[];
  request(
    method: 'GET' | 'POST',
    path: string,
    question?: object,
  ): Promise<{ status: number; body: RouteAnswer }>;
  showHints(place: JQuery, hints: readonly unknown[]): void;
  [more: string]: unknown;
}

interface Window {
  sipgateEditor: SipgateEditor;
}
