import { byId, flash } from './dom';
import { order } from './requests';
import { pageText } from './texts';

/** The form with which somebody sends the account an SMS, a fax or a voicemail. */
export function watchInboxForm(): void {
  const text = byId('inbox-text', HTMLTextAreaElement);
  byId('inbox-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    void send(text, event.submitter);
  });
}

async function send(text: HTMLTextAreaElement, button: HTMLElement | null): Promise<void> {
  const sent = await order('/api/inbox', {
    kind: byId('inbox-kind', HTMLSelectElement).value,
    from: byId('inbox-from', HTMLInputElement).value,
    text: text.value,
  });
  if (sent === undefined) return;
  text.value = '';
  if (button !== null) flash(button, pageText('inboxSent'));
}
