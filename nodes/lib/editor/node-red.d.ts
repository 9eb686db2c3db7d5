/**
 * As much of Node-RED's editor and of jQuery as the dialogs of this pack use. Written here and not taken from
 * @types/node-red: those know neither what a validator may return nor which properties a node has.
 */

/** What a validator returns: `true`, or the reason why not, which the editor shows. */
type Verdict = true | string;

type TextValues = Record<string, unknown>;

/** A node or config node with the properties `P`. A flow may hold anything in them, or lack them. */
type EditorNode<P extends string = string> = { [property in P]?: unknown } & {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  readonly changed?: boolean;
  readonly credentials?: Record<string, unknown>;
  readonly _def: { readonly category: string; readonly defaults: Record<string, SavedDefault> };
  /** A text of the node's own catalogue. */
  _(key: string, values?: TextValues): string;
};

interface SavedDefault {
  readonly value: unknown;
  readonly type?: string;
}

/**
 * Node-RED takes a string for a reason only from a validator that declares two parameters, so each declares a second
 * one though none reads it.
 */
type Validator<P extends string> = (this: EditorNode<P>, value: unknown, _options: object) => Verdict;

interface PropertyOptions<P extends string> {
  readonly value: unknown;
  /** Of a config node that this property names. */
  readonly type?: string;
  readonly required?: boolean;
  readonly label?: string;
  readonly validate?: Validator<P>;
}

interface CredentialOptions<P extends string> {
  readonly type: 'text' | 'password';
  readonly validate?: Validator<P>;
}

interface NodeDefinition<P extends string, C extends string> {
  readonly category: string;
  readonly color: string;
  readonly defaults: { readonly [property in P]: PropertyOptions<P | C> };
  readonly credentials?: { readonly [property in C]: CredentialOptions<P | C> };
  readonly inputs?: number;
  readonly outputs?: number;
  readonly inputLabels?: (this: EditorNode<P>) => string;
  readonly outputLabels?: readonly string[] | ((this: EditorNode<P>, index: number) => string);
  readonly icon?: string;
  readonly paletteLabel: (this: EditorNode<P>) => string;
  readonly label: (this: EditorNode<P>) => string;
  readonly labelStyle: (this: EditorNode<P>) => string;
  readonly oneditprepare?: (this: EditorNode<P>) => void;
  readonly oneditsave?: (this: EditorNode<P>) => void;
}

interface EditorTabs {
  addTab(tab: { id: string; label: string }): void;
  activateTab(id: string): void;
}

interface EditorPlugin {
  readonly type?: string;
  onadd?(): void;
  getSuggestions?(context: object): Promise<readonly object[]>;
}

interface SidebarTab {
  readonly id: string;
  readonly label: string;
  readonly name: string;
  readonly content: JQuery;
  readonly enableOnEdit: boolean;
  readonly iconClass: string;
  /** The user looks at it. */
  onchange(): void;
}

