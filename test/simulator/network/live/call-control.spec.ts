import should from 'should';
import { Simulator } from '../../../../simulator';
import type { CallScript, SimulatedCall } from '../../../../simulator';
import { demoToken } from '../../rest/rest-server';
import { codes, startWebhook, subscribing, wav } from '../../webhook';
import type { TestWebhook } from '../../webhook';

const ANN = '+4921163553355';
const BOB = '+4921163553366';

interface Live {
  readonly callId: string;
  readonly muted: boolean;
  readonly hold: boolean;
  readonly recording: boolean;
  readonly participants: readonly { readonly phoneNumber: string; readonly owner: boolean }[];
}

describe('call control of a simulated call', () => {
  let webhook: TestWebhook;
  let simulator: Simulator;

  before(async () => {
    webhook = await startWebhook(() => subscribing(webhook), { 'good.wav': wav() });
    simulator = await Simulator.start({ webhookUrl: webhook.url });
  });
  beforeEach(() => {
    webhook.seen.length = 0;
    simulator.account.platform = 'classic';
    simulator.account.history.entries = [];
  });
  after(async () => {
    await simulator.stop();
    await webhook.close();
  });

  async function ask(method: string, path: string, body?: unknown) {
    const headers = { authorization: demoToken, 'content-type': 'application/json' };
    const answer = await fetch(`${simulator.url}/v2/calls${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  }
  const live = async () => (JSON.parse((await ask('GET', '')).text) as { data: Live[] }).data;
  const control = async (method: string, path: string, body?: unknown) =>
    should((await ask(method, path, body)).status).equal(204);

  /** Waits for an entry of the call's transcript. */
  async function until(call: SimulatedCall, isThere: () => boolean): Promise<void> {
    if (isThere()) return;
    await new Promise<void>((resolve) => {
      const end = simulator.onEntry((entry) => {
        if (entry.call !== call.number || !isThere()) return;
        end();
        resolve();
      });
    });
  }
  const answersTo = (event: string) =>
    simulator.calls.at(-1)?.transcript.filter((entry) => entry.kind === 'answer' && entry.event === event)
      .length ?? 0;

  /** Places a call and waits until it is established. */
  async function talk(more: Partial<CallScript> = {}): Promise<{ call: SimulatedCall; callId: string }> {
    const script = { from: '+4915799912345', to: ANN, ringMs: 1, hangUpAfterMs: Infinity };
    const call = simulator.call({ ...script, ...more });
    await until(call, () => answersTo('answer') === 1);
    return { call, callId: webhook.all('newCall').at(-1)?.form.get('callId') ?? '' };
  }
  const story = () =>
    webhook.seen.map(({ event, form }) => {
      const leg = form.get('callId') === form.get('origCallId') ? 'A' : 'B';
      return [event, leg, form.get('cause')].filter((part) => part !== null).join(' ');
    });

  it('lists established calls with their participants, and none that still rings or talks to a mailbox', async () => {
    const ringing = simulator.call({ from: '1', to: ANN, ringMs: 60_000 });
    const mailbox = await talk({ forwardTo: 'voicemail', callees: { [ANN]: 'busy' } });
    (await live()).should.be.empty();
    (await ask('DELETE', `/${mailbox.callId}`)).status.should.equal(404);
    ringing.hangUp();
    mailbox.call.hangUp();
    webhook.seen.length = 0;
    const { call, callId } = await talk();
    const [one, ...others] = await live();
    others.should.be.empty();
    should(one).containEql({ callId, muted: false, hold: false, recording: false });
    should(one?.participants.map(({ phoneNumber, owner }) => [phoneNumber, owner])).eql([
      ['+4915799912345', false],
      [ANN, true],
    ]);
    call.hangUp();
    await call.ended;
    (await live()).should.be.empty();
  });

  it('hangs up', async () => {
    const { call, callId } = await talk();
    await control('DELETE', `/${callId}`);
    (await call.ended).kind.should.equal('answered');
    codes(call.transcript).should.containEql('controlHangsUp');
    should(story().at(-1)).equal('hangup A normalClearing');
    (await ask('DELETE', `/${callId}`)).status.should.equal(404);
  });

  it('obeys a flow that hangs up as soon as it hears of the answer', async () => {
    webhook.say = ({ event, form }) => {
      if (event !== 'answer') return subscribing(webhook);
      return (response) =>
        void ask('DELETE', `/${form.get('callId')}`).then(() => response.writeHead(204).end());
    };
    const script = { from: '1', to: ANN, ringMs: 1, hangUpAfterMs: Infinity };
    const call = simulator.call(script);
    (await call.ended).kind.should.equal('answered');
    webhook.say = () => subscribing(webhook);
  });

  it('mutes, holds and ends both', async () => {
    const { call, callId } = await talk();
    await control('PUT', `/${callId}/muted`, { value: true });
    await control('PUT', `/${callId}/hold`, { value: true });
    should((await live())[0]).containEql({ muted: true, hold: true });
    await control('PUT', `/${callId}/muted`, { value: false });
    await control('PUT', `/${callId}/hold`, { value: false });
    should((await live())[0]).containEql({ muted: false, hold: false });
    codes(call.transcript).should.containDeepOrdered(['muted', 'held', 'unmuted', 'resumed']);
    call.hangUp();
  });

  it('records, and the history has the recordings', async () => {
    const { call, callId } = await talk();
    await control('PUT', `/${callId}/recording`, { value: true, announcement: true });
    should((await live())[0]).containEql({ recording: true });
    await control('PUT', `/${callId}/recording`, { value: false, announcement: false });
    await control('PUT', `/${callId}/recording`, { value: true, announcement: true });
    await control('DELETE', `/${callId}`);
    await call.ended;
    const answer = await fetch(`${simulator.url}/v2/history`, { headers: { authorization: demoToken } });
    const { items } = (await answer.json()) as { items: { recordings: { url: string }[] }[] };
    should(items[0]?.recordings.length).equal(2);
    const file = await fetch(items[0]?.recordings[1]?.url ?? '');
    should(file.headers.get('content-type')).equal('audio/x-wav');
    should(file.headers.get('content-length')).equal(String((await file.arrayBuffer()).byteLength));
  });

  it('plays an announcement to both and sends tones', async () => {
    const { call, callId } = await talk();
    await control('POST', `/${callId}/announcements`, { url: `${webhook.url}/files/good.wav` });
    await until(call, () => codes(call.transcript).includes('plays'));
    await control('POST', `/${callId}/dtmf`, { sequence: '12#' });
    codes(call.transcript).should.containEql('sendsDtmf');
    call.hangUp();
    (await call.ended).played.should.eql([`${webhook.url}/files/good.wav`]);
  });

  it('transfers blind: the first leg hangs up at once', async () => {
    const { call, callId } = await talk();
    await control('POST', `/${callId}/transfer`, { phoneNumber: BOB, attended: false });
    await until(call, () => answersTo('answer') === 2);
    story().should.eql(['newCall A', 'answer A', 'newCall B', 'hangup A normalClearing', 'answer B']);
    const second = webhook.all('newCall')[1]?.form;
    should(second?.get('to')).equal(BOB.slice(1));
    should(second?.get('diversion')).equal(ANN.slice(1));
    should(second?.getAll('user[]')).eql(['']);
    (await live()).map((one) => one.callId).should.eql([second?.get('callId')]);
    await control('DELETE', `/${second?.get('callId')}`);
    (await call.ended).should.containEql({ kind: 'answered', by: BOB });
    should(simulator.account.history.entries.length).equal(1);
  });

  it('ends the call when nobody answers a blind transfer', async () => {
    const { call, callId } = await talk({ callees: { [BOB]: 'noAnswer' } });
    await control('POST', `/${callId}/transfer`, { phoneNumber: BOB.slice(1), attended: false });
    (await call.ended).kind.should.equal('noAnswer');
    should(story().at(-1)).equal('hangup B noAnswer');
    should(simulator.account.history.entries[0]).containEql({ direction: 'INCOMING' });
  });

  it('gives the call back when nobody answers an attended transfer', async () => {
    const { call, callId } = await talk({ callees: { [BOB]: 'busy' } });
    const transfer = { phoneNumber: BOB, attended: true, callerId: '+492214710100' };
    await control('POST', `/${callId}/transfer`, transfer);
    await until(call, () => answersTo('hangup') === 1);
    story().should.eql(['newCall A', 'answer A', 'newCall B', 'hangup B busy']);
    await control('DELETE', `/${callId}`);
    (await call.ended).should.containEql({ kind: 'answered', by: ANN });
    codes(call.transcript).should.containDeepOrdered(['showsCallerId', 'transfers', 'controlHangsUp']);
  });

  it('finds a click-to-call pair by its session id, once the callee has picked up', async () => {
    const order = { sessionId: 'S 1/2', caller: 'e0', callee: '+4915799912345' };
    const call = simulator.clickToDial(order, { hangUpAfterMs: Infinity, ringMs: 1 });
    await until(call, () => answersTo('answer') === 2);
    (await live()).length.should.equal(1);
    await control('DELETE', `/${encodeURIComponent(order.sessionId)}`);
    (await call.ended).kind.should.equal('answered');
  });

  it('refuses what sipgate refuses', async () => {
    const { call, callId } = await talk();
    const wrong: [string, string, unknown, number][] = [
      ['PUT', `/${callId}/muted`, { value: 'true' }, 400],
      ['PUT', `/${callId}/hold`, {}, 400],
      ['PUT', `/${callId}/recording`, { value: true }, 400],
      ['POST', `/${callId}/announcements`, { url: '/a.wav' }, 400],
      ['POST', `/${callId}/announcements`, { url: 'file:///etc/passwd' }, 400],
      ['POST', `/${callId}/dtmf`, { sequence: '12x' }, 400],
      ['POST', `/${callId}/dtmf`, { sequence: '' }, 400],
      ['POST', `/${callId}/transfer`, { phoneNumber: '0211 6355', attended: false }, 400],
      ['POST', `/${callId}/transfer`, { phoneNumber: BOB }, 400],
      ['POST', '/nowhere/transfer', { phoneNumber: BOB, attended: false }, 404],
      ['PUT', '/nowhere/hold', { value: true }, 404],
      ['DELETE', '/nowhere', undefined, 404],
      ['POST', `/${callId}/hold`, { value: true }, 405],
      ['POST', '', { deviceId: 'e0', targetNumber: BOB }, 403],
    ];
    for (const [method, path, body, status] of wrong) {
      should((await ask(method, path, body)).status).equal(status, `${method} ${path}`);
    }
    call.hangUp();
  });

  it('lacks on the new platform what is reported to be missing there, and dials in its way', async () => {
    const { call, callId } = await talk();
    simulator.account.platform = 'neo';
    for (const [method, path, body] of [
      ['PUT', `/${callId}/muted`, { value: true }],
      ['POST', `/${callId}/announcements`, { url: 'https://example.org/a.wav' }],
      ['PUT', `/${callId}/recording`, { value: true, announcement: false }],
    ] as const) {
      (await ask(method, path, body)).status.should.equal(403);
    }
    await control('PUT', `/${callId}/recording`, { value: true, announcement: true });
    await control('DELETE', `/${callId}`);
    await call.ended;
    const dialled = await ask('POST', '', { deviceId: 'e0', targetNumber: '4915799912345' });
    should(JSON.parse(dialled.text)).have.property('callId').which.is.a.String();
    const outgoing = simulator.calls.at(-1);
    should(outgoing?.script).containEql({ to: '4915799912345', direction: 'out' });
    outgoing?.hangUp();
    (await ask('POST', '', { deviceId: 'e9', targetNumber: BOB })).status.should.equal(403);
    (await ask('POST', '', { deviceId: 'e0', targetNumber: 'x' })).status.should.equal(400);
    await outgoing?.ended;
  });
});
