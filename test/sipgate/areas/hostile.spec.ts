import { initiateCall, parseCountry, sendFax, sendSms, webhookSettings } from '../../../sipgate/index';
import { toCallId, toSequence } from '../../../sipgate/areas/call-control/inputs';
import { checkPdf } from '../../../sipgate/areas/fax/pdf';
import { parseSendAt } from '../../../sipgate/areas/sms/send-at';
import { countSegments } from '../../../sipgate/areas/sms/segments';
import { accountOfSipId, isExtension, isExtensionFor, isSipId } from '../../../sipgate/extension';
import { asTyped, readDialled, splitPause } from '../../../sipgate/number-text';
import { parseE164, toDialTarget, toMessageNumber } from '../../../sipgate/phone-number';
import { ApiServer, clientOf } from '../helpers/api-server';
import { shouldGrowLinearly } from '../helpers/growth';
import { pdf } from '../helpers/pdf';

const SIZE = 20_000;

/** What makes patterns go back and forth. */
const TEXTS: Record<string, (size: number) => string> = {
  'tel: again and again': (size) => `${'tel:'.repeat(size)}1`,
  blanks: (size) => `+49${' '.repeat(size)}x`,
  'blanks only': (size) => ' '.repeat(size),
  digits: (size) => '1'.repeat(size),
  'digits and a letter': (size) => `${'1'.repeat(size)}x`,
  parentheses: (size) => `${'(1'.repeat(size)}x`,
  slashes: (size) => `${'0211/'.repeat(size)}x`,
  commas: (size) => `0211 9912300${','.repeat(size)}x`,
  pauses: (size) => `0211 9912300${',1 p1 w1;'.repeat(size)}x`,
  'digits with dashes': (size) => `${'1-'.repeat(size)}x`,
  'invisible marks': (size) => `${'\u200e'.repeat(size)}1`,
  'fullwidth digits': (size) => '９'.repeat(size),
  'control characters': (size) => '\u001b['.repeat(size),
  times: (size) => `2026-01-31T${'+00'.repeat(size)}`,
  'letters T': (size) => `2026-01-31${'T'.repeat(size)}`,
  'dots and blanks': (size) => `a${'. '.repeat(size)}b`,
  folders: (size) => `${'../'.repeat(size)}x`,
};

/** Everything that reads a text from outside. */
const READERS: Record<string, (text: string) => unknown> = {
  parseE164: (text) => parseE164(text, 'DE'),
  toDialTarget: (text) => toDialTarget(text, 'DE', 'numbers'),
  toMessageNumber: (text) => toMessageNumber(text, 'DE', 'numbers'),
  splitPause,
  asTyped,
  readDialled,
  parseCountry: (text) => parseCountry(text, 'country'),
  isExtension,
  isSipId,
  accountOfSipId,
  'isExtensionFor phones': (text) => isExtensionFor(text, 'epxy'),
  countSegments,
  toCallId,
  toSequence,
  parseSendAt: (text) => parseSendAt(text, 0),
};

describe('Hostile input', function () {
  this.timeout(120_000);
  let api: ApiServer;

  before(async () => {
    api = await ApiServer.start();
    api.answer = () => ({ json: { sessionId: '1' } });
  });
  after(() => api.stop());

  for (const [reader, read] of Object.entries(READERS)) {
    it(`takes no longer than it is long: ${reader}`, async () => {
      for (const make of Object.values(TEXTS)) {
        await shouldGrowLinearly(SIZE, (size) => read(make(size)));
      }
    });
  }

  it('takes no longer than it is long: all values of SMS, fax, call and webhook settings', async () => {
    const client = clientOf(api);
    const good = '+4921163553355';
    const values: Record<string, (text: string) => Promise<unknown>> = {
      to: (text) => sendSms(client, { sender: 's0', to: text, message: 'x' }),
      sender: (text) => sendSms(client, { sender: text, to: good, message: 'x' }),
      sendAt: (text) => sendSms(client, { sender: 's0', to: good, message: 'x', sendAt: text }),
      filename: (text) => sendFax(client, { to: good, file: pdf(), faxlineId: 'f0', filename: text }),
      faxlineId: (text) => sendFax(client, { to: good, file: pdf(), faxlineId: text }),
      from: (text) => initiateCall(client, { from: text, to: good, deviceId: 'e0' }),
      deviceId: (text) => initiateCall(client, { from: 'p0', to: good, deviceId: text }),
      url: (text) => webhookSettings(client, 'setIncomingUrl', `https://x/${text}`),
      whitelist: (text) => webhookSettings(client, 'setWhitelist', text),
    };
    for (const use of Object.values(values)) {
      for (const make of Object.values(TEXTS)) {
        await shouldGrowLinearly(SIZE / 4, (size) => use(make(size)));
      }
    }
    await client.close();
  });

  for (const [name, part] of Object.entries({
    'object numbers': '1 1 ',
    'ends of objects': 'endobj\n',
    objects: '1 0 obj\n',
    trailers: 'trailer startxref ',
    'white space': ' \n',
  })) {
    it(`takes no longer than it is long: a PDF of ${name}`, () =>
      shouldGrowLinearly(100_000, (size) =>
        checkPdf(Buffer.from(`%PDF-1.7\n1 0 obj\n${part.repeat(size)}`), 'file'),
      ));
  }
});
