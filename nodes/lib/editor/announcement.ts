/** What to play: a text, a file or a URL; listening to it, and checking a URL. For each dialog that plays something. */
import { field, FIELD_WIDTH } from './fields';
import { playWav } from './listen';
import { request, type RouteAnswer } from './requests';
import { text } from './texts';
import { fieldsOfVoice, refusalOf } from './voice';

/** What the route answers that looks at a URL. */
interface Verdict {
  readonly verdict?: string;
  readonly duration?: number;
  readonly rate?: number;
  readonly channels?: number;
  readonly bits?: number;
  readonly encoding?: string;
  readonly format?: string;
  readonly words?: string;
  readonly contentType?: string;
  readonly ms?: number;
}

/** Sounds of which a copy can be hosted in the right format. */
const CONVERTIBLE = ['format', 'foreign'];

export interface AnnouncementRows {
  /** To be called when what the dialog asks for has changed. */
  refresh(): void;
  /** To be called in `oneditsave`: an input of one line would lose what stands in several. */
  keep(): void;
}

/**
 * Adds to the row of `announcement` a field for a text of several lines, "Listen" and "Check".
 * @param node with the properties `announcement`, its type, `announcementSource` and `voice`
 */
export function announcementRows(node: EditorNode): AnnouncementRows {
  const input = field(node, 'announcement');
  const source = field(node, 'announcementSource');
  const parts = frame(input);
  if (isSpoken(node)) parts.area.val(String(node['announcement'] ?? ''));

  function isSpoken(of: EditorNode): boolean {
    return of['announcementSource'] === 'text' && (of['announcementType'] ?? 'str') === 'str';
  }
  const isFixed = () => input.typedInput('type') === 'str';
  const isText = () => source.val() === 'text' && isFixed();
  const keep = () => {
    if (isText()) input.val(String(parts.area.val()));
  };
  const refresh = () => {
    parts.area.toggle(isText());
    parts.line.toggle(!isText());
    parts.box.css('width', isText() ? 'max-content' : FIELD_WIDTH);
    parts.listen.toggle(isFixed() && source.val() !== 'url');
    parts.check.toggle(isFixed() && source.val() === 'url');
    parts.result.empty();
    keep();
  };

  parts.area.on('input', () => {
    keep();
    input.trigger('change');
  });
  let earlier = source.val();
  source.on('change', () => {
    // a text of several lines is no path; it is still there when the choice is a text again
    if (earlier === 'text' && source.val() !== 'text' && isFixed()) input.typedInput('value', '');
    earlier = source.val();
    refresh();
  });
  input.on('change', () => {
    if (isText() !== parts.area.is(':visible')) refresh();
  });
  parts.listen.on(
    'click',
    () => void listen(node, parts, String(isText() ? parts.area.val() : input.typedInput('value'))),
  );
  parts.check.on('click', () => void check(node, parts, input.typedInput('value')));
  refresh();
  return { refresh, keep };
}

type Parts = ReturnType<typeof frame>;

function frame(input: JQuery) {
  const box = input.next('.red-ui-typedInput-container');
  const area = $('<textarea rows="4" id="sipgate-announcement-text">').attr(
    'aria-labelledby',
    `${input.attr('id')}-label`,
  );
  area.css({ width: 'calc(100% - 160px)', 'margin-left': '154px', 'margin-top': '4px', resize: 'vertical' });
  const listen = button('listen', 'fa-volume-up');
  const check = button('check', 'fa-stethoscope');
  const result = $('<div class="sipgate-result" id="sipgate-announcement-result" role="status">');
  box.after(area);
  area.after($('<div class="sipgate-buttons">').append(listen, check));
  input.closest('.form-row').append(result);
  return { area, box, line: box.find('.red-ui-typedInput-input'), listen, check, result };
}

function button(key: string, icon: string): JQuery {
  return $('<button type="button" class="red-ui-button">')
    .attr('id', `sipgate-announcement-${key}`)
    .append($('<i>').addClass(`fa ${icon}`), ' ', document.createTextNode(text(`announcement.${key}`)));
}

async function listen(
  node: EditorNode,
  { listen: press, result }: Parts,
  announcement: string,
): Promise<void> {
  press.prop('disabled', true);
  result.text(text('announcement.making'));
  const source = field(node, 'announcementSource').val();
  const voice = source === 'text' ? field(node, 'voice').val() : '';
  const answer = await request('POST', 'sipgate/announcements/listen', {
    source,
    announcement,
    voice,
    voiceFields: fieldsOfVoice(voice ?? ''),
  });
  press.prop('disabled', false);
  playWav(result, answer, refusalOf(answer));
}

async function check(node: EditorNode, { check: press, result }: Parts, url: string): Promise<void> {
  press.prop('disabled', true);
  result.text(text('announcement.checking'));
  const answer = await request('POST', 'sipgate/announcements/check', { url });
  press.prop('disabled', false);
  const verdict: Verdict = answer.body;
  const isGood = verdict.verdict === 'plays';
  const words = answer.status === 200 ? wordsFor(verdict) : refusalOf(answer);
  result.empty().append(
    $('<div>')
      .addClass(isGood ? 'sipgate-good' : 'sipgate-bad')
      .text(words),
  );
  if (!CONVERTIBLE.includes(verdict.verdict ?? '')) return;
  const offer = button('copy', 'fa-magic').on('click', () => void keepCopy(node, offer, result, url));
  result.append($('<div>').append(offer));
}

async function keepCopy(node: EditorNode, offer: JQuery, result: JQuery, url: string): Promise<void> {
  offer.prop('disabled', true);
  const answer: RouteAnswer = await request('POST', 'sipgate/announcements/copy', { url });
  const { path } = answer.body;
  if (typeof path !== 'string') {
    result.empty().append($('<div class="sipgate-bad">').text(refusalOf(answer)));
    return;
  }
  field(node, 'announcementSource').val('file').trigger('change');
  field(node, 'announcement').typedInput('value', path);
  result.empty().append($('<div class="sipgate-good">').text(text('announcement.copied', { path })));
}

function wordsFor(verdict: Verdict): string {
  const { duration = 0, words, contentType, ms = 0 } = verdict;
  const seconds = duration.toFixed(1);
  const values = { seconds, format: formatOf(verdict), words, contentType, wait: (ms / 1000).toFixed(1) };
  return text(`announcement.verdict.${verdict.verdict}`, values);
}

/** Such as `44.1 kHz stereo, 16 bit`. */
function formatOf({ rate = 0, channels = 0, bits = 0, encoding = '', format }: Verdict): string {
  if (format !== undefined) return format;
  const names = ['', 'mono', 'stereo'];
  const width =
    channels < names.length ? names[channels] : text('announcement.channels', { count: channels });
  const kinds: Readonly<Record<string, string>> = { alaw: 'A-law', mulaw: 'mu-law', float: `float ${bits}` };
  return `${rate / 1000} kHz ${width}, ${kinds[encoding] ?? `${bits} bit`}`;
}