declare const RED: {
  _(key: string, values?: TextValues): string;
  readonly nodes: {
    registerType<P extends string, C extends string = never>(
      type: string,
      definition: NodeDefinition<P, C>,
    ): void;
    node(id: string): EditorNode | null;
    /** The template of a subflow, whose id its nodes have as their `z`. */
    subflow(id: string): object | undefined;
    eachConfig(look: (node: EditorNode) => void): void;
    /** Of those that stand in a tab or a subflow. */
    filterNodes(filter: { readonly type: string }): readonly EditorNode[];
    /** The ids of the tabs, from left to right. */
    getWorkspaceOrder(): readonly string[];
    /** Whether something is not deployed yet. */
    dirty(): boolean;
  };
  readonly workspaces: { show(id: string): void };
  readonly plugins: {
    registerPlugin(id: string, plugin: EditorPlugin): void;
    getPluginsByType(type: string): readonly EditorPlugin[];
  };
  readonly sidebar: {
    addTab(tab: SidebarTab): void;
    show(id: string): void;
  };
  readonly actions: { add(name: string, act: () => void): void; invoke(name: string): void };
  readonly user: { hasPermission(permission: string): boolean };
  readonly view: {
    reveal(id: string): void;
    importNodes(
      flow: unknown,
      options: { addFlow: boolean; generateIds: boolean; touchImport: boolean },
    ): void;
  };
  readonly events: {
    on(name: string, listen: () => void): void;
    off(name: string, listen: () => void): void;
  };
  readonly tourGuide: { run(url: string, done: (error?: unknown) => void): void };
  notify(text: string, type: 'error'): void;
  readonly hooks: {
    add(
      name: string,
      listen: (drawn: { readonly node: { readonly id: string }; readonly el: Element }) => void,
    ): void;
    remove(name: string): void;
  };
  readonly utils: {
    validateTypedProperty(value: unknown, type: string, options: object): Verdict;
    getNodeLabel(node: EditorNode): string;
  };
  readonly i18n: { lang(): string | undefined };
  readonly tabs: { create(options: { id: string; onchange(tab: { id: string }): void }): EditorTabs };
  readonly settings: {
    readonly httpNodeRoot?: string | false;
    /** Where the admin API is; empty or none: where the editor is. */
    readonly apiRootUrl?: string;
    /** @returns the login of the user; nothing where there is none */
    get(name: 'auth-tokens'): { readonly access_token: string } | null | undefined;
  };
};

/** jQuery, with Node-RED's typedInput. */
interface JQuery {
  readonly length: number;
  readonly [index: number]: HTMLElement;
  val(): string | undefined;
  val(value: string): this;
  prop(name: string): unknown;
  prop(name: string, value: boolean): this;
  prop(values: Record<string, boolean>): this;
  attr(name: string): string | undefined;
  attr(name: string, value: string): this;
  attr(values: Record<string, string>): this;
  data(name: string): unknown;
  data(name: string, value: unknown): this;
  css(name: string, value: string | number): this;
  css(values: Record<string, string | number>): this;
  text(): string;
  text(text: string): this;
  is(selector: string): boolean;
  add(more: JQuery): JQuery;
  find(selector: string): JQuery;
  filter(selector: string): JQuery;
  children(selector?: string): JQuery;
  closest(selector: string): JQuery;
  next(selector: string): JQuery;
  each(look: (index: number, element: HTMLElement) => void): this;
  empty(): this;
  append(...content: JQueryContent[]): this;
  after(content: JQuery): this;
  appendTo(target: HTMLElement): this;
  remove(): this;
  addClass(names: string): this;
  toggleClass(names: string, isThere: boolean): this;
  toggle(isShown: boolean): this;
  show(): this;
  hide(): this;
  on(events: string, listen: (event: KeyboardEvent) => void): this;
  trigger(event: string): this;
  typedInput(options: { default: string; types: readonly string[]; typeField: string }): this;
  typedInput(method: 'type' | 'value'): string;
  typedInput(method: 'type' | 'value', value: string): this;
  typedInput(method: 'types', types: readonly string[]): this;
}

type JQueryContent = JQuery | Node | string | readonly JQuery[];

declare const $: {
  (selector: string | HTMLElement | readonly HTMLElement[]): JQuery;
  ajax(request: AjaxRequest): {
    always(look: (first: AjaxAnswer, state: string, last: AjaxAnswer | string) => void): void;
  };
};

interface AjaxRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly dataType: 'json';
  /** ms */
  readonly timeout: number;
  readonly contentType?: string;
  readonly data?: string;
}

interface AjaxAnswer {
  readonly status?: number;
  readonly responseJSON?: unknown;
}

/** Rules of sipgate/ load their libraries when they need them; the build puts those into the script. */
declare function require(library: string): unknown;

/**
 * What the dialogs share. The editor plugin sipgate-editor loads it once; a node's script reaches it over this global and
 * not by an import, which would put a copy into each. Only functions may use it, nothing that runs when the script
 * is loaded: after an installation from the palette the scripts arrive in any order.
 */
declare const sipgateEditor: typeof import('./index');
