import should from 'should';
import { Simulator } from '../../../simulator';
import type { CallScript } from '../../../simulator';
import { startWebhook, subscribing } from '../webhook';
import type { TestWebhook } from '../webhook';

const ANN = '+4921163553355';
const BOB = '+4921163553366';
const CALLER = '+4915799912345';

describe('a simulated call in the history', () => {
  let webhook: TestWebhook;
  let simulator: Simulator;
  let action = '';

  before(async () => {
    webhook = await startWebhook(({ event }) => subscribing(webhook, event === 'newCall' ? action : ''));
    simulator = await Simulator.start({ webhookUrl: webhook.url });
  });
  beforeEach(() => {
    action = '';
    simulator.account.history.entries = [];
  });
  after(async () => {
    await simulator.stop();
    await webhook.close();
  });

  /** @returns the only entry that the call has left */
  async function entryOf(more: Partial<CallScript> = {}) {
    await simulator.call({ from: CALLER, to: ANN, ringMs: 1, hangUpAfterMs: 1, ...more }).ended;
    const [entry, ...others] = simulator.account.history.entries;
    others.should.be.empty();
    return entry;
  }

  it('is one entry with its numbers, its line and its outcome', async () => {
    const entry = await entryOf();
    should(entry).containEql({
      type: 'CALL',
      direction: 'INCOMING',
      source: CALLER,
      target: ANN,
      targetAlias: 'Ann Example',
      status: 'PICKUP',
      callStatus: 'SUCCESS',
      connectionIds: ['p0'],
      durationS: 0,
    });
    should(entry).have.property('callId', webhook.all('newCall').at(-1)?.form.get('origCallId'));
  });

  const missed: [string, Partial<CallScript>, string, object][] = [
    ['is busy', { callees: { default: 'busy' } }, '', { status: 'BUSY', callStatus: 'BUSY' }],
    [
      'is not picked up',
      { callees: { default: 'noAnswer' } },
      '',
      { status: 'NOPICKUP', callStatus: 'MISSED' },
    ],
    ['is rejected', {}, '<Reject/>', { status: 'NOPICKUP', callStatus: 'REJECTED' }],
    ['is hung up by the webhook', {}, '<Hangup/>', { callStatus: 'REJECTED' }],
  ];
  for (const [what, script, xml, expected] of missed) {
    it(`is missed when it ${what}`, async () => {
      action = xml;
      should(await entryOf(script)).containEql({ direction: 'MISSED_INCOMING', ...expected });
    });
  }

  it('is one entry, however many legs it had', async () => {
    const entry = await entryOf({ forwardTo: BOB, callees: { [ANN]: 'noAnswer' } });
    should(entry).containEql({ type: 'CALL', direction: 'INCOMING', status: 'PICKUP' });
    simulator.account.history.entries = [];
    should(await entryOf({ transferTo: BOB })).containEql({ type: 'CALL', direction: 'INCOMING' });
  });

  it('counts as forwarded when the webhook sent it to somebody else', async () => {
    action = '<Dial><Number>4915700000001</Number></Dial>';
    should(await entryOf()).containEql({ direction: 'INCOMING', status: 'FORWARD' });
  });

  it('leaves a voicemail with what was said', async () => {
    const entry = await entryOf({
      forwardTo: 'voicemail',
      callees: { [ANN]: 'noAnswer' },
      message: 'The cellar is wet.',
    });
    should(entry).containEql({
      type: 'VOICEMAIL',
      direction: 'INCOMING',
      transcription: 'The cellar is wet.',
      connectionIds: ['v0'],
    });
  });

  it('goes out: one entry for both telephones, on the line of the device’s user', async () => {
    await simulator.clickToDial({ sessionId: 'S1', caller: 'e1', callee: CALLER }, { hangUpAfterMs: 1 })
      .ended;
    const callees = { [CALLER]: 'noAnswer' } as const;
    await simulator.clickToDial({ sessionId: 'S2', caller: 'e0', callee: CALLER }, { ringMs: 1, callees })
      .ended;
    const [answered, missedCall] = simulator.account.history.entries;
    should(answered).containEql({ direction: 'OUTGOING', callId: 'S1', connectionIds: ['p1'] });
    should(missedCall).containEql({ direction: 'MISSED_OUTGOING', callId: 'S2', callStatus: 'MISSED' });
  });
});
