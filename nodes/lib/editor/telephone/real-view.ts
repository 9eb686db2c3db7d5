import type { CallView } from '../../telephone/view';
import type { Answer } from './answer';
import { inBackground } from './background';
import { displayText, pathEntry, transcriptEntry } from './call-view';
import { button, element, fill } from './dom';
import { routes, type RealCalls } from './routes';
import { text } from './texts';
import { markPath } from './marks';

/** The latest calls that came from sipgate. */
export interface RealCallsView {
  readonly element: HTMLElement;
  refresh(): Promise<void>;
}

/** @param mayChange whether the user may switch it on */
export function createRealCallsView(mayChange: boolean): RealCallsView {
  const list = element('ul', { class: 'sipgate-phone-real' });
  const message = element('div', { class: 'sipgate-phone-note', role: 'status' });
  const toggle = element('input', {
    type: 'checkbox',
    id: 'sipgate-phone-real-on',
    change: () => inBackground(change()),
  });
  const numbers = element('input', {
    type: 'checkbox',
    id: 'sipgate-phone-real-numbers',
    change: () => inBackground(refresh()),
  });
  toggle.disabled = !mayChange;

  const show = (answer: Answer<RealCalls>) => {
    if (!answer.ok) {
      message.textContent = answer.reason;
      return;
    }
    const { isOn, calls } = answer.value;
    toggle.checked = isOn;
    fill(list, calls.map(row));
    message.textContent = isOn && calls.length === 0 ? text('real.none') : '';
  };
  const refresh = async (): Promise<void> => show(await routes.realCalls(numbers.checked));
  const change = async (): Promise<void> => show(await routes.switchRealCalls(toggle.checked));

  return {
    element: element(
      'div',
      {},
      element('label', { for: toggle.id }, toggle, ' ', text('real.keep')),
      element('label', { for: numbers.id }, numbers, ' ', text('real.numbers')),
      button('refresh-real', text('real.refresh'), () => inBackground(refresh())),
      list,
      message,
    ),
    refresh,
  };
}

function row(call: CallView): HTMLElement {
  const when = new Date(call.startedAt).toLocaleString();
  const summary = element('summary', {}, `${when}: ${call.from} → ${call.to} (${displayText(call)})`);
  const details = element('details', {}, summary);
  details.append(
    element('ol', { class: 'sipgate-phone-transcript' }, ...call.entries.map(transcriptEntry)),
    element('ol', { class: 'sipgate-phone-path' }, ...call.path.map(pathEntry)),
  );
  details.addEventListener('toggle', () => markPath(details.open ? call.path : []));
  return element('li', {}, details);
}
