import should from 'should';
import { Simulator } from '../../../simulator';
import type { CallScript, SimulatedCall } from '../../../simulator';
import { codes, eventsOf, startWebhook, subscribing, wav, xmlErrors } from '../webhook';
import type { Say, TestWebhook } from '../webhook';
import type { NetworkEntry } from '../../../simulator/network/transcript';
import { eventually } from '../../eventually';

const ANN = '4921163553355';
const CALLER = '4915799912345';

describe('the simulated telephone network', () => {
  let webhook: TestWebhook;
  let simulator: Simulator;

  before(async () => {
    const files = { 'good.wav': wav(), 'stereo.wav': wav({ channels: 2 }) };
    webhook = await startWebhook(() => undefined, files);
    simulator = await Simulator.start({ webhookUrl: `${webhook.url}/sipgate`, webhookTimeoutMs: 300 });
  });
  after(async () => {
    await simulator.stop();
    await webhook.close();
  });

  /** Places a call to a webhook that says this, and waits for its end. */
  async function place(say: Say, script: Partial<CallScript> = {}): Promise<SimulatedCall> {
    webhook.seen.length = 0;
    webhook.say = say;
    const call = simulator.call({
      from: `+${CALLER}`,
      to: `+${ANN}`,
      ringMs: 1,
      hangUpAfterMs: 5,
      ...script,
    });
    await call.ended;
    return call;
  }

  /** Says `action` to NEW_CALL, with follow-ups, and nothing to the rest. */
  const onNewCall =
    (action: string): Say =>
    (seen) =>
      seen.event === 'newCall' ? subscribing(webhook, action) : undefined;

  const gather = (more = '', attributes = 'maxDigits="1" timeout="200"') =>
    `<Gather onData="${webhook.url}/data" ${attributes}>${more}</Gather>`;
  const play = (file: string) => `<Play><Url>${webhook.url}/files/${file}</Url></Play>`;

  describe('follow-up events', () => {
    it('posts nothing but NEW_CALL to a webhook that has not asked for more', async () => {
      const call = await place(() => undefined);
      webhook.events().should.eql(['newCall']);
      call.outcome.should.containEql({ kind: 'answered', by: `+${ANN}`, user: 'Ann Example' });
    });

    it('posts answer and hangup to the URLs that the webhook has named', async () => {
      await place(onNewCall(''));
      webhook.seen
        .map(({ event, path }) => `${event} ${path}`)
        .should.eql(['newCall /sipgate', 'answer /answer', 'hangup /hangup']);
    });

    it('follows the last answer that named a URL, also the one to the digits', async () => {
      await place(
        (seen) => {
          if (seen.event === 'newCall') return subscribing(webhook, gather());
          if (seen.event === 'dtmf') return `<Response onHangup="${webhook.url}/other"/>`;
          return undefined;
        },
        { press: ['1'] },
      );
      webhook.seen.map(({ path }) => path).should.eql(['/sipgate', '/data', '/answer', '/other']);
    });

    it('carries the fields that sipgate documents, numbers without plus', async () => {
      await place(onNewCall(''));
      const fields = webhook.seen.map(({ form }) => Object.fromEntries(form));
      const [newCall, answer, hangup] = fields;
      const common = {
        direction: 'in',
        from: CALLER,
        to: ANN,
        callId: newCall?.callId,
        origCallId: newCall?.callId,
        xcid: newCall?.xcid,
      };
      should(newCall).eql({
        event: 'newCall',
        ...common,
        'user[]': 'Ann Example',
        'userId[]': 'w0',
        'fullUserId[]': '1234567w0',
      });
      should(answer).eql({
        event: 'answer',
        ...common,
        user: 'Ann Example',
        userId: 'w0',
        fullUserId: '1234567w0',
        answeringNumber: ANN,
      });
      should(hangup).eql({ event: 'hangup', ...common, cause: 'normalClearing', answeringNumber: ANN });
    });

    it('names the user who answered a group call, and all of them before', async () => {
      const user = [
        { name: 'Ann', userId: 'w0' },
        { name: 'Bob', userId: 'w1' },
      ];
      await place(onNewCall(''), { user, callees: { w0: 'busy' } });
      should(webhook.all('newCall')[0]?.form.getAll('user[]')).eql(['Ann', 'Bob']);
      should(webhook.all('answer')[0]?.form.get('user')).equal('Bob');
    });

    it('asks the other URL about calls that go out, and names no user in their answer', async () => {
      const call = await place(onNewCall(''), { direction: 'out' });
      should(webhook.all('newCall')[0]?.form.get('direction')).equal('out');
      should(webhook.all('answer')[0]?.form.has('user')).be.false();
      call.outcome.kind.should.equal('answered');
    });
  });

  describe('Dial', () => {
    it('rings the numbers at once; the first to answer wins', async () => {
      const numbers = ['4915700000001', '4915700000002', 'e0'].map((number) => `<Number>${number}</Number>`);
      const call = await place(onNewCall(`<Dial callerId="${ANN}">${numbers.join('')}</Dial>`), {
        callees: {
          '+4915700000001': { kind: 'answers', afterMs: 30 },
          '4915700000002': { kind: 'answers', afterMs: 10 },
          e0: 'busy',
        },
      });
      call.outcome.should.containEql({ kind: 'answered', by: '+4915700000002' });
      should(webhook.all('answer')[0]?.form.get('answeringNumber')).equal('4915700000002');
      codes(call.transcript).should.containDeepOrdered(['showsCallerId', 'rings', 'calleeBusy', 'answered']);
    });

    const failures = [
      ['busy', 'busy'],
      ['noAnswer', 'noAnswer'],
      ['notFound', 'notFound'],
    ] as const;
    for (const [callee, cause] of failures) {
      it(`hangs up with the cause ${cause} when the telephone is ${callee}`, async () => {
        const call = await place(onNewCall('<Dial><Number>4915700000001</Number></Dial>'), {
          callees: { '4915700000001': callee },
        });
        call.outcome.kind.should.equal(cause);
        should(webhook.all('hangup')[0]?.form.get('cause')).equal(cause);
        webhook.all('answer').should.be.empty();
      });
    }

    it('sends the voicemail a new leg, which answers at once', async () => {
      const call = await place(onNewCall('<Dial><Voicemail/></Dial>'));
      call.outcome.kind.should.equal('voicemail');
      webhook.events().should.eql(['newCall', 'hangup', 'newCall', 'answer', 'hangup']);
      const [first, second] = webhook.all('newCall').map(({ form }) => form);
      should(second?.getAll('user[]')).eql(['voicemail']);
      should(second?.has('userId[]')).be.false();
      should(second?.get('origCallId')).equal(first?.get('callId'));
      should(second?.get('callId')).not.equal(first?.get('callId'));
      should(webhook.all('hangup')[0]?.form.get('cause')).equal('forwarded');
    });
  });

  describe('Reject, Hangup, Play', () => {
    it('rejects as busy', async () => {
      const call = await place(onNewCall('<Reject reason="busy"/>'));
      call.outcome.should.containEql({ kind: 'rejected', reason: 'busy' });
      should(webhook.all('hangup')[0]?.form.get('cause')).equal('busy');
    });

    it('rejects for good', async () => {
      const call = await place(onNewCall('<Reject/>'));
      call.outcome.should.containEql({ kind: 'rejected', reason: 'rejected' });
      should(webhook.all('hangup')[0]?.form.get('cause')).equal('noAnswer');
    });

    it('hangs up', async () => {
      const call = await place(onNewCall('<Hangup/>'));
      call.outcome.kind.should.equal('hungUp');
      webhook.events().should.eql(['newCall', 'hangup']);
    });

    it('plays a good file, then rings the user', async () => {
      const call = await place(onNewCall(play('good.wav')));
      call.outcome.should.containEql({ kind: 'answered', played: [`${webhook.url}/files/good.wav`] });
      codes(call.transcript).should.containDeepOrdered(['plays', 'rings', 'answered']);
    });

    it('skips a file in the wrong format in silence, and says why in the transcript', async () => {
      const call = await place(onNewCall(play('stereo.wav')));
      call.outcome.should.containEql({ kind: 'answered', played: [] });
      should(call.transcript.some(({ text }) => text.includes('it has 2 channels, not 1'))).be.true();
    });

    it('skips a file that is not there', async () => {
      const call = await place(onNewCall(play('nowhere.wav')));
      should(call.transcript.some(({ text }) => text.includes('the HTTP status is 404'))).be.true();
    });

    it('tells how long the caller has listened before he hung up, and keeps what he heard', async () => {
      webhook.say = onNewCall(play('good.wav'));
      const call = simulator.call({ from: `+${CALLER}`, to: `+${ANN}`, speed: 1 });
      await eventually(
        () => codes(call.transcript).includes('plays'),
        () => 'an announcement',
      );
      call.hangUp();
      await call.ended;
      codes(call.transcript).should.containDeepOrdered(['plays', 'heardPart', 'callerHungUp']);
      const plays = call.transcript.find((entry) => entry.kind === 'network' && entry.code === 'plays');
      const { sound } = (plays as NetworkEntry).values;
      const kept = await fetch(`${simulator.url}/api/sounds/${sound}.wav`);
      Buffer.from(await kept.arrayBuffer()).should.deepEqual(wav());
      for (const name of ['9999.wav', 'x.wav', '1.mp3'])
        (await fetch(`${simulator.url}/api/sounds/${name}`)).status.should.equal(404);
    });

    it('fetches nothing from elsewhere, and takes it for good', async () => {
      const call = await place(onNewCall('<Play><Url>https://files.example.org/a.wav</Url></Play>'));
      codes(call.transcript).should.containEql('playsUnseen');
      call.outcome.played.should.eql(['https://files.example.org/a.wav']);
    });
  });

  describe('Gather', () => {
    it('posts the digits as text and obeys what it gets for them', async () => {
      const call = await place(
        (seen) => {
          if (seen.event === 'newCall') return subscribing(webhook, gather('', 'maxDigits="4"'));
          return seen.event === 'dtmf' ? '<Response><Reject/></Response>' : undefined;
        },
        { press: ['0042'] },
      );
      const data = webhook.all('dtmf')[0];
      should([...(data?.form.keys() ?? [])]).eql(['event', 'callId', 'dtmf']);
      should(data?.form.get('dtmf')).equal('0042');
      should(data?.path).equal('/data');
      call.outcome.should.containEql({ kind: 'rejected', digits: ['0042'] });
    });

    it('gives each Gather its own digits, and nothing to those beyond the list', async () => {
      const call = await place(
        (seen) => (webhook.all('dtmf').length < 4 ? subscribing(webhook, gather()) : seen.event && undefined),
        { press: ['1', '', '#'] },
      );
      call.outcome.digits.should.eql(['1', '', '#', '']);
    });

    it('leaves dtmf out and sends it empty by turns when nothing was pressed', async () => {
      await place((seen) =>
        seen.event !== 'dtmf' || webhook.all('dtmf').length < 2 ? subscribing(webhook, gather()) : undefined,
      );
      webhook
        .all('dtmf')
        .map(({ form }) => form.get('dtmf'))
        .should.eql([null, '']);
    });

    it('waits as long as the flow asked for, divided by the speed', async () => {
      const started = Date.now();
      await place(onNewCall(gather('', 'timeout="4000"')), { speed: 20 });
      (Date.now() - started).should.be.aboveOrEqual(190);
    });

    it('stops the announcement at the first digit', async () => {
      const call = await place(onNewCall(gather(play('good.wav'))), { press: ['7'], speed: 1 });
      codes(call.transcript).should.containDeepOrdered(['plays', 'stopsPlaying', 'pressed']);
    });

    it('takes no more digits than were asked for', async () => {
      const call = await place(onNewCall(gather()), { press: ['123'] });
      call.outcome.digits.should.eql(['1']);
      codes(call.transcript).should.containEql('tooManyDigits');
    });

    it('takes keys that are pressed while it waits', async () => {
      webhook.say = onNewCall(gather('', 'maxDigits="2" timeout="60000"'));
      const call = simulator.call({ from: CALLER, to: ANN, ringMs: 1, hangUpAfterMs: 5 });
      const end = simulator.onEntry((entry) => {
        if (entry.kind === 'network' && entry.code === 'waits') {
          call.press('4');
          setImmediate(() => call.press('2'));
        }
      });
      (await call.ended).digits.should.eql(['42']);
      end();
    });

    it('ends a flow that asks for ever', async () => {
      const call = await place(() => subscribing(webhook, gather('', 'timeout="1"')), { speed: Infinity });
      codes(call.transcript).should.containEql('tooManyGathers');
      call.outcome.kind.should.equal('answered');
    });
  });

  describe('the caller', () => {
    it('hangs up while it rings: cause cancel', async () => {
      const call = await place(onNewCall(''), {
        giveUpAfterMs: 40,
        callees: { default: 'noAnswer' },
        ringMs: 5000,
      });
      call.outcome.kind.should.equal('cancelled');
      should(webhook.all('hangup')[0]?.form.get('cause')).equal('cancel');
    });

    it('hangs up while a menu waits for digits: nothing is posted to the menu any more', async () => {
      const call = await place(onNewCall(gather('', 'timeout="60000"')), { giveUpAfterMs: 40 });
      call.outcome.kind.should.equal('cancelled');
      webhook.events().should.eql(['newCall', 'hangup']);
    });

    it('ends the conversation', async () => {
      webhook.say = onNewCall('');
      const call = simulator.call({ from: CALLER, to: ANN, ringMs: 1, hangUpAfterMs: Infinity });
      const end = simulator.onEntry((entry) => {
        if (entry.kind === 'answer' && entry.event === 'answer') call.hangUp();
      });
      (await call.ended).kind.should.equal('answered');
      end();
    });

    it('may be anonymous and diverted', async () => {
      await place(() => undefined, { anonymous: true, diversion: '0211 111111' });
      const form = webhook.all('newCall')[0]?.form;
      should(form?.get('from')).equal('anonymous');
      should(form?.get('diversion')).equal('49211111111');
    });
  });

  describe('legs', () => {
    const legs = () =>
      webhook.seen.map(
        ({ event, form }) => `${event} ${form.get('callId') === form.get('origCallId') ? 'A' : 'B'}`,
      );

    it('forwards when busy: hangup A with cause forwarded, then leg B with the diversion', async () => {
      await place(onNewCall(''), { callees: { [ANN]: 'busy' }, forwardTo: '+4921163553366' });
      legs().should.eql(['newCall A', 'hangup A', 'newCall B', 'answer B', 'hangup B']);
      should(webhook.all('hangup')[0]?.form.get('cause')).equal('forwarded');
      const [a, b] = webhook.all('newCall').map(({ form }) => form);
      should(b?.get('diversion')).equal(ANN);
      should(b?.get('to')).equal('4921163553366');
      should(b?.getAll('user[]')).eql(['Bob Example']);
      should(b?.get('xcid')).equal(a?.get('xcid'));
    });

    it('transfers: B is announced and answered before A hangs up', async () => {
      const call = await place(onNewCall(''), { transferTo: '+4921163553366' });
      legs().should.eql(['newCall A', 'answer A', 'newCall B', 'answer B', 'hangup A', 'hangup B']);
      call.outcome.should.containEql({ kind: 'answered', by: '+4921163553366' });
    });

    it('goes on with A when B does not answer', async () => {
      const call = await place(onNewCall(''), {
        transferTo: '+4921163553366',
        callees: { '+4921163553366': 'busy' },
      });
      legs().should.eql(['newCall A', 'answer A', 'newCall B', 'hangup B', 'hangup A']);
      call.outcome.should.containEql({ kind: 'answered', by: `+${ANN}` });
    });

    it('gives a leg that the webhook did not subscribe to no follow-ups', async () => {
      await place(
        (seen) => (webhook.all('newCall').length === 1 && seen ? subscribing(webhook) : undefined),
        {
          callees: { [ANN]: 'busy' },
          forwardTo: '+4921163553366',
        },
      );
      legs().should.eql(['newCall A', 'hangup A', 'newCall B']);
    });

    it('dials for the REST API: out, then in, with one origCallId', async () => {
      webhook.seen.length = 0;
      webhook.say = onNewCall('');
      simulator.clickToDial({ sessionId: 'S1', caller: 'e0', callee: '+4915799912345' });
      const outcome = await simulator.calls.at(-1)?.ended;
      should(outcome).containEql({ kind: 'answered', by: '+4915799912345' });
      webhook
        .all('newCall')
        .map(({ form }) => form.get('direction'))
        .should.eql(['out', 'in']);
      webhook
        .all('newCall')
        .map(({ form }) => form.get('origCallId'))
        .should.eql(['S1', 'S1']);
      webhook.events().should.eql(['newCall', 'answer', 'newCall', 'answer', 'hangup', 'hangup']);
    });
  });

  describe('the account’s settings', () => {
    const initial = () => ({ ...simulator.account.settings });
    let before: ReturnType<typeof initial>;
    beforeEach(() => (before = initial()));
    afterEach(() => Object.assign(simulator.account.settings, before));

    it('posts nothing where no URL is set', async () => {
      simulator.account.settings.incomingUrl = '';
      const call = await place(() => undefined);
      webhook.seen.should.be.empty();
      codes(call.transcript).should.containDeepOrdered(['noWebhook', 'rings', 'answered']);
    });

    it('holds the whitelist against the line and its users', async () => {
      simulator.account.settings.whitelist = ['p1', 'w0'];
      await place(() => undefined);
      webhook.events().should.eql(['newCall']);
      simulator.account.settings.whitelist = ['p1'];
      const call = await place(() => undefined);
      webhook.seen.should.be.empty();
      codes(call.transcript).should.containEql('notListed');
      await place(() => undefined, { extension: 'p1' });
      webhook.events().should.eql(['newCall']);
      simulator.account.settings.whitelist = [];
      await place(() => undefined);
      webhook.seen.should.be.empty();
    });

    it('keeps the webhook log when it is switched on, with the reason of a refusal', async () => {
      const { webhookLog } = simulator.account;
      const length = webhookLog.length;
      await place(() => undefined);
      webhookLog.length.should.equal(length);
      simulator.account.settings.log = true;
      await place(() => '<Response>');
      const entry = webhookLog.at(-1);
      should(entry).containEql({ url: `${webhook.url}/sipgate`, response: '<Response>', status: '200' });
      should(entry?.xmlError).match(/<\/Response> is missing/);
      should(entry?.request).match(/^event=newCall&/);
      await place(() => () => undefined);
      should(webhookLog.at(-1)).containEql({ status: '600', xmlError: 'no answer in 300 ms' });
    });
  });

  describe('answers that sipgate refuses', () => {
    const answers: [string, Say, RegExp][] = [
      ['another status', () => (r) => r.writeHead(500).end('<Response/>'), /status is 500, it must be 200/],
      ['204 for NEW_CALL', () => (r) => r.writeHead(204).end(), /status is 204/],
      ['a redirect', () => (r) => r.writeHead(302, { Location: '/' }).end(), /status is 302/],
      ['text/html', () => (r) => r.setHeader('Content-Type', 'text/html').end('<Response/>'), /text\/html/],
      ['text/xml', () => (r) => r.setHeader('Content-Type', 'text/xml').end('<Response/>'), /text\/xml/],
      ['no content type', () => (r) => r.end('<Response/>'), /content type is missing/],
      ['broken XML', () => '<Response><Hangup></Response>', /<Hangup> is closed by/],
      ['an unescaped &', () => '<Response onAnswer="http://x.example/?a=1&b=2"/>', /& is not escaped/],
      [
        'what is no UTF-8',
        () => (r) => xml(r).end(Buffer.from('<Response>\xfc</Response>', 'latin1')),
        /UTF-8/,
      ],
      ['more than 64 KiB', () => (r) => xml(r).end(`<Response>${' '.repeat(70_000)}</Response>`), /64 KiB/],
      ['a torn connection', () => (r) => void r.destroy(), /socket hang up|ECONNRESET/],
      ['what is no HTTP', () => (r) => void r.socket?.end('hello'), /Parse Error|Expected HTTP/],
      [
        'another protocol',
        () => (r) => void r.socket?.end('HTTP/1.1 101 Other\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
        /no answer in 300 ms|socket hang up/,
      ],
      ['silence', () => () => undefined, /no answer in 300 ms/],
      ['an answer that never ends', () => (r) => void xml(r).write('<Response>'), /no answer in 300 ms/],
    ];
    const xml = (response: Parameters<Exclude<ReturnType<Say>, string | undefined>>[0]) =>
      response.setHeader('Content-Type', 'application/xml');
    for (const [what, say, why] of answers) {
      it(`refuses ${what}, and rings the user as if there were no webhook`, async () => {
        const call = await place(say);
        xmlErrors(call.transcript).join().should.match(why);
        codes(call.transcript).should.containDeepOrdered(['goesOn', 'rings', 'answered']);
        call.outcome.kind.should.equal('answered');
      });
    }

    it('accepts parameters of the content type, and gzip', async () => {
      const { gzipSync } = await import('node:zlib');
      const call = await place(() => (response) => {
        response.writeHead(200, {
          'Content-Type': 'Application/XML; charset="utf-8"',
          'Content-Encoding': 'gzip',
        });
        response.end(gzipSync('<Response><Hangup/></Response>'));
      });
      call.outcome.kind.should.equal('hungUp');
    });

    it('accepts 204 for answer and hangup, whose answers sipgate discards', async () => {
      const call = await place((seen) =>
        seen.event === 'newCall' ? subscribing(webhook) : (response) => response.writeHead(204).end(),
      );
      xmlErrors(call.transcript).should.be.empty();
    });

    it('says when a follow-up was refused', async () => {
      const call = await place((seen) =>
        seen.event === 'newCall' ? subscribing(webhook) : (response) => response.writeHead(401).end(),
      );
      xmlErrors(call.transcript).should.eql(['the HTTP status is 401', 'the HTTP status is 401']);
    });

    it('goes on when nobody listens', async () => {
      const dead = await startWebhook();
      await dead.close();
      const call = await place(() => `<Response onAnswer="${dead.url}" onHangup="not a url"/>`);
      call.outcome.kind.should.equal('answered');
      const other = await place(() => `<Response onAnswer="${dead.url}"/>`);
      xmlErrors(other.transcript)
        .join()
        .should.match(/ECONNREFUSED/);
    });
  });

  it('writes every event and answer down in their order', async () => {
    const call = await place(onNewCall(''));
    call.transcript
      .filter(({ kind }) => kind !== 'network')
      .map(({ kind }) => kind)
      .should.eql(['event', 'answer', 'event', 'answer', 'event', 'answer']);
    should(eventsOf(call.transcript)[0]?.fields).containEql({ from: CALLER, 'user[]': ['Ann Example'] });
  });
});
