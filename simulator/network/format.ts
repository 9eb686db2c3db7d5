import { printable } from '../printable';
import { xmlLines } from '../xml-lines';
import type { AnswerEntry, EventEntry, TranscriptEntry } from './transcript';
import { TOPICS } from './webhook/event';

/** Ids that tell a person nothing; a transcript has them all. */
const IDS = ['event', 'callId', 'origCallId', 'xcid'];
const MARGIN = ' '.repeat(19);

/**
 * @returns an entry as aligned lines for a terminal: time, arrow, what happened. `->` goes to the webhook, `<-`
 * comes from it, `--` is the telephone network. What comes from outside cannot steer the terminal.
 */
export function formatEntry(entry: TranscriptEntry): string {
  const head = `${`#${entry.call}`.padEnd(4)}${(entry.atMs / 1000).toFixed(3).padStart(8)} s  `;
  switch (entry.kind) {
    case 'event':
      return `${head}-> ${printable(formatEvent(entry))}`;
    case 'answer':
      return `${head}<- ${formatAnswer(entry)}`;
    case 'network':
      return `${head}-- ${printable(entry.text)}`;
  }
}

function formatEvent(entry: EventEntry): string {
  const fields = Object.entries(entry.fields)
    .filter(([name]) => !IDS.includes(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : value.join(', ')}`);
  return `${TOPICS[entry.event].padEnd(9)} ${fields.join('  ')}`.trimEnd();
}

function formatAnswer(entry: AnswerEntry): string {
  const line = `${entry.status === undefined ? 'no answer' : `HTTP ${entry.status}`} after ${entry.tookMs} ms`;
  const refused = entry.xmlError === undefined ? [] : [`xmlError: ${entry.xmlError}`];
  const xml = entry.xml === '' ? [] : xmlLines(entry.xml);
  return [line, ...[...refused, ...xml].map((text) => `${MARGIN}${printable(text)}`)].join('\n');
}
