/// <reference types="jquery" />

/** As much of Node-RED's editor as our dialogs use. */
interface EditorNode {
  id: string;
  _def: { category: string };
  [property: string]: unknown;
}

/** What a validator returns: `true`, or the reason why not, which the editor shows. */
type Verdict = true | string;

interface EditorApi {
  _(key: string, values?: Record<string, unknown>): string;
  nodes: { node(id: string): EditorNode | null };
  utils: { validateTypedProperty(value: unknown, type: string, opt?: object): Verdict };
  notify(text: string, options?: object): void;
}

interface JQuery {
  typedInput(options: { default: string; types: unknown[]; typeField: string }): JQuery;
  typedInput(method: 'type' | 'value'): string;
}

declare const RED: EditorApi;
