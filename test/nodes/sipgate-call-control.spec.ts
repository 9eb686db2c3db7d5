import should from 'should';
import type { CallScript, SimulatedCall } from '../../simulator';
import { eventually } from '../eventually';
import { startActionRuntime, type ActionRuntime, type ActionRuntimeOptions } from './helpers/action-runtime';

const ANN = '+4921163553355';
const BOB = '+4921163553366';

describe('sipgate-call-control', () => {
  let host: ActionRuntime;
  afterEach(() => host.stop());

  const start = async (properties: object = {}, options: ActionRuntimeOptions = {}) =>
    (host = await startActionRuntime({ type: 'sipgate-call-control', ...properties }, options));
  const requests = () => host.simulator.account.requests;

  /** Places a call and waits until it is established. */
  async function talk(more: Partial<CallScript> = {}): Promise<{ call: SimulatedCall; callId: string }> {
    const script = { from: '+4915799912345', to: ANN, ringMs: 1, hangUpAfterMs: Infinity, ...more };
    const call = host.simulator.call(script);
    await eventually(() => codes(call).includes('answered'));
    return { call, callId: await onlyLiveCall() };
  }
  async function onlyLiveCall(): Promise<string> {
    const { id, token } = host.simulator.account.credentials.tokens[0]!;
    const authorization = `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`;
    const answer = await fetch(`${host.simulator.url}/v2/calls`, { headers: { authorization } });
    const { data } = (await answer.json()) as { data: { callId: string }[] };
    requests().length = 0;
    data.length.should.equal(1);
    return data[0]!.callId;
  }
  const codes = (call: SimulatedCall) =>
    call.transcript.flatMap((entry) => (entry.kind === 'network' ? [entry.code] : []));

  it('lists the live calls', async () => {
    await start();
    const { call, callId } = await talk();
    host.send('action', { topic: 'kept' });
    const { payload, topic } = await host.runtime.message('result');
    topic.should.equal('kept');
    const [live, ...others] = payload as unknown as {
      callId: string;
      participants: { phoneNumber: string }[];
    }[];
    others.should.be.empty();
    should(live).containEql({ callId, muted: false, hold: false, recording: false });
    live!.participants.map(({ phoneNumber }) => phoneNumber).should.deepEqual(['+4915799912345', ANN]);
    call.hangUp();
  });

  it('lists nothing when nobody talks', async () => {
    await start({ operation: 'list' });
    host.send('action', {});
    (await host.runtime.message('result')).payload.should.deepEqual([]);
  });

  it('hangs up the call in msg.payload.callId', async () => {
    await start({ operation: 'hangup' });
    const { call, callId } = await talk();
    host.send('action', { payload: { event: 'ANSWER', callId }, call: { data: { a: 1 } } });
    const message = await host.runtime.message('result');
    message.payload.should.deepEqual({ callId, operation: 'hangup' });
    message.call.data.should.deepEqual({ a: 1 });
    (await call.ended).kind.should.equal('answered');
    codes(call).should.containEql('controlHangsUp');
    await eventually(() => host.runtime.statuses('action').at(-1)?.text?.includes('status.hangup'));
  });

  for (const [operation, code] of [
    ['hold', 'held'],
    ['resume', 'resumed'],
    ['mute', 'muted'],
    ['unmute', 'unmuted'],
    ['startRecording', 'startsRecording'],
  ] as const) {
    it(`${operation} acts on the live call`, async () => {
      await start({ operation });
      const { call, callId } = await talk();
      host.send('action', { payload: { callId } });
      (await host.runtime.message('result')).payload.should.deepEqual({ callId, operation });
      codes(call).should.containEql(code);
      call.hangUp();
    });
  }

  it('records with an announcement where the dialog says so, and the recording is in the history', async () => {
    await start(
      { operation: 'startRecording', recordingAnnouncement: true },
      {
        more: [
          {
            id: 'stop',
            type: 'sipgate-call-control',
            z: 'tab',
            account: 'account',
            operation: 'stopRecording',
            wires: [['stopped']],
          },
          { id: 'stopped', type: 'helper', z: 'tab', wires: [] },
        ],
      },
    );
    const { call, callId } = await talk();
    host.send('action', { payload: { callId } });
    await host.runtime.message('result');
    host.send('stop', { payload: { callId } });
    await host.runtime.message('stopped');
    requests()
      .map(({ body }) => body)
      .should.deepEqual([
        { value: true, announcement: true },
        { value: false, announcement: false },
      ]);
    call.hangUp();
    await call.ended;
    const [entry] = host.simulator.account.history.entries;
    should(entry?.type === 'CALL' && entry.recordings.length).equal(1);
  });

  it('plays the announcement at a URL', async () => {
    await start({
      operation: 'announce',
      announcement: 'https://example.org/hello.wav',
      announcementType: 'str',
    });
    const { call, callId } = await talk();
    host.send('action', { payload: { callId }, announcement: 'mine' });
    const message = await host.runtime.message('result');
    message.payload.should.deepEqual({ callId, operation: 'announce' });
    should(message['announcement']).equal('mine');
    await eventually(() => call.outcome.played.length === 1);
    call.outcome.played.should.deepEqual(['https://example.org/hello.wav']);
    call.hangUp();
  });

  it('takes the URL from the message, and says what is wrong with it', async () => {
    await start({ operation: 'announce', announcement: 'url', announcementType: 'msg' });
    host.send('action', { payload: { callId: 'A1' }, url: 'hello.wav' });
    const { error } = await host.caught();
    error.code.should.equal('INVALID_INPUT');
    error.message.should.containEql('`announcement` must be an absolute URL, got "hello.wav"');
    requests().should.be.empty();
  });

  it('plays a text, a file or a Buffer that a webhook hosts', async () => {
    const webhook = { id: 'hook', type: 'sipgate-webhook', path: '/sipgate/control', publicUrl: '' };
    const more = [webhook, { id: 'voice', type: 'sipgate-voice' }];
    await start(
      {
        operation: 'announce',
        announcementSource: 'text',
        announcement: 'say',
        announcementType: 'msg',
        voice: 'voice',
        webhook: 'hook',
      },
      { more },
    );
    const { call, callId } = await talk();
    host.send('action', { payload: { callId }, say: 'Guten Tag.' });
    const message = await host.runtime.message('result');
    const { url, duration } = message['announcement'] as { url: string; duration: number };
    url.should.match(/^http:\/\/.+\/sipgate\/control\/announcements\/[\da-f]{40}\.wav$/);
    duration.should.be.within(0.4, 2);
    await eventually(() => call.outcome.played.length === 1);
    call.outcome.played.should.deepEqual([url]);
    (await fetch(url)).status.should.equal(200);
    call.hangUp();
  });

  it('needs a webhook for a sound that is no URL', async () => {
    await start({
      operation: 'announce',
      announcementSource: 'text',
      announcement: 'Hallo',
      announcementType: 'str',
    });
    host.send('action', { payload: { callId: 'A1' } });
    (await host.caught()).error.message.should.containEql('`webhook` is missing');
    requests().should.be.empty();
  });

  it('presses keys', async () => {
    await start({ operation: 'dtmf', sequence: '0042#', sequenceType: 'str' });
    const { call, callId } = await talk();
    host.send('action', { payload: { callId } });
    (await host.runtime.message('result')).payload.should.deepEqual({ callId, operation: 'dtmf' });
    should(requests()[0]).containEql({ body: { sequence: '0042#' } });
    codes(call).should.containEql('sendsDtmf');
    call.hangUp();
  });

  it('transfers blind to a number as people write it, with the country of the account', async () => {
    await start(
      { operation: 'transfer', number: 'payload.to', numberType: 'msg' },
      { account: { country: 'AT' } },
    );
    const { call, callId } = await talk();
    host.send('action', { payload: { callId, to: '01 588580' } });
    (await host.runtime.message('result')).payload.should.deepEqual({ callId, operation: 'transfer' });
    should(requests()[0]).containEql({ body: { phoneNumber: '+431588580', attended: false } });
    await eventually(() => codes(call).includes('transfers'));
    call.hangUp();
  });

  it('transfers attended where the dialog says so', async () => {
    await start({ operation: 'transfer', number: BOB, numberType: 'str', attended: true });
    const { call, callId } = await talk();
    host.send('action', { payload: { callId } });
    await host.runtime.message('result');
    should(requests()[0]).containEql({ body: { phoneNumber: BOB, attended: true } });
    call.hangUp();
  });

  it('transfers no more often than the account may spend', async () => {
    const properties = { operation: 'transfer', number: BOB, numberType: 'str' };
    await start(properties, { account: { maxPerMinute: '1', allowedPrefixes: '' } });
    const { callId } = await talk();
    host.send('action', { payload: { callId } });
    await host.runtime.message('result');
    host.send('action', { payload: { callId } });
    (await host.caught()).error.code.should.equal('RATE_LIMITED');
    requests().length.should.equal(1);
  });

  it('asks for the id where a message has none, before any request', async () => {
    await start({ operation: 'hangup' });
    const without = [
      { payload: 'hello' },
      {},
      { payload: null },
      { payload: { callId: '' } },
      { payload: [] },
    ];
    for (const [nth, message] of without.entries()) {
      host.send('action', message);
      const { error } = await host.caught(nth);
      error.code.should.equal('INVALID_INPUT');
      error.message.should.containEql('`callId` is missing').and.containEql('webhook in');
    }
    requests().should.be.empty();
  });

  it('says that a call is over, with what sipgate answered', async () => {
    await start({ operation: 'hold' });
    host.send('action', { payload: { callId: 'gone' } });
    const { error, statusCode } = await host.caught();
    error.code.should.equal('NOT_FOUND');
    should(statusCode).equal(404);
    host.runtime.messages('result').should.be.empty();
  });

  it('does not look at what the dialog holds for another operation', async () => {
    await start({ operation: 'hangup', sequence: '${NOT_SET}', number: 'x', announcementSource: 'file' });
    const { callId } = await talk();
    host.send('action', { payload: { callId } });
    (await host.runtime.message('result')).payload.should.containEql({ operation: 'hangup' });
  });

  it('says what to use instead on sipgate neo', async () => {
    await start({ operation: 'mute' });
    host.simulator.account.platform = 'neo';
    host.send('action', { payload: { callId: 'A1' } });
    const { error } = await host.caught();
    error.code.should.equal('FORBIDDEN');
    error.message.should.containEql('neo').and.containEql('on hold');
  });

  it('refuses an operation that there is not', async () => {
    await start({ operation: 'whisper' });
    host.send('action', { payload: { callId: 'A1' } });
    (await host.caught()).error.message.should.containEql('`operation` must be one of list, hangup');
  });

  it('lists the live calls for its dialog, by who takes part', async () => {
    await start();
    const { call, callId } = await talk();
    const { status, body } = await host.ask('sipgate/accounts/account/lookup/calls', {});
    status.should.equal(200);
    should(body).deepEqual({ items: [{ value: callId, label: `+4915799912345 – ${ANN} (${callId})` }] });
    call.hangUp();
  });
});
