import { text } from './texts';

/** Where the user has pulled a wire from. */
interface SuggestionContext {
  readonly source?: { readonly type: string };
  readonly sourcePort?: number;
  /** 0: an output. */
  readonly sourcePortType?: number;
}

interface Suggestion {
  readonly label: string;
  readonly nodes: readonly Readonly<Record<string, unknown>>[];
}

const KIND = 'node-red-flow-suggestion-source';
const RESPONSE = 'sipgate-webhook-response';
/** Outputs of webhook-in behind which sipgate waits for an answer. */
const NEW_CALL = 0;
const DATA = 3;

const OFFICE_HOURS = `const now = new Date();
const isWorkday = now.getDay() >= 1 && now.getDay() <= 5;
const isOpen = isWorkday && now.getHours() >= 9 && now.getHours() < 17;
return isOpen ? [msg, null] : [null, msg];`;

/** Offers answers behind webhook-in, unless another pack offers something already: the editor asks only one. */
export function registerSuggestions(): void {
  RED.events.on('flows:loaded', () => {
    if (RED.plugins.getPluginsByType(KIND).length > 0) return;
    RED.plugins.registerPlugin('sipgate-suggestions', {
      type: KIND,
      getSuggestions: async (context: SuggestionContext) => suggestionsFor(context),
    });
  });
}

function suggestionsFor({ source, sourcePort, sourcePortType }: SuggestionContext): Suggestion[] {
  if (source?.type !== 'sipgate-webhook-in' || sourcePortType !== 0) return [];
  if (sourcePort !== NEW_CALL && sourcePort !== DATA) return [];
  return [
    { label: text('suggest.menu'), nodes: [answer({ action: 'gather', maxDigits: 1, timeout: 5000 })] },
    { label: text('suggest.officeHours'), nodes: officeHours() },
    { label: text('suggest.voicemail'), nodes: [answer({ action: 'voicemail' })] },
    { label: text('suggest.reject'), nodes: [answer({ action: 'reject', reason: 'busy' })] },
  ];
}

function answer(properties: object): Readonly<Record<string, unknown>> {
  return { type: RESPONSE, x: 0, y: 0, ...properties };
}

function officeHours(): Suggestion['nodes'] {
  const name = text('suggest.isOpen');
  const open = { ...answer({ action: 'redirect' }), id: 'open', x: 240, y: -20, wires: [[]] };
  const closed = { ...answer({ action: 'voicemail' }), id: 'closed', x: 240, y: 40, wires: [[]] };
  const hours = { id: 'hours', type: 'function', name, func: OFFICE_HOURS, outputs: 2, x: 0, y: 0 };
  return [{ ...hours, wires: [['open'], ['closed']] }, open, closed];
}
