import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import should from 'should';
import { freePort, type Runtime } from '../node-red';
import {
  aiFlow,
  aiFlowAll,
  aiFlowIn,
  aiFlowResponse,
  dial,
  newSession,
  postEvent,
  startAiRuntime,
  TOKEN,
  wireEvent,
} from './helpers/ai-flow';
import { fn, probe, response, TAB, webhook, webhookIn, type FlowNode } from './helpers/flow';
import { eventually, newCall } from './helpers/http';

const speaks = (text = 'Hallo') => aiFlowResponse('answer', { text, textType: 'str' });

describe('An AI flow', () => {
  let runtime: Runtime | undefined;
  afterEach(async () => {
    await runtime?.stop();
    runtime = undefined;
  });
  const start = async (flow: FlowNode[], options: object = {}) =>
    (runtime = await startAiRuntime([TAB, ...flow], options));
  const event = () => wireEvent('user_speak', { text: 'a' }, newSession());

  describe('refuses', () => {
    for (const server of ['node-red', 'port'] as const) {
      it(`what is not sipgate’s, on ${server}`, async () => {
        const port = await freePort();
        const of = aiFlow({ server, port });
        const red = await start([of, aiFlowAll(of, ['got']), probe('got')]);
        const url = (server === 'port' ? `http://127.0.0.1:${port}` : red.url) + of.path;
        const headers = (more: object) => ({ headers: { ...more } });
        const CASES: [status: number, answer: Promise<{ status: number; body: string; headers: object }>][] =
          [
            [405, postEvent(url, event(), { method: 'PUT' })],
            [405, postEvent(url, '', { method: 'GET' })],
            [415, postEvent(url, event(), headers({ 'Content-Type': 'text/plain' }))],
            [413, postEvent(url, `"${'x'.repeat(65_536)}"`)],
            [413, postEvent(url, `"${'x'.repeat(70_000)}"`, { chunked: true })],
            [400, postEvent(url, '{"type":"session_start"')],
            [400, postEvent(url, '[]')],
            [400, postEvent(url, '{"type":"session_start"}')],
            [400, postEvent(url, '{"session":{"id":"a"}}')],
            [401, postEvent(url, event(), headers({ 'X-API-TOKEN': 'wrong' }))],
            [401, postEvent(url, event(), headers({ 'X-API-TOKEN': undefined }))],
          ];
        for (const [status, answer] of CASES) {
          const got = await answer;
          got.status.should.equal(status);
          if (status === 405 && got.body === '') continue;
          (JSON.parse(got.body) as { error: string }).error.should.be.a.String();
        }
        await dial(url, { 'X-API-TOKEN': 'wrong' }).should.be.rejectedWith('HTTP 401');
        await dial(url, {}).should.be.rejectedWith('HTTP 401');
        red.messages('got').should.eql([]);
      });
    }

    it('other addresses', async () => {
      const of = aiFlow({ allowedIps: '10.0.0.0/8', trustProxy: '127.0.0.1' });
      const red = await start([of, aiFlowAll(of, ['answer']), speaks()]);
      const url = red.url + of.path;
      (await postEvent(url, event())).status.should.equal(403);
      (await postEvent(url, event(), { headers: { 'X-Forwarded-For': '10.1.1.1' } })).status.should.equal(
        200,
      );
      await dial(url).should.be.rejectedWith('HTTP 403');
      const line = await dial(url, { 'X-API-TOKEN': TOKEN, 'X-Forwarded-For': '10.1.1.1' });
      line.hangUp();
    });

    it('the secret in another header than the one that is set', async () => {
      const of = aiFlow({ tokenHeader: 'X-Other' });
      const red = await start([of, aiFlowAll(of, ['answer']), speaks()]);
      (await postEvent(red.url + of.path, event())).status.should.equal(401);
      (await postEvent(red.url + of.path, event(), { headers: { 'x-other': TOKEN } })).status.should.equal(
        200,
      );
    });

    it('WebSockets on the path of a webhook, and on one that nobody has', async () => {
      const port = await freePort();
      const [of, hook] = [aiFlow({ server: 'port', port }), webhook({ server: 'port', port })];
      await start([of, hook]);
      await dial(`http://127.0.0.1:${port}${hook.path}`).should.be.rejectedWith('HTTP 404');
      await dial(`http://127.0.0.1:${port}/elsewhere`).should.be.rejectedWith('HTTP 404');
    });
  });

  it('warns where it asks for no secret, and takes all who know the path', async () => {
    const of = aiFlow();
    const entrance = aiFlowAll(of, ['answer']);
    const red = await start([of, entrance, speaks()], { credentials: { [of.id]: {} } });
    red.said(of.id, 'warn').should.eql(['sipgate-ai-flow.error.noToken']);
    should(red.statuses(entrance.id)[0]).containEql({ fill: 'yellow' });
    const answer = await postEvent(red.url + of.path, event(), { headers: { 'X-API-TOKEN': undefined } });
    answer.status.should.equal(200);
  });

  it('never tells its secret or its path', async () => {
    const of = aiFlow({ publicUrl: 'not a url' });
    const red = await start([of]);
    red
      .said(of.id, 'error')
      .join()
      .should.match(/publicUrl/);
    red
      .said(of.id, 'error')
      .join()
      .should.not.match(/not a url/);
  });

  for (const [field, properties] of [
    ['path', { path: '/flows' }],
    ['path', { path: '/a b' }],
    ['tokenHeader', { tokenHeader: 'X API' }],
    ['country', { country: 'XX' }],
    ['responseTimeout', { responseTimeout: 0 }],
    ['allowedIps', { allowedIps: 'all' }],
    ['port', { server: 'port', port: 70_000 }],
  ] as const)
    it(`says what is wrong with its ${field}: ${JSON.stringify(properties)}`, async () => {
      const of = aiFlow(properties);
      const red = await start([of]);
      red
        .said(of.id, 'error')
        .join()
        .should.match(new RegExp(`\`${field}\``));
    });

  it('has a path of its own, which no webhook can have', async () => {
    const of = aiFlow();
    const hook = webhook({ path: of.path });
    const red = await start([of, hook]);
    [...red.said(of.id, 'error'), ...red.said(hook.id, 'error')]
      .join()
      .should.match(/taken by another webhook or AI flow/);
  });

  it('shares a port with a webhook', async () => {
    const port = await freePort();
    const [of, hook] = [aiFlow({ server: 'port', port }), webhook({ server: 'port', port })];
    const red = await start([
      of,
      hook,
      aiFlowAll(of, ['answer']),
      speaks(),
      webhookIn(hook, { newCall: ['hangup'] }),
      response('hangup', { action: 'hangup' }),
    ]);
    const base = `http://127.0.0.1:${port}`;
    (await red.request(base + hook.path, newCall())).body.should.match(/<Hangup/);
    (await postEvent(base + of.path, event())).body.should.match(/Hallo/);
    const line = await dial(base + of.path);
    line.say(event());
    (await line.action()).should.containEql({ text: 'Hallo' });
    line.hangUp();
  });

  it('is below httpNodeRoot, over HTTP and over WebSockets', async () => {
    const of = aiFlow();
    const red = await start([of, aiFlowAll(of, ['answer']), speaks()], {
      settings: { httpNodeRoot: '/api' },
    });
    (await postEvent(`${red.url}/api${of.path}`, event())).status.should.equal(200);
    const line = await dial(`${red.url}/api${of.path}`);
    line.say(event());
    await line.action();
    line.hangUp();
  });

  it('leaves WebSockets of others alone, such as the editor’s', async () => {
    const red = await start([aiFlow()]);
    const line = await dial(`${red.url}/comms`);
    line.hangUp();
  });

  it('answers events, and calls, that come to its port with the offer to go on in HTTP/2', async () => {
    const port = await freePort();
    const [of, hook] = [aiFlow({ server: 'port', port }), webhook({ server: 'port', port })];
    const red = await start([
      of,
      aiFlowIn(of, { speak: ['answer'] }),
      speaks(),
      hook,
      webhookIn(hook, { newCall: ['busy'] }),
      response('busy', { action: 'reject' }),
    ]);
    const base = `http://127.0.0.1:${port}`;
    // as Java's client does with every request
    const headers = {
      Connection: 'Upgrade, HTTP2-Settings',
      Upgrade: 'h2c',
      'HTTP2-Settings': 'AAEAAEAAAAIAAAAB',
    };
    const long = wireEvent('user_speak', { text: 'a'.repeat(60_000) }, newSession());
    for (const body of [event(), long])
      (await postEvent(base + of.path, body, { headers })).body.should.containEql('Hallo');
    (await red.request(base + hook.path, newCall(), { headers })).body.should.containEql('<Reject');
    const connection = await dial(base + of.path);
    connection.hangUp();
  });

  describe('over a WebSocket', () => {
    it('is answered at any time, without a deadline, and without an event', async () => {
      const of = aiFlow({ responseTimeout: 50 });
      const red = await start([
        of,
        aiFlowAll(of, ['late', 'got']),
        probe('got'),
        fn('late', 'setTimeout(() => node.send(msg), 150); return null;', ['answer']),
        speaks('Spät'),
        aiFlowResponse('other', { action: 'hangup' }, ['out']),
        probe('out'),
      ]);
      const session = newSession();
      const line = await dial(red.url + of.path);
      line.say(wireEvent('user_speak', { text: 'a' }, session));
      (await line.action()).should.containEql({ text: 'Spät' });
      red.node('other').receive({ sessionId: session.id } as never);
      (await line.action(1)).should.eql({ type: 'hangup', session_id: session.id });
      should((await red.message('out'))['actions']).eql([{ type: 'hangup', session_id: session.id }]);
      red.said(of.id, 'warn').should.eql([]);
      line.hangUp();
    });

    it('gives the flow a SESSION_END when the connection is lost, and none when it had one', async () => {
      const of = aiFlow();
      const red = await start([
        of,
        aiFlowIn(of, { start: ['got'], end: ['got'] }),
        probe('got'),
        aiFlowResponse('answer', { action: 'hangup' }),
        { id: 'catch', type: 'catch', z: 'tab', scope: null, wires: [['caught']] },
        probe('caught'),
      ]);
      const [one, two] = [newSession(), newSession()];
      const lost = await dial(red.url + of.path);
      lost.say(wireEvent('session_start', {}, one));
      await red.message('got');
      lost.hangUp();
      const { topic, payload, call } = await red.message('got', 1);
      topic.should.equal('SESSION_END');
      payload.should.eql({
        event: 'SESSION_END',
        sessionId: one.id,
        accountId: 'acc-1',
        number: '+4915799912300',
        direction: 'in',
        from: '+4915799912345',
        to: '+4915799912300',
        lost: true,
      });
      should(call['endedAt']).be.a.String();
      const ended = await dial(red.url + of.path);
      ended.say(wireEvent('session_start', {}, two));
      ended.say(wireEvent('session_end', {}, two));
      await red.message('got', 3);
      ended.socket.close();
      await eventually(() => ended.closed());
      red.node('answer').receive({ sessionId: two.id } as never);
      (await red.message('caught')).error.should.containEql({ code: 'NOT_FOUND' });
      red.messages('got').length.should.equal(4);
      should(red.messages('got')[3]?.payload).not.have.property('lost');
    });

    it('keeps the connection over a deploy, with all that comes meanwhile', async () => {
      const of = aiFlow();
      const flow = (text: string) => [of, aiFlowAll(of, ['got', 'answer']), probe('got'), speaks(text)];
      const red = await start(flow('Vorher'));
      const session = newSession();
      const line = await dial(red.url + of.path);
      line.say(wireEvent('session_start', {}, session));
      (await line.action()).should.containEql({ text: 'Vorher' });
      const deployed = red.deploy([TAB, ...flow('Nachher')]);
      for (const text of ['a', 'b', 'c']) line.say(wireEvent('user_speak', { text }, session));
      await deployed;
      await line.action(3);
      line.heard.slice(1).forEach((action) => action.should.containEql({ text: 'Nachher' }));
      const texts = red.messages('got').map(({ payload }) => payload['text']);
      texts.filter((text) => text !== undefined).should.eql(['a', 'b', 'c']);
      const [{ sipgate } = { sipgate: undefined }] = red.messages('got');
      red.node('answer').receive({ sipgate } as never);
      await line.action(4);
      should(line.closed()).equal(undefined);
      line.hangUp();
    });

    for (const [what, flow] of [
      ['is deleted', []],
      ['is switched off', [{ id: 'other', type: 'helper', z: 'tab', wires: [] } as FlowNode]],
    ] as const)
      it(`closes the connection when the AI flow ${what}`, async () => {
        const of = aiFlow();
        const red = await start([of, aiFlowAll(of, ['got']), probe('got')]);
        const line = await dial(red.url + of.path);
        line.say(event());
        await red.message('got');
        await red.deploy([TAB, ...(what === 'is switched off' ? [{ ...of, d: true }] : []), ...flow]);
        should(await eventually(() => line.closed())).equal(1001);
      });

    it('closes frames that are too long, and passes over others that hold no event', async () => {
      const of = aiFlow();
      const red = await start([of, aiFlowAll(of, ['got']), probe('got')]);
      const line = await dial(red.url + of.path);
      for (const frame of ['', '{', '[]', 'null', '{"type":1}']) line.say(frame);
      line.socket.send(Buffer.from(JSON.stringify(event())), { binary: true });
      line.say(event());
      await red.message('got');
      red.messages('got').length.should.equal(1);
      line.say('x'.repeat(70_000));
      should(await eventually(() => line.closed())).be.oneOf(1009, 1006);
    });
  });

  describe('and a deploy', () => {
    it('answers all 100 open events before the flows stop', async () => {
      const of = aiFlow({ responseTimeout: 5000, filler: 'Einen Moment' });
      const flow = [TAB, of, aiFlowAll(of, ['got'], { wait: 'always' }), probe('got')];
      const red = await start(flow.slice(1));
      const answers = Array.from({ length: 100 }, () => postEvent(red.url + of.path, event()));
      await red.message('got', 99);
      await red.deploy(flow);
      for (const answer of await Promise.all(answers)) answer.status.should.equal(204);
    });

    it('in whose middle events come has the next flows answer them', async () => {
      const of = aiFlow();
      const flow = [TAB, of, aiFlowAll(of, ['answer']), speaks()];
      const red = await start(flow.slice(1));
      const deployed = red.deploy(flow);
      const answers = Array.from({ length: 20 }, () => postEvent(red.url + of.path, event()));
      await deployed;
      for (const answer of await Promise.all(answers)) answer.body.should.match(/Hallo/);
    });
  });

  describe('tries itself out', () => {
    const ask = (red: Runtime, id: string, sentence: string) =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        const node = red.node(id) as unknown as { running: { runTestSession(text: string): Promise<never> } };
        node.running.runTestSession(sentence).then(resolve, reject);
      });

    it('through its public URL, with its secret, and says what the flow answered', async () => {
      const of = aiFlow();
      const red = await start([
        of,
        aiFlowIn(of, { start: ['answer'], speak: ['echo'], end: ['ended'] }),
        speaks('Guten Tag'),
        aiFlowResponse('echo', { text: 'payload.text', textType: 'msg' }),
        probe('ended'),
      ]);
      const { ok, steps } = await ask(red, of.id, 'Wie spät ist es?');
      should(ok).equal(true);
      (steps as { event: string; answer?: { text: string } }[])
        .map(({ event: name, answer }) => [name, answer?.text])
        .should.eql([
          ['session_start', 'Guten Tag'],
          ['user_speak', 'Wie spät ist es?'],
          ['session_end', undefined],
        ]);
      await red.message('ended');
    });

    for (const said of ['{"success":true}', '{"type":"speak","text":"a"}', '[1]', '"a"', '<html>'])
      it(`and takes no answer of somebody else for one of the flow: ${said}`, async () => {
        const other = createServer((_request, answer) => answer.end(said)).listen(0, '127.0.0.1');
        await once(other, 'listening');
        const of = aiFlow({ publicUrl: `http://127.0.0.1:${(other.address() as AddressInfo).port}/other` });
        const red = await start([of]);
        const result = await ask(red, of.id, '');
        other.close();
        result.should.containEql({ ok: false, reason: 'not an answer of this AI flow' });
      });

    it('and says what is in the way', async () => {
      const port = await freePort();
      const of = aiFlow({ publicUrl: `http://127.0.0.1:${port}/nobody` });
      const red = await start([of]);
      const { ok, reason, url } = await ask(red, of.id, '');
      should(ok).equal(false);
      String(reason).should.match(/ECONNREFUSED/);
      should(url).equal(`http://127.0.0.1:${port}/nobody`);
    });
  });
});
