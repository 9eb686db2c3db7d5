import type { Browser } from 'playwright-core';
import should from 'should';
import { parseReply, toDialable, toE164, toMessageNumber } from '../../sipgate';
import {
  closeDialog,
  nodesOf,
  openBrowser,
  openDialog,
  openEditor,
  startNodeRed,
  verdict,
  type Editor,
  type EditorNode,
  type NodeRed,
} from './harness';

const ACTIONS = [
  'sipgate-sms',
  'sipgate-fax',
  'sipgate-call',
  'sipgate-call-control',
  'sipgate-contacts',
  'sipgate-webhook-settings',
  'sipgate-lookup',
];

/** A flow as an older version saved it, or a program wrote it: nothing stands there that has a default. */
const BARE_FLOW = [
  { id: 'tab', type: 'tab', label: 'Bare' },
  { id: 'account', type: 'sipgate-account', name: 'Ours' },
  { id: 'italian', type: 'sipgate-account', name: 'Of Italy', country: 'it' },
  { id: 'variable', type: 'sipgate-account', name: 'From the environment', country: '${COUNTRY}' },
  { id: 'hook', type: 'sipgate-webhook', publicUrl: 'https://nr.example.org/sipgate' },
  { id: 'port', type: 'sipgate-webhook', publicUrl: 'https://nr.example.org/sipgate', server: 'port' },
  { id: 'in', type: 'sipgate-webhook-in', z: 'tab', webhook: 'hook', x: 100, y: 40, wires: [[], [], [], []] },
  { id: 'ask', type: 'sipgate-webhook-response', z: 'tab', action: 'gather', x: 100, y: 80, wires: [[]] },
  { id: 'ring', type: 'sipgate-webhook-response', z: 'tab', numbers: '11', x: 100, y: 120, wires: [[]] },
  { id: 'no', type: 'sipgate-webhook-response', z: 'tab', action: 'reject', x: 100, y: 160, wires: [[]] },
  ...ACTIONS.map((type, index) => ({
    id: type,
    type,
    z: 'tab',
    account: 'account',
    x: 400,
    y: 40 + 40 * index,
    wires: [[]],
  })),
  { id: 'text', type: 'sipgate-sms', z: 'tab', account: 'account', to: '0171 1234567', x: 400, y: 280 },
  {
    id: 'odd',
    type: 'sipgate-sms',
    z: 'tab',
    account: 'account',
    message: '42',
    messageType: 'num',
    sendAtType: 'date',
    x: 400,
    y: 320,
  },
];

const LABELS = [
  'All calls',
  'Ask for 1 digit',
  'Redirect to 11',
  'Reject as busy',
  'SMS to msg.to',
  'Fax to msg.to',
  'Call to msg.to',
  'List live calls',
  'Create contact',
  'Read webhook settings',
  'Look up: Users',
  'SMS to 0171 1234567',
];

/** What people write where a number is wanted, and what they mistype; one each, for a comma separates. */
const NUMBERS = [
  ...['0211 63553355', '+49 (211) 6355-3355', '+49 (0)211/63553355', '0211–63553355', '0211−63553355'],
  ...['+49 211 63553355 ext. 5', '０２１１６３５５３３５５', 'hello', 'a@b.de', 'anonymous', "0211'63553355"],
  ...[
    '63553355',
    '3311',
    '116117',
    '4915799912301',
    '4915799912301.0',
    '+40 0722 991 230',
    '0211 9912300p12',
  ],
  ...['12345678901234567', '00000', '0', '11', '*12', '#31', '1234567e0'],
];

function isRefused(rule: (number: string) => unknown, number: string): boolean {
  try {
    rule(number);
    return false;
  } catch {
    return true;
  }
}

