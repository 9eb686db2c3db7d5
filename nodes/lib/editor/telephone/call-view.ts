import type { CallView, Note, ViewEntry, Visit } from '../../telephone/view';
import { element } from './dom';
import { actionText, text } from './texts';

const MS_PER_S = 1000;
const S_PER_MIN = 60;

/** @returns one line of the transcript; event and XML are shown on demand */
export function transcriptEntry(entry: ViewEntry): HTMLElement {
  const time = element('span', { class: 'sipgate-phone-time' }, seconds(entry.atMs));
  const line = (...children: readonly (Node | string)[]) =>
    element(
      'li',
      { 'data-phone-entry': entry.kind, class: `sipgate-phone-${entry.kind}` },
      time,
      ' ',
      ...children,
    );
  switch (entry.kind) {
    case 'network':
      return line(entry.text);
    case 'said':
      return line(text(`said.${entry.by}`, { sentence: entry.text }));
    case 'note':
      return line(text(`note.${entry.note}`, { ...timesOf(entry.seconds ?? 0), node: nodeOf(entry) }));
    case 'event':
      return line(details(text('event', { topic: entry.topic }), fieldsOf(entry.fields)));
    case 'answer': {
      const said = entry.refused
        ? text('refused', { reason: entry.refused })
        : text(entry.action === '' ? 'acknowledged' : 'answered', {
            action: actionText(entry.action),
            ms: entry.tookMs,
          });
      return line(entry.xml === '' ? said : details(said, entry.xml));
    }
  }
}

/** @returns a node on the way of a call; a click shows it in the workspace */
export function pathEntry(visit: Visit): HTMLElement {
  const { nodeId, state, type, name, topic, atMs, left, reason } = visit;
  const reveal = () => RED.view.reveal(nodeId);
  const label = element(
    'button',
    { type: 'button', class: 'sipgate-phone-node', click: reveal },
    labelOf(nodeId) || name || type,
  );
  const facts = [
    text('path.at', { topic, ms: atMs }),
    text(`path.${state}`),
    ...left.map((one) => text('path.left', { left: one })),
  ];
  const rows = facts.map((fact) => element('span', { class: 'sipgate-phone-fact' }, fact));
  const failure = reason ? [element('span', { class: 'sipgate-phone-reason' }, reason)] : [];
  return element('li', { 'data-node-id': nodeId, 'data-state': state }, label, ...rows, ...failure);
}

/** @returns what happens now, in words */
export function displayText({ display, ringing }: CallView): string {
  return text(`display.${display}`, { who: ringing.join(', ') });
}

function details(summary: string, content: string): HTMLElement {
  return element('details', {}, element('summary', {}, summary), element('pre', { tabindex: '0' }, content));
}

function fieldsOf(fields: object): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`)
    .join('\n');
}

function timesOf(seconds: number): { seconds: number; minutes: number } {
  return { seconds, minutes: Math.round(seconds / S_PER_MIN) };
}

function nodeOf({ nodeId, node = '' }: Note): string {
  return (nodeId !== undefined && labelOf(nodeId)) || node;
}

function seconds(ms: number): string {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return `${(ms / MS_PER_S).toLocaleString(RED.i18n.lang() ?? 'en-US', digits)} s`;
}

/** As the workspace writes it; empty where the flow has been changed since. */
function labelOf(nodeId: string): string {
  const node = RED.nodes.node(nodeId);
  return node ? RED.utils.getNodeLabel(node) : '';
}
