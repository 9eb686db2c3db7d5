import type { TranscriptEntry } from '../../network/transcript';
import { followAccount } from './account';
import { AssistantPanel } from './assistant';
import { byId } from './dom';
import { watchInboxForm } from './inbox-form';
import { Telephone } from './telephone';
import { pageText, translatePage } from './texts';
import { clearEntries, showEntry } from './transcript-view';
import { WebhookForm } from './webhook-form';

/** Shows each entry of each call as it happens. */
function listen(onEntry: (entry: TranscriptEntry) => void): void {
  const stream = new EventSource('/api/events');
  const badge = byId('line', HTMLElement);
  stream.addEventListener('open', () => {
    // the stream starts with the latest calls, also after a break
    clearEntries();
    badge.className = 'badge';
    badge.textContent = pageText('connected');
  });
  stream.addEventListener('error', () => {
    badge.className = 'badge broken';
    badge.textContent = pageText('lost');
  });
  stream.addEventListener('message', ({ data }) => onEntry(JSON.parse(String(data)) as TranscriptEntry));
}

translatePage();
const telephone = new Telephone();
const webhookForm = new WebhookForm();
const assistant = new AssistantPanel();
assistant.listen();
watchInboxForm();
byId('clear', HTMLButtonElement).addEventListener('click', clearEntries);
listen((entry) => {
  showEntry(entry);
  telephone.follow(entry);
});
webhookForm
  .load()
  .then((aiFlow) => assistant.offer(aiFlow))
  .catch(() => undefined); // the badge says that the simulator does not answer
void followAccount(({ settings, platform }) => {
  webhookForm.follow(settings);
  webhookForm.followPlatform(platform);
});
