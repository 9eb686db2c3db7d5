import { printable } from '../printable';
import { noteText, type ConversationEntry } from './entries';

const LONGEST_BODY = 400;

/**
 * @returns an entry as a line for a terminal: time, arrow, what happened. `->` goes to the AI flow, `<-` comes from it,
 * `--` is sipgate or the caller, `!!` would not be taken. What comes from outside cannot steer the terminal.
 */
export function formatConversationEntry(entry: ConversationEntry): string {
  const head = `#${entry.conversation}`.padEnd(4) + `${(entry.atMs / 1000).toFixed(3).padStart(8)} s  `;
  return head + printable(lineOf(entry));
}

function lineOf(entry: ConversationEntry): string {
  switch (entry.kind) {
    case 'event': {
      const { type, session: _session, ...fields } = entry.event;
      const more = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`);
      return ['->', type, ...more].join(' ');
    }
    case 'answer': {
      const { status, tookMs, body } = entry;
      const head = status === undefined ? [] : [`HTTP ${status} after ${tookMs} ms`];
      return ['<-', ...head, short(body)].join(' ').trimEnd();
    }
    case 'said':
      return `${entry.by === 'caller' ? '   caller:   ' : '   assistant:'} ${entry.text}`;
    case 'note':
      return `-- ${noteText(entry.code, entry.values)}`;
    case 'warning':
      return `!  ${entry.why}`;
    case 'problem':
      return `!! ${entry.why}`;
  }
}

/** Sounds are long. */
function short(body: string): string {
  return body.length > LONGEST_BODY ? `${body.slice(0, LONGEST_BODY)}… (${body.length} characters)` : body;
}
