import {
  controlCall,
  createContact,
  createHistoryWatch,
  deleteContacts,
  deleteHistory,
  exportHistoryCsv,
  exportVCard,
  faxStatus,
  findContact,
  importCsv,
  importVCards,
  initiateCall,
  listCalls,
  listContacts,
  listHistory,
  listNumbers,
  listSenderIds,
  lookup,
  readEntry,
  sendFax,
  sendSms,
  updateContact,
  updateHistory,
  waitForFax,
  webhookSettings,
  type LookupResource,
  type SipgateClient,
} from '../../sipgate/index';
import { ApiServer, clientOf, type Reply, type Seen } from './helpers/api-server';
import { requestChecker, type Checker } from './helpers/openapi';
import { pdf } from './helpers/pdf';

const items = (...list: unknown[]) => ({ json: { items: list } });

/** Base64 of a picture, small enough for a test. */
const PICTURE = '/9j/4AAQSkZJRg==';
const PHOTO = `PHOTO;ENCODING=b;TYPE=JPEG:${PICTURE}`;
const CONTACT = { id: '1', name: 'Ada', scope: 'PRIVATE', picture: PICTURE, numbers: [], emails: [] };

let settings: unknown;

/** Answers that let every function go its whole way. */
function answer({ method, url, json }: Seen): Reply {
  const path = url.split('?')[0] ?? '';
  if (path === '/settings/sipgateio') {
    if (method === 'PUT') settings = json;
    return { json: settings };
  }
  if (method !== 'GET') return { json: { sessionId: '1' } };
  if (path === '/calls') return { json: { data: [] } };
  if (path === '/authorization/userinfo') return { json: { sub: 'w0', masterSipId: '1234567' } };
  if (path.endsWith('/faxlines')) return items({ id: 'f0', canSend: true });
  if (path === '/balance') return { json: { amount: 1, currency: 'EUR' } };
  if (path === '/contacts') return { json: { items: [CONTACT], totalCount: 1 } };
  if (path === '/w0/sms') return items({ id: 's0' });
  if (path.endsWith('/callerids')) {
    return items(
      { id: 1, phonenumber: '+4915799912345', verified: true, defaultNumber: true },
      { id: 2, phonenumber: '+4915799912346', verified: true, defaultNumber: false },
    );
  }
  if (path.startsWith('/history/')) return { json: { type: 'FAX', faxStatusType: 'SENT' } };
  return items({ id: '1' });
}

