/** The values that a sentence is filled with. */
export type Values = Readonly<Record<string, string | number>>;

/** A sentence with `{placeholders}`, or several of which the value named by `select` chooses one. */
export type Template = string | { readonly select: string; readonly other: string };

/** The part of a catalogue that tells what happens in a call. */
export interface CallTexts {
  readonly decimalPoint: string;
  readonly network: Readonly<Record<string, Template>>;
  readonly outcome: Readonly<Record<string, Template>>;
  /** Of a conversation with a voice assistant. */
  readonly conversation: Readonly<Record<string, Template>>;
  /** What sipgate would not take of such an assistant. */
  readonly complaint: Readonly<Record<string, Template>>;
  /** How a sound is called instead of its URL. */
  readonly sound: Readonly<Record<string, Template>>;
  /** Of call tests. */
  readonly test: Readonly<Record<string, Template>>;
  /** What is wrong with the file of a call test. */
  readonly invalidTest: Readonly<Record<string, Template>>;
}

/**
 * @param code of an entry of the transcript
 * @returns the sentence in the catalogue's language. `{ms:seconds}` is written as `1.5 s`, `{kind:outcome}` in the words
 *   of the catalogue's outcomes; a placeholder without a value stays empty
 */
export function sentenceIn(texts: CallTexts, code: string, values: Values): string {
  return fill(texts, templateOf(texts.network, code), values);
}

/** @returns what happened in a conversation with a voice assistant, likewise */
export function conversationSentence(texts: CallTexts, code: string, values: Values): string {
  return fill(texts, templateOf(texts.conversation, code), values);
}

/** @returns what sipgate would not take of a voice assistant, likewise */
export function complaintSentence(texts: CallTexts, code: string, values: Values): string {
  return fill(texts, templateOf(texts.complaint, code), values);
}

/** @returns what a call test expects, or what came instead, likewise */
export function testSentence(texts: CallTexts, code: string, values: Values): string {
  return fill(texts, templateOf(texts.test, code), values);
}

/** @returns what is wrong with the file of a call test, likewise; behind the step where it is about one */
export function invalidTestSentence(texts: CallTexts, code: string, values: Values): string {
  const problem = fill(texts, templateOf(texts.invalidTest, code), values);
  if (values['step'] === undefined) return problem;
  return fill(texts, templateOf(texts.invalidTest, 'inStep'), { ...values, problem });
}

/** @returns how a sound is called, likewise */
export function soundSentence(texts: CallTexts, code: string, values: Values): string {
  return fill(texts, templateOf(texts.sound, code), values);
}

function fill(texts: CallTexts, template: Template, values: Values): string {
  return choose(template, values).replace(
    /\{(\w{1,20})(?::(\w{1,20}))?\}/g,
    (_whole, name: string, format: string | undefined) => {
      const value = values[name] ?? '';
      if (format === 'seconds') return inSeconds(Number(value), texts.decimalPoint);
      if (format === 'outcome') return fill(texts, templateOf(texts.outcome, String(value)), values);
      return String(value);
    },
  );
}

function templateOf(templates: Readonly<Record<string, Template>>, code: string): Template {
  return (Object.hasOwn(templates, code) ? templates[code] : undefined) ?? code;
}

function choose(template: Template, values: Values): string {
  if (typeof template === 'string') return template;
  const choices: Readonly<Record<string, string>> = { ...template };
  const chosen = String(values[template.select] ?? '');
  return (Object.hasOwn(choices, chosen) ? choices[chosen] : undefined) ?? template.other;
}

function inSeconds(ms: number, decimalPoint: string): string {
  return `${(ms / 1000).toFixed(1).replace('.', decimalPoint)} s`;
}
