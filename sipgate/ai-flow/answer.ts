import { describe, mustBe } from '../errors';
import { isRecord } from '../json';
import type { AfterSpeech, AiFlowAction, SpeakAction } from './action';
import { smsAction, transcriptionAction, transferAction } from './other-actions';
import { audioAction, mixAudioAction } from './sound';
import { speakAction, spokenText } from './speech';
import { choiceOf, flagOf, type AnswerContext, type Draft } from './values';

/** What a flow lets the assistant do. */
export interface AiFlowAnswer {
  /** In order; none at all: the assistant listens. */
  readonly actions: readonly AiFlowAction[];
  /** What the assistant says, as plain text, in order. */
  readonly spoken: readonly string[];
  /** What is done when the assistant has spoken: as before this answer, nothing, or that. */
  readonly afterSpeech: 'unchanged' | 'nothing' | AfterSpeech;
}

/** What one action adds. */
type Part = Pick<AiFlowAnswer, 'actions'> & Partial<AiFlowAnswer>;
type Parser = (draft: Draft, context: AnswerContext) => Part;

/** What is being said no longer is, or the call is: nothing is left to be done after it. */
const ENDS_SPEECH = { afterSpeech: 'nothing' } as const;

const PARSERS = {
  speak: parseSpeak,
  audio: (draft, context) => ({ actions: [audioAction(draft, context)], ...ENDS_SPEECH }),
  transfer: (draft, context) => ({ actions: [transferAction(draft, context)], ...ENDS_SPEECH }),
  hangup: (_, { sessionId }) => ({ actions: [{ type: 'hangup', session_id: sessionId }], ...ENDS_SPEECH }),
  bargeIn: (_, { sessionId }) => ({ actions: [{ type: 'barge_in', session_id: sessionId }], ...ENDS_SPEECH }),
  mixAudio: (draft, context) => ({ actions: [mixAudioAction(draft, context)] }),
  transcription: (draft, context) => ({ actions: [transcriptionAction(draft, context)] }),
  sms: (draft, context) => ({ actions: [smsAction(draft, context)] }),
  listen: () => ({ actions: [] }),
} as const satisfies Record<string, Parser>;

/** The names of all actions. */
export type AiFlowActionName = keyof typeof PARSERS;

const BARGE_IN = ['bargeInStrategy', 'bargeInCharacters', 'bargeInAfter'];
const TRANSFER = ['number', 'callerIdName', 'callerIdNumber', 'transferTimeout'];
const VOICE = ['ttsProvider', 'ttsLanguage', 'ttsVoice'];

/** What each action takes. */
const FIELDS: Readonly<Record<AiFlowActionName, ReadonlySet<string>>> = {
  speak: fields(
    'text',
    'ssml',
    ...VOICE,
    ...BARGE_IN,
    'inputTimeout',
    'silence',
    'interrupt',
    'then',
    ...TRANSFER,
  ),
  audio: fields('audio', ...BARGE_IN),
  transfer: fields(...TRANSFER),
  hangup: fields(),
  bargeIn: fields(),
  mixAudio: fields('audio', 'volume', 'stop'),
  transcription: fields('sttProvider', 'languages', 'vocabulary', 'silence'),
  sms: fields('number', 'text'),
  listen: fields(),
};

function fields(...names: string[]): ReadonlySet<string> {
  return new Set(['action', ...names]);
}
/** Fields that one warning names. */
const MOST_NAMED = 5;

/**
 * Turns what a flow gave into actions that can be sent.
 * @param input `{ action, ... }` with what the action needs, or a list of such objects; an empty list is `listen`
 * @throws SipgateError `INVALID_INPUT` that names the field
 */
export function parseAiFlowAnswer(input: unknown, context: AnswerContext): AiFlowAnswer {
  const drafts: unknown[] = Array.isArray(input) ? input : [input];
  const parts = drafts.map((draft) => parseOne(draft, context));
  const actions = parts.flatMap((part) => part.actions);
  warnOfUnheard(actions, context);
  return {
    actions,
    spoken: parts.flatMap((part) => part.spoken ?? []),
    afterSpeech: parts.findLast((part) => part.afterSpeech !== undefined)?.afterSpeech ?? 'unchanged',
  };
}

function parseOne(draft: unknown, context: AnswerContext): Part {
  if (!isRecord(draft)) {
    throw mustBe(
      'response',
      'an object or a list of objects',
      draft,
      'Give one such as { "action": "speak", "text": "Hello" }.',
    );
  }
  const { action } = draft;
  if (!isAction(action)) {
    const actions = Object.keys(PARSERS).join(', ');
    throw mustBe('action', `one of ${actions}`, action, `Choose one of ${actions}.`);
  }
  warnOfUnknownFields(draft, action, context);
  return PARSERS[action](draft, context);
}

function isAction(action: unknown): action is AiFlowActionName {
  return typeof action === 'string' && Object.hasOwn(PARSERS, action);
}

/** A name with a typing error, or one of sipgate's own, would have no effect, and nobody would know why. */
function warnOfUnknownFields(draft: Draft, action: AiFlowActionName, { warn }: AnswerContext): void {
  const unknown = Object.keys(draft).filter((name) => !FIELDS[action].has(name));
  if (unknown.length === 0) return;
  warn({ kind: 'unknownField', action, fields: unknown.slice(0, MOST_NAMED).map(describe).join(', ') });
}

function parseSpeak(draft: Draft, context: AnswerContext): Part {
  const speak: SpeakAction = speakAction(draft, context);
  const first: AiFlowAction[] = flagOf(draft, 'interrupt')
    ? [{ type: 'barge_in', session_id: context.sessionId }]
    : [];
  return {
    actions: [...first, speak],
    spoken: [spokenText(speak)].filter((text) => text !== ''),
    afterSpeech: afterSpeech(draft, context),
  };
}

function afterSpeech(draft: Draft, context: AnswerContext): 'nothing' | AfterSpeech {
  switch (choiceOf(draft, 'then', ['hangup', 'transfer'])) {
    case 'hangup':
      return { type: 'hangup', session_id: context.sessionId };
    case 'transfer':
      return transferAction(draft, context);
    case undefined:
      return 'nothing';
  }
}

/** Actions run in order, each at once: a hang-up cuts off what is being said, and nobody is there afterwards. */
function warnOfUnheard(actions: readonly AiFlowAction[], { warn }: AnswerContext): void {
  const end = actions.findIndex(({ type }) => type === 'hangup' || type === 'transfer');
  const [ending, next] = [actions[end], actions[end + 1]];
  if (!ending) return;
  const before = actions[end - 1]?.type;
  if (ending.type === 'hangup' && (before === 'speak' || before === 'audio')) warn({ kind: 'cutOff' });
  if (next) warn({ kind: 'unheard', action: next.type, after: ending.type });
}