describe('In the eyes of sipgate’s own specification', () => {
  let api: ApiServer;
  let client: SipgateClient;
  let check: Checker;

  before(() => {
    // newer accounts have `pushApiVersion`, which the specification of 2022 does not know
    check = requestChecker(['pushApiVersion']);
  });
  beforeEach(async () => {
    api = await ApiServer.start();
    client = clientOf(api);
    api.answer = answer;
    settings = {
      incomingUrl: 'https://a.example',
      outgoingUrl: '',
      log: true,
      whitelist: ['p0'],
      pushApiVersion: 2,
    };
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  const to = '+4915799912340';
  const resources: LookupResource[] = [
    'users',
    'devices',
    'numbers',
    'phonelines',
    'faxlines',
    'sms',
    'voicemails',
    'groups',
    'userinfo',
    'balance',
  ];
  const actions: Record<string, (client: SipgateClient) => Promise<unknown>> = {
    'an SMS': (c) => sendSms(c, { sender: 's0', to, message: 'Hi' }),
    'an SMS of the first extension': (c) => sendSms(c, { to, message: 'Hi' }),
    'an SMS for later': (c) => sendSms(c, { sender: 's0', to, message: 'Hi', sendAt: Date.now() + 90_500 }),
    'an SMS from a number': (c) => sendSms(c, { sender: '+4915799912346', to, message: 'Hi' }),
    'a fax': (c) => sendFax(c, { to, file: pdf() }),
    'the status of a fax': (c) => faxStatus(c, '1'),
    'waiting for a fax': (c) => waitForFax(c, '1'),
    'a call from a phone': (c) => initiateCall(c, { from: 'e0', to, callerId: to }),
    'a call from a number': (c) => initiateCall(c, { from: to, to, deviceId: 'e0' }),
    'the live calls': (c) => listCalls(c),
    'hanging up': (c) => controlCall(c, 'A1', { operation: 'hangup' }),
    hold: (c) => controlCall(c, 'A1', { operation: 'hold' }),
    'the end of hold': (c) => controlCall(c, 'A1', { operation: 'resume' }),
    muting: (c) => controlCall(c, 'A1', { operation: 'mute' }),
    'the end of muting': (c) => controlCall(c, 'A1', { operation: 'unmute' }),
    'a recording': (c) => controlCall(c, 'A1', { operation: 'startRecording', isAnnounced: true }),
    'the end of a recording': (c) => controlCall(c, 'A1', { operation: 'stopRecording', isAnnounced: false }),
    'an announcement': (c) =>
      controlCall(c, 'A1', { operation: 'announce', url: 'https://example.org/a.wav' }),
    tones: (c) => controlCall(c, 'A1', { operation: 'dtmf', sequence: '0*#A' }),
    'a transfer': (c) => controlCall(c, 'A1', { operation: 'transfer', number: to, isAttended: true }),
    'reading the webhook settings': (c) => webhookSettings(c, 'get'),
    'a new incoming URL': (c) => webhookSettings(c, 'setIncomingUrl', 'https://b.example'),
    'no outgoing URL': (c) => webhookSettings(c, 'clearOutgoingUrl'),
    'a whitelist': (c) => webhookSettings(c, 'setWhitelist', ['p1', 'g0', 'w0']),
    'an empty whitelist': (c) => webhookSettings(c, 'clearWhitelist'),
    'the log': (c) => webhookSettings(c, 'setLog', true),
    'sender numbers': (c) => listSenderIds(c),
    'numbers of a user': (c) => listNumbers(c, { userId: 'w0' }),
    'a new contact': (c) =>
      createContact(
        c,
        {
          firstname: 'Ada',
          lastname: 'Beispiel',
          phone: { number: to, type: ['work'] },
          email: { email: 'ada@example.org', type: ['home'] },
          address: { streetAddress: 'Musterstraße 1', locality: 'Köln' },
          organization: [['Beispiel & Söhne', 'Lager']],
          picture: PICTURE,
        },
        'SHARED',
      ),
    'a changed contact': (c) => updateContact(c, { id: '1', name: 'Ada Beispiel' }),
    'contacts to delete': (c) => deleteContacts(c, ['1', { id: '2' }]),
    'a CSV file': (c) => importCsv(c, `firstname,lastname,number\nAda,Beispiel,${to}\n`),
    'a vCard file': (c) =>
      importVCards(c, `BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nTEL:${to}\n${PHOTO}\nEND:VCARD\n`, 'PRIVATE'),
    'the whole address book': (c) => listContacts(c, 'ALL'),
    'a backup of the address book': (c) => exportVCard(c, 'SHARED'),
    'who has a number': (c) => findContact(c, to),
    'the whole history': (c) => listHistory(c),
    'a part of the history': (c) =>
      listHistory(c, {
        types: ['CALL', 'FAX'],
        directions: ['MISSED_INCOMING'],
        connectionIds: ['p0', 'g1'],
        from: '2026-01-01',
        to: Date.now(),
        phonenumber: to,
        starred: true,
        archived: false,
        limit: 5,
      }),
    'an entry of the history': (c) => readEntry(c, '1'),
    'a changed entry': (c) =>
      updateHistory(c, '1', { note: 'Hi', read: true, starred: false, archived: true }),
    'changed entries': (c) => updateHistory(c, ['1', '2'], { read: true, starred: false, archived: true }),
    'an entry to delete': (c) => deleteHistory(c, '1'),
    'entries to delete': (c) => deleteHistory(c, ['1', '2']),
    'the history as CSV': (c) => exportHistoryCsv(c, { types: ['SMS'], starred: false, limit: 3 }),
    'watching the history': (c) => createHistoryWatch().look(c, Date.now() - 1000),
    'groups of a user': (c) => lookup(c, 'groups', { userId: 'w0' }),
    ...Object.fromEntries(
      resources.map((resource) => [`looking up ${resource}`, (c: SipgateClient) => lookup(c, resource)]),
    ),
  };
  for (const [name, act] of Object.entries(actions)) {
    it(`${name} makes requests that are right`, async () => {
      await act(client);
      api.seen.length.should.be.above(0);
      for (const seen of api.seen)
        check(seen).should.deepEqual([], `${seen.method} ${seen.url} ${seen.body}`);
    });
  }

  it('only a whitelist that is switched off differs: null is what the platform takes', async () => {
    await webhookSettings(client, 'disableWhitelist');
    check(api.seen[1]!).should.deepEqual(['body: data/whitelist must be array']);
  });

  it('only a contact without a picture differs: null is what the platform takes', async () => {
    await createContact(client, { firstname: 'Ada' }, 'PRIVATE');
    check(api.seen[0]!).should.deepEqual(['body: data/picture must be string']);
  });

  it('only what is for the new platform differs: the specification is older', async () => {
    api.answer = (seen) => {
      if (seen.url === '/w0/phonelines')
        return { status: 403, text: 'This endpoint requires a sipgate Classic PBX Account' };
      if (seen.url === '/sessions/calls') return { status: 403 };
      return seen.url === '/calls' ? { json: { callId: '1' } } : answer(seen);
    };
    await lookup(client, 'devices');
    await initiateCall(client, { from: 'e0', to });
    const problems = api.seen.flatMap((seen) => check(seen).map((problem) => `${seen.url}: ${problem}`));
    problems.should.deepEqual([
      '/w0/devices?type=all: type is no parameter',
      '/calls: POST /calls is not in the specification',
    ]);
  });

  it('a wrong path, parameter or field would be found', () => {
    const seen = { headers: {}, body: '', json: undefined };
    check({ ...seen, method: 'GET', url: '/devices' })[0]!.should.containEql('not in the specification');
    check({ ...seen, method: 'GET', url: '/numbers?page=2' }).should.deepEqual(['page is no parameter']);
    check({ ...seen, method: 'GET', url: '/numbers?limit=many' })[0]!.should.containEql('integer');
    const sms = { smsId: 's0', recipient: to, message: 'Hi', sendAt: 1.5, when: 1 };
    const [problem] = check({ ...seen, method: 'POST', url: '/sessions/sms', body: '{}', json: sms });
    problem!.should.containEql('additional properties').and.containEql('integer');
  });
});