describe('Validators', function () {
  this.timeout(60_000);
  let browser: Browser;
  let nodeRed: NodeRed;
  let editor: Editor;

  before(async () => {
    browser = await openBrowser();
    // HTTP nodes share a server with the editor, below whose root a path is the editor's
    nodeRed = await startNodeRed({ settings: { httpNodeRoot: '/' } });
    await fetch(`${nodeRed.editorUrl}flows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(BARE_FLOW),
    });
    editor = await openEditor(browser, nodeRed);
  });

  after(async () => {
    await browser?.close();
    await nodeRed?.stop();
  });

  const nodes = async () => {
    const types = [...new Set(BARE_FLOW.map(({ type }) => type))];
    return (await Promise.all(types.map((type) => nodesOf(editor, type)))).flat();
  };
  const nodeOf = async (id: string) => (await nodes()).find((node) => node.id === id) as EditorNode;

  /** What the validator of a property says: `true`, or the reason. */
  const verdictOf = (id: string, property: string, held: Record<string, unknown>) =>
    verdict(editor, id, property, held[property], held);

  it('take a flow that holds nothing but what has no default', async () => {
    const wrong = (await nodes()).filter((node) => !node.valid);
    wrong.map(({ id, validationErrors }) => [id, validationErrors]).should.deepEqual([]);
  });

  it('and its labels say what its nodes do', async () => {
    const shown = await editor.page.locator('.red-ui-flow-node-label').allTextContents();
    LABELS.filter((label) => !shown.includes(label)).should.deepEqual([]);
  });

  it('and a dialog opened on it and saved changes none of its meaning', async () => {
    const defaults: Record<string, Record<string, unknown>> = {
      'sipgate-sms': { to: 'to', toType: 'msg', message: 'payload', messageType: 'msg', sender: '' },
      'sipgate-fax': {
        operation: 'send',
        file: 'payload',
        fileType: 'msg',
        filename: 'filename',
        wait: false,
      },
      'sipgate-call': { from: 'from', fromType: 'msg', deviceId: '', deviceIdType: 'str' },
      'sipgate-call-control': {
        operation: 'list',
        callId: 'payload.callId',
        callIdType: 'msg',
        announcementSource: 'url',
        attended: false,
        recordingAnnouncement: false,
      },
      'sipgate-contacts': { operation: 'create', scope: 'PRIVATE', content: 'payload', escapeFormulas: true },
      'sipgate-webhook-settings': { operation: 'get', valueType: 'str' },
      ask: { action: 'gather', maxDigits: '1', timeout: '2000', reason: 'busy', anonymous: false },
      in: { direction: 'both', numbers: '' },
      text: { to: '0171 1234567', toType: 'str', messageType: 'msg' },
      odd: { message: '42', messageType: 'num', sendAtType: 'date' },
    };
    for (const [id, expected] of Object.entries(defaults)) {
      await openDialog(editor, id);
      await closeDialog(editor);
      should(await nodeOf(id)).containEql({ ...expected, valid: true });
    }
    await openDialog(editor, 'port', 'sipgate-webhook');
    await closeDialog(editor);
    should(await nodeOf('port')).containEql({
      valid: true,
      path: '/sipgate',
      host: '127.0.0.1',
      port: '8765',
      verifySignature: true,
      replayWindow: '300',
    });
  });

  it('mark the numbers that the runtime refuses, and no others', async () => {
    const redirect = { action: 'redirect', numbers: '11' };
    const rules: [id: string, property: string, refusing: (number: string) => unknown][] = [
      ['text', 'to', (to) => toE164(to, 'DE', 'to')],
      ['sipgate-call', 'to', (to) => toDialable(to, 'DE', 'to')],
      ['sipgate-call', 'callerId', (callerId) => toE164(callerId, 'DE', 'callerId')],
      ['ring', 'numbers', (numbers) => parseReply({ ...redirect, numbers }, 'DE')],
      ['ring', 'callerId', (callerId) => parseReply({ ...redirect, callerId }, 'DE')],
      ['in', 'numbers', (number) => toMessageNumber(number, 'DE', 'numbers')],
    ];
    for (const number of NUMBERS) {
      for (const [id, property, rule] of rules) {
        const held = { [property]: number, [`${property}Type`]: 'str' };
        const isMarked = (await verdictOf(id, property, held)) !== true;
        isMarked.should.equal(isRefused(rule, number), `${number} as ${property} of ${id}`);
      }
    }
  });

  it('read national numbers by the country of the account', async () => {
    const numbers: [number: string, inGermany: boolean, inItaly: boolean, fromVariable: boolean][] = [
      ['0211 63553355', true, false, true],
      ['347 123 4567', false, true, true],
      ['+39 347 123 4567', true, true, true],
      ['hello', false, false, false],
    ];
    for (const [number, ...expected] of numbers) {
      const found = [];
      for (const account of ['account', 'italian', 'variable'])
        found.push((await verdictOf('text', 'to', { to: number, account })) === true);
      found.should.deepEqual(expected, number);
    }
  });

  it('say what is wrong with a number', async () => {
    const reasons = {
      '63553355': 'To: has no area code, got “63553355”',
      '116117': 'To: must be a whole phone number, got the short code “116117”',
      '0211 9912300 ext. 12':
        'To: must be a phone number without extension or pause, got “0211 9912300 ext. 12”',
      '4915799912301.0': 'To: must be a phone number, got a decimal: “4915799912301.0”',
      hello: 'To: must be a phone number, got “hello”',
    };
    for (const [to, reason] of Object.entries(reasons))
      should(await verdictOf('text', 'to', { to })).equal(reason);
  });

  const GOOD_AND_BAD: [id: string, property: string, good: unknown[], bad: unknown[], also?: object][] = [
    ['sipgate-sms', 'sender', ['', 's0', 'z1', '0171 1234567'], ['e0', 'hello', 's0,s1']],
    [
      'sipgate-sms',
      'sendAt',
      [
        '',
        '2026-12-24',
        '2026-12-24 18:00',
        '2026-12-24T18:00:00,5+0100',
        '20261224T180000Z',
        '2026-12-24 18:00:00+01',
        '1798131600000',
      ],
      [
        'tomorrow',
        '2026-02-31',
        '2026-1-5',
        '24.12.2026 18:00',
        '18:00',
        '2026-12-24T25:00',
        '2026-12-24T18:00 Uhr',
        '20261224T',
      ],
      { sendAtType: 'str' },
    ],
    ['sipgate-fax', 'faxlineId', ['', 'f0'], ['e0', 'f', 'fax1', '0211 63553355']],
    ['sipgate-fax', 'waitTimeout', ['', '600', 1], ['0', '1.5', '86401', 'soon'], { wait: true }],
    [
      'sipgate-call',
      'from',
      ['e0', 'p1', '+49 211 63553355'],
      ['f0', '', 'me', '11,12'],
      { fromType: 'str' },
    ],
    ['sipgate-call', 'deviceId', ['', 'e0', 'y1'], ['0211 63553355', 's0', '1234567e0']],
    ['sipgate-call', 'deviceId', ['e0'], ['', ' '], { from: '0211 63553355', fromType: 'str' }],
    ['sipgate-call-control', 'callId', ['A1 b/2'], ['', ' '], { operation: 'hangup', callIdType: 'str' }],
    ['sipgate-call-control', 'callId', ['payload.callId'], ['', 'a b'], { operation: 'hold' }],
    [
      'sipgate-call-control',
      'sequence',
      ['0042', '*#aD', ' 1 ', '1'.repeat(100)],
      ['', '1 2', '1,2', '1p2', '+49', 'x', '1'.repeat(101)],
      { operation: 'dtmf' },
    ],
    [
      'sipgate-call-control',
      'number',
      ['0211 63553355', '+43 1 588580', '11', '116117', 'e0', 'p1', 'k7'],
      ['', 'f0', 's0', 'me', '63553355', '0211 1,0211 2', '0211 9912300 ext. 12'],
      { operation: 'transfer' },
    ],
    [
      'sipgate-call-control',
      'announcement',
      ['https://example.org/a.wav'],
      ['', 'a.wav', '/a.wav', 'ftp://example.org/a.wav'],
      { operation: 'announce' },
    ],
    [
      'sipgate-call-control',
      'announcement',
      ['sounds/hello.wav', 'Hello'],
      ['', ' '],
      { operation: 'announce', announcementSource: 'text' },
    ],
    [
      'sipgate-call-control',
      'voice',
      ['hook'],
      ['', '_ADD_', 'gone'],
      { operation: 'announce', announcementSource: 'text' },
    ],
    [
      'sipgate-call-control',
      'webhook',
      ['hook'],
      ['', '_ADD_', 'gone'],
      { operation: 'announce', announcementSource: 'file' },
    ],
    ['sipgate-call', 'callerId', ['', '0211 63553355'], ['e0', 'anonymous', '0211 1,0211 2']],
    [
      'ring',
      'numbers',
      ['11, e0', '0211 63553355'],
      ['', ',', '1,2,3,4,5,6', '0211 63553355,,12'],
      { numbersType: 'str' },
    ],
    ['ring', 'callerId', ['', '0211 63553355', 'anonymous'], ['11,12', 'me']],
    [
      'ask',
      'announcement',
      ['', 'https://example.org/a.wav'],
      ['a.wav', 'https://a b.de/', 'https:///a.wav'],
    ],
    ['ask', 'maxDigits', ['', '1', 20], ['0', '1.5', '1.0', '1e3', '-1']],
    [
      'hook',
      'publicUrl',
      ['https://nr.example.org/sipgate'],
      [
        ...['', 'nr.example.org', 'https://nr.example.org/a b'],
        ...[
          'https://nr.example.org/\u0001',
          'https://nr.example.org/\ufffe',
          'https://nr.example.org/\ud800',
        ],
      ],
    ],
    [
      'hook',
      'path',
      ['', '/', '/flows', '/sipgate/höhe', 'sipgate/x'],
      ['/a b', '/a?b', '/a#b', '/admin', '/admin/flows', '/admin/sipgate/accounts/x', `/${'x'.repeat(600)}`],
    ],
    ['port', 'path', ['/admin/flows'], ['/a b']],
    ['hook', 'replayWindow', ['', '0', '86400'], ['86401', '-1']],
    ['hook', 'country', ['', 'DE', 'at', 'UK'], ['Germany', 'D', 'XX']],
    ['hook', 'allowedIps', ['', '192.0.2.1, 2001:db8::/32'], ['192.0.2.0/33', 'example.org', 'localhost']],
    ['port', 'host', ['', '0.0.0.0', '::'], ['my host']],
    ['port', 'port', ['', '8765'], ['70000', 'http']],
    ['in', 'numbers', ['', '0211 63553355, *12', 'anonymous'], ['a@b.de']],
    ['sipgate-webhook-settings', 'value', ['p0, g0', 'W1'], ['', 'e0', 'all'], { operation: 'setWhitelist' }],
  ];

  for (const [id, property, good, bad, also = {}] of GOOD_AND_BAD) {
    it(`know good and bad values of ${property} (${id}${Object.keys(also)
      .map((key) => `, ${key}`)
      .join('')})`, async () => {
      for (const value of good)
        should(await verdictOf(id, property, { ...also, [property]: value })).be.true();
      for (const value of bad) {
        const reason = await verdictOf(id, property, { ...also, [property]: value });
        should(reason)
          .be.a.String()
          .and.match(/^[A-Z][\w ]+: .*[a-z]/);
      }
    });
  }
});
