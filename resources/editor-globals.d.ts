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
  nodes: { node(id: string): EditorNode | null; eachConfig(look: (node: EditorNode) => void): void };
  utils: { validateTypedProperty(value: unknown, type: string, opt?: object): Verdict };
  i18n: { lang(): string | undefined };
  notify(text: string, options?: object): void;
}

interface JQuery {
  typedInput(options: { default: string; types: unknown[]; typeField: string }): JQuery;
  typedInput(method: 'type' | 'value'): string;
}

declare const RED: EditorApi;

interface Window {
  /** What the dialogs of this pack share; each script adds its own part. */
  sipgateEditor: Record<string, any>;
}
