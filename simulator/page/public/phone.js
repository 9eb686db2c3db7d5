/* global AudioContext */
// The telephone of the simulator's page. Plain scripts on purpose: what is served is what stands here.
(function () {
  'use strict';

  const ENGLISH = {
    tagline: 'A telephone network on this computer. No call costs anything.',
    telephone: 'Telephone',
    from: 'From',
    to: 'To',
    more: 'More about this call',
    direction: 'Direction',
    'direction.in': 'comes in',
    'direction.out': 'goes out',
    callee: 'The telephone that is called',
    'callee.answers': 'is answered',
    'callee.busy': 'is busy',
    'callee.noAnswer': 'is not answered',
    'callee.notFound': 'cannot be reached',
    anonymous: 'withhold the number',
    call: 'Call',
    hangUp: 'Hang up',
    transcript: 'What happens',
    clear: 'Clear',
    empty: 'Place a call: every event, and the XML it is answered with, appears here.',
    webhook: 'Webhook',
    webhookUrl: 'Events are posted to',
    save: 'Save',
    saved: 'Saved',
    publicKey: 'Public key to enter in the webhook',
    copy: 'Copy',
    copied: 'Copied',
    connected: 'connected',
    lost: 'connection lost',
    ready: 'Ready',
    noAnswer: 'no answer',
    after: 'after {ms} ms',
    state: {
      placed: 'is being connected …',
      plays: '♪ announcement',
      waits: 'press a key',
      rings: 'rings …',
      talks: 'connected',
    },
  };

  const GERMAN = {
    tagline: 'Ein Telefonnetz auf diesem Rechner. Kein Anruf kostet etwas.',
    telephone: 'Telefon',
    from: 'Von',
    to: 'An',
    more: 'Mehr zu diesem Anruf',
    direction: 'Richtung',
    'direction.in': 'kommt herein',
    'direction.out': 'geht hinaus',
    callee: 'Das angerufene Telefon',
    'callee.answers': 'wird abgenommen',
    'callee.busy': 'ist besetzt',
    'callee.noAnswer': 'wird nicht abgenommen',
    'callee.notFound': 'ist nicht erreichbar',
    anonymous: 'Nummer unterdrücken',
    call: 'Anrufen',
    hangUp: 'Auflegen',
    transcript: 'Was geschieht',
    clear: 'Leeren',
    empty: 'Einfach anrufen: Jedes Ereignis und das XML, mit dem es beantwortet wird, erscheint hier.',
    webhook: 'Webhook',
    webhookUrl: 'Ereignisse gehen an',
    save: 'Speichern',
    saved: 'Gespeichert',
    publicKey: 'Öffentlicher Schlüssel für den Webhook',
    copy: 'Kopieren',
    copied: 'Kopiert',
    connected: 'verbunden',
    lost: 'Verbindung verloren',
    ready: 'Bereit',
    noAnswer: 'keine Antwort',
    after: 'nach {ms} ms',
    state: {
      placed: 'wird verbunden …',
      plays: '♪ Ansage',
      waits: 'Taste drücken',
      rings: 'klingelt …',
      talks: 'verbunden',
    },
  };

  // the English sentences come with the entries
  const GERMAN_SENTENCES = {
    placed: '{from} ruft {to} an (Richtung {direction})',
    noWebhook: 'Für die Richtung {direction} ist kein Webhook gesetzt: Es wird nichts gesendet',
    notListed: 'Die Whitelist nennt {extension} nicht: Es wird nichts gesendet',
    goesOn: 'Die Antwort ist nicht zu gebrauchen: Der Anruf geht weiter, als gäbe es keinen Webhook',
    bent: 'Das nächste {event} wird verfälscht: {kind}',
    lost: 'Das {event} geht unterwegs verloren',
    rings: 'Es klingelt bei {targets}',
    showsCallerId: 'Als Anrufer wird {callerId} gezeigt',
    calleeBusy: 'Bei {number} ist besetzt',
    calleeNotFound: '{number} ist nicht erreichbar',
    calleeSilent: 'Bei {number} nimmt niemand ab',
    answered: '{by} nimmt ab',
    mailbox: 'Die Mailbox nimmt ab',
    plays: 'Spielt {url} ({ms:s})',
    playsUnseen: 'Spielt {url} (liegt nicht auf diesem Rechner, wird daher nicht geladen und gilt als gut)',
    skips: 'Überspringt {url} stillschweigend: {why}',
    stopsPlaying: 'Die Ansage endet mit der ersten Ziffer',
    waits: 'Wartet {ms:s} auf höchstens {most} Ziffer(n)',
    pressed: 'Gedrückt: {digits}',
    pressedNothing: 'Nichts gedrückt',
    tooManyDigits: '{count} mehr als verlangt: verfallen',
    tooManyGathers: '{most} Menüs in einem Anruf genügen: Es geht ohne den Webhook weiter',
    rejects: 'Der Anruf wird abgewiesen ({reason})',
    hangsUp: 'Der Anruf wird aufgelegt',
    forwards: 'Der Anruf wird an {to} weitergeleitet: ein neuer Gesprächsabschnitt',
    transfers: 'Der Anruf wird an {to} übergeben: ein neuer Gesprächsabschnitt',
    connectsCallee: 'Beim Anrufer wurde abgenommen: Jetzt wird {to} angerufen',
    callerHungUp: 'Auf der Seite des Anrufers wird aufgelegt',
    callEnds: 'Das Gespräch ist zu Ende',
    ended: 'Der Anruf ist nach {ms:s} vorbei: {kind}',
  };

  const GERMAN_OUTCOMES = {
    answered: 'angenommen',
    voicemail: 'von der Mailbox angenommen',
    rejected: 'abgewiesen',
    hungUp: 'vom Webhook aufgelegt',
    busy: 'besetzt',
    noAnswer: 'nicht angenommen',
    notFound: 'nicht erreichbar',
    cancelled: 'vor der Annahme aufgelegt',
    failed: 'gescheitert',
  };

  const german = /^de\b/i.test(navigator.language);
  const words = german ? GERMAN : ENGLISH;
  const TOPICS = { newCall: 'NEW_CALL', answer: 'ANSWER', hangup: 'HANGUP', dtmf: 'DATA' };
  const KEYS = [
    ['1', ''],
    ['2', 'ABC'],
    ['3', 'DEF'],
    ['4', 'GHI'],
    ['5', 'JKL'],
    ['6', 'MNO'],
    ['7', 'PQRS'],
    ['8', 'TUV'],
    ['9', 'WXYZ'],
    ['*', ''],
    ['0', '+'],
    ['#', ''],
  ];
  const MOST_SHOWN = 1000;

  const get = (id) => document.getElementById(id);
  /** The page's own call: its number, while it lasts. */
  let current;
  let clock;
  let pressed = '';

  // --- small helpers

  function create(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  async function post(path, order) {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Sipgate-Simulator': 'page' },
      body: JSON.stringify(order),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.message);
    return answer;
  }

  /** Shows what went wrong below the keys; the next success wipes it. */
  async function attempt(act) {
    try {
      get('problem').textContent = '';
      return await act();
    } catch (error) {
      get('problem').textContent = error.message;
      return undefined;
    }
  }

  function sentence(entry) {
    const template = german ? GERMAN_SENTENCES[entry.code] : undefined;
    if (!template) return entry.text;
    return template.replace(/\{(\w+)(:s)?\}/g, (_whole, name, inSeconds) => valueOf(entry, name, inSeconds));
  }

  function valueOf(entry, name, inSeconds) {
    const value = entry.values[name];
    if (inSeconds) return `${(value / 1000).toFixed(1).replace('.', ',')} s`;
    if (entry.code === 'ended' && name === 'kind') return GERMAN_OUTCOMES[value] ?? value;
    return String(value);
  }

  // --- the transcript

  function show(entry) {
    get('empty').hidden = true;
    const item = create('li', entry.kind);
    item.append(create('time', '', `${(entry.atMs / 1000).toFixed(2)} s`));
    item.append(create('span', 'arrow', { event: '→', answer: '←', network: '·' }[entry.kind]));
    const what = create('div', 'what');
    item.append(what);
    if (entry.kind === 'event') fillEvent(what, entry);
    else if (entry.kind === 'answer') fillAnswer(item, what, entry);
    else fillNetwork(item, what, entry);
    const list = get('entries');
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    list.append(item);
    if (list.childElementCount > MOST_SHOWN) list.firstElementChild.remove();
    // who scrolled up to read is left alone
    if (atEnd) list.scrollTop = list.scrollHeight;
  }

  function fillEvent(what, entry) {
    what.append(create('b', '', TOPICS[entry.event]));
    const fields = create('dl', 'fields');
    for (const [name, value] of Object.entries(entry.fields)) {
      if (name === 'event') continue;
      const pair = create('div', /^(callId|origCallId|xcid)$/.test(name) ? 'id' : '');
      pair.append(create('dt', '', name), create('dd', '', [].concat(value).join(', ') || '–'));
      fields.append(pair);
    }
    what.append(fields);
  }

  function fillAnswer(item, what, entry) {
    const status = entry.status === undefined ? words.noAnswer : `HTTP ${entry.status}`;
    what.append(create('b', '', `${status} ${words.after.replace('{ms}', entry.tookMs)}`));
    if (entry.xmlError !== undefined) {
      item.classList.add('refused');
      what.append(create('div', 'why', `xmlError: ${entry.xmlError}`));
    }
    if (entry.xml !== '') what.append(highlighted(entry.xml));
  }

  function fillNetwork(item, what, entry) {
    if (entry.code === 'placed') item.classList.add('first');
    if (entry.code === 'ended') item.classList.add('ended');
    what.textContent = sentence(entry);
  }

  function indented(xml) {
    let depth = 0;
    const lines = [];
    for (const line of xml
      .replace(/<\?xml[^>]*\?>\s*/, '')
      .trim()
      .split(/(?<=>)\s*(?=<)/)) {
      const closes = line.startsWith('</');
      if (closes) depth -= 1;
      lines.push('  '.repeat(Math.max(0, depth)) + line);
      if (!closes && /^<[^/!?]/.test(line) && !/\/>$|<\/[^>]*>$/.test(line)) depth += 1;
    }
    return lines.join('\n').replace(/(<(\w+)>[^<\n]*)\n\s*(<\/\2>)/g, '$1$3');
  }

  /** Colours by text nodes only: an answer of a webhook is never put into the page as HTML. */
  function highlighted(xml) {
    const pre = create('pre');
    for (const part of indented(xml).split(/(<\/?[\w:.-]+|\/?>|[\w:.-]+="[^"]*")/)) {
      if (/^(<|\/?>)/.test(part)) pre.append(create('span', 'tag', part));
      else if (/^[\w:.-]+="/.test(part)) pre.append(create('span', 'attribute', part));
      else pre.append(part);
    }
    return pre;
  }

  // --- the telephone

  function follow(entry) {
    if (entry.call !== current || entry.kind !== 'network') return;
    const state = { plays: 'plays', playsUnseen: 'plays', waits: 'waits', rings: 'rings' }[entry.code];
    if (state) display(words.state[state]);
    if (entry.code === 'answered' || entry.code === 'mailbox') startClock(sentence(entry));
    if (entry.code === 'ended') endCall(sentence(entry));
  }

  function display(text) {
    get('display-state').textContent = text;
  }

  function startClock() {
    const since = Date.now();
    const tick = () => {
      const seconds = Math.floor((Date.now() - since) / 1000);
      const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
      display(`${words.state.talks} ${time}`);
    };
    tick();
    clock = setInterval(tick, 500);
  }

  function endCall(text) {
    clearInterval(clock);
    current = undefined;
    get('call').disabled = false;
    get('hang-up').disabled = true;
    display(text);
  }

  async function placeCall(event) {
    event.preventDefault();
    const order = {
      from: get('from').value,
      to: get('to').value,
      direction: get('direction').value,
      callee: get('callee').value,
      anonymous: get('anonymous').checked,
    };
    get('call').disabled = true;
    const placed = await attempt(() => post('/api/calls', order));
    get('call').disabled = placed !== undefined;
    if (placed === undefined) return;
    pressed = '';
    get('display-digits').textContent = '';
    get('display-number').textContent = order.to;
    get('hang-up').disabled = false;
    display(words.state.placed);
    current = placed.call;
    early.splice(0).forEach(follow);
  }

  /** Entries that came before the answer that names the call's number. */
  const early = [];

  function arrive(entry) {
    show(entry);
    if (current === undefined && get('call').disabled) early.push(entry);
    follow(entry);
  }

  function press(key) {
    tone(key);
    if (current === undefined) {
      get('to').value += key;
      get('display-number').textContent = get('to').value;
      return;
    }
    pressed = (pressed + key).slice(-14);
    get('display-digits').textContent = pressed;
    attempt(() => post(`/api/calls/${current}/press`, { digits: key }));
  }

  let audio;

  /** The two tones of a key, as telephones play them (ITU-T Q.23). */
  function tone(key) {
    const index = KEYS.findIndex(([name]) => name === key);
    const pair = [[697, 770, 852, 941][Math.floor(index / 3)], [1209, 1336, 1477][index % 3]];
    audio ??= new AudioContext();
    const volume = audio.createGain();
    volume.gain.value = 0.04;
    volume.connect(audio.destination);
    for (const frequency of pair) {
      const oscillator = audio.createOscillator();
      oscillator.frequency.value = frequency;
      oscillator.connect(volume);
      oscillator.start();
      oscillator.stop(audio.currentTime + 0.12);
    }
  }

  function drawKeys() {
    for (const [key, letters] of KEYS) {
      const button = create('button', '', key);
      button.type = 'button';
      button.dataset.key = key;
      button.append(create('small', '', letters));
      button.setAttribute('aria-label', key);
      button.addEventListener('click', () => press(key));
      get('keys').append(button);
    }
  }

  function pressByKeyboard(event) {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const button = [...get('keys').children].find(({ dataset }) => dataset.key === event.key);
    if (button === undefined) return;
    button.classList.add('down');
    setTimeout(() => button.classList.remove('down'), 120);
    press(event.key);
  }

  // --- the rest of the page

  function speak() {
    document.documentElement.lang = german ? 'de' : 'en';
    for (const element of document.querySelectorAll('[data-text]')) {
      element.textContent = words[element.dataset.text];
    }
    display(words.ready);
  }

  async function showState() {
    const state = await (await fetch('/api/state')).json();
    followSettings(state.settings);
    get('public-key').textContent = state.publicKey;
  }

  let shownUrl = '';

  /** A flow may set the URL over REST: the field shows it, but takes nothing away that somebody is typing. */
  function followSettings({ incomingUrl }) {
    const field = get('webhook-url');
    if (field.value === shownUrl) field.value = incomingUrl;
    shownUrl = incomingUrl;
  }

  function brieflySay(button, word) {
    const before = button.textContent;
    button.textContent = word;
    setTimeout(() => (button.textContent = before), 1500);
  }

  async function saveWebhook(event) {
    event.preventDefault();
    const saved = await attempt(() => post('/api/webhook', { url: get('webhook-url').value.trim() }));
    if (saved) brieflySay(event.target.querySelector('button'), words.saved);
  }

  async function copyKey(event) {
    await navigator.clipboard.writeText(get('public-key').textContent);
    brieflySay(event.target, words.copied);
  }

  function listen() {
    const stream = new EventSource('/api/events');
    const badge = get('line');
    stream.addEventListener('open', () => {
      // the stream starts with the latest calls, also after a break
      get('entries').replaceChildren();
      get('empty').hidden = false;
      badge.className = 'badge';
      badge.textContent = words.connected;
    });
    stream.addEventListener('error', () => {
      badge.className = 'badge broken';
      badge.textContent = words.lost;
    });
    stream.addEventListener('message', (message) => arrive(JSON.parse(message.data)));
  }

  speak();
  drawKeys();
  get('display-number').textContent = get('to').value;
  get('to').addEventListener('input', () => (get('display-number').textContent = get('to').value));
  get('dial').addEventListener('submit', placeCall);
  get('hang-up').addEventListener('click', () => attempt(() => post(`/api/calls/${current}/hang-up`, {})));
  get('clear').addEventListener('click', () => {
    get('entries').replaceChildren();
    get('empty').hidden = false;
  });
  get('webhook-form').addEventListener('submit', saveWebhook);
  get('copy-key').addEventListener('click', copyKey);
  document.addEventListener('webhook-settings', ({ detail }) => followSettings(detail));
  document.addEventListener('keydown', pressByKeyboard);
  showState();
  listen();
})();
