import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import should from 'should';
import { Simulator } from '../../../simulator';
import { createAccount } from '../../../simulator/account/demo-account';
import { Conversations } from '../../../simulator/ai-flow/conversations';
import { Network } from '../../../simulator/network/network';
import type { EventSender } from '../../../simulator/network/webhook/event-sender';
import { createRestApi } from '../../../simulator/rest';
import { startServer } from '../../../simulator/server/server';
import { buildPage } from '../page/built-page';
import { startWebhook, subscribing } from '../webhook';
import type { TestWebhook } from '../webhook';

const FROM_PAGE = { 'X-Sipgate-Simulator': 'page', 'Content-Type': 'application/json' };

describe('the server of the simulator', () => {
  let simulator: Simulator;
  let webhook: TestWebhook;
  let page: Awaited<ReturnType<typeof buildPage>>;

  before(async () => {
    page = await buildPage();
  });
  after(() => page.remove());
  beforeEach(async () => {
    webhook = await startWebhook(() => subscribing(webhook));
    simulator = await Simulator.start({ webhookUrl: webhook.url, pageFolder: page.folder });
  });
  afterEach(async () => {
    await simulator.stop();
    await webhook.close();
  });

  const post = (path: string, body: unknown, headers: Record<string, string> = FROM_PAGE) =>
    fetch(`${simulator.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });

  /** fetch does not let anybody choose the Host. */
  const getAs = (host: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const asked = request(simulator.url, { headers: { Host: host }, agent: new Agent() }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      asked.on('error', reject).end();
    });

  it('is served with its scripts, styles and a policy that lets no other site in', async () => {
    for (const path of ['/', '/page.js', '/style.css', '/account.css', '/icon.svg']) {
      const answer = await fetch(`${simulator.url}${path}`);
      answer.status.should.equal(200, path);
      should(answer.headers.get('content-security-policy')).match(/default-src 'self'/);
      (await answer.text()).length.should.be.above(50);
    }
  });

  it('serves no other file', async () => {
    for (const path of ['/cli.js', '/..%2fcli.ts', '/page/index.html', '/constructor', '/favicon.ico']) {
      (await fetch(`${simulator.url}${path}`)).status.should.equal(404, path);
    }
  });

  it('answers to this computer’s names only', async () => {
    (await getAs(`localhost:${simulator.port}`)).should.equal(200);
    (await getAs('127.0.0.1')).should.equal(200);
    (await getAs('evil.example.org')).should.equal(403);
    (await getAs('127.0.0.1.evil.example.org')).should.equal(403);
  });

  it('places no call for another site', async () => {
    const order = { from: '1', to: '2' };
    (await post('/api/calls', order, { 'Content-Type': 'text/plain' })).status.should.equal(403);
    const foreign = { ...FROM_PAGE, Origin: 'http://evil.example.org' };
    (await post('/api/calls', order, foreign)).status.should.equal(403);
    simulator.calls.should.be.empty();
  });

  it('places a call, presses keys and hangs up', async () => {
    const say = `<Gather onData="${webhook.url}/data" timeout="60000"/>`;
    webhook.say = ({ event }) => subscribing(webhook, event === 'newCall' ? say : '');
    const asked = new Promise<void>((resolve) => {
      simulator.onEntry((entry) => {
        if (entry.kind === 'event' && entry.event === 'dtmf') resolve();
      });
    });
    const placed = await post('/api/calls', { from: '+4915799912345', to: '0211 63553355' });
    (await placed.json()).should.eql({ call: 1 });
    const call = simulator.calls[0];
    (await post('/api/calls/1/press', { digits: '7' })).status.should.equal(200);
    (await post('/api/calls/1/press', { digits: 'x' })).status.should.equal(400);
    await asked;
    (await post('/api/calls/1/hang-up', {})).status.should.equal(200);
    should(await call?.ended).containEql({ kind: 'cancelled', digits: ['7'] });
  });

  it('does not wait for ever for the end of a request’s head', async () => {
    const account = createAccount();
    const events = {} as EventSender;
    const network = new Network({
      account,
      events,
      country: 'DE',
      callees: {},
      speed: 1,
      longestCallMs: 1000,
    });
    const rest = createRestApi(account, network);
    const conversations = new Conversations();
    const options = { account, network, conversations, rest, publicKey: '', setWebhook: () => undefined };
    const server = await startServer({ ...options, port: 0, headersTimeoutMs: 50 });
    const socket = connect(server.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow:');
    let said = '';
    for await (const chunk of socket as AsyncIterable<Buffer>) said += chunk.toString();
    said.should.match(/^HTTP\/1\.1 408 /);
    await server.close();
  });

  it('says what is wrong with an order', async () => {
    const answers = [
      await post('/api/calls', { from: 1 }),
      await post('/api/calls', { from: '1', to: '2', callee: 'sleeps' }),
      await post('/api/calls', 'no object'),
      await post('/api/calls/7/press', { digits: '1' }),
      await fetch(`${simulator.url}/api/calls`, { method: 'DELETE' }),
    ];
    answers.map(({ status }) => status).should.eql([400, 400, 400, 404, 405]);
    should(await answers[0]?.json())
      .have.property('message')
      .match(/from must be a text/);
  });

  it('puts the account on the other platform, and takes what somebody sends to it', async () => {
    (await post('/api/platform', { platform: 'neo' })).status.should.equal(200);
    simulator.account.platform.should.equal('neo');
    (await post('/api/platform', { platform: 'moon' })).status.should.equal(400);
    const sms = { kind: 'sms', from: '+4915799912345', text: 'hello' };
    (await post('/api/inbox', sms)).status.should.equal(200);
    should(simulator.account.history.entries[0]).containEql({ type: 'SMS', text: 'hello' });
    (await post('/api/inbox', { ...sms, kind: 'letter' })).status.should.equal(400);
    (await post('/api/inbox', { kind: 'fax', from: 5, text: '' })).status.should.equal(400);
  });

  it('forwards and transfers a call from the page', async () => {
    const ends = { from: '+4915799912345', to: '+4921163553355' };
    await post('/api/calls', { ...ends, callee: 'busy', forwardTo: 'voicemail', transferTo: '' });
    await post('/api/calls', { ...ends, transferTo: '+4921163553366', transferFails: true });
    const [first, second] = simulator.calls;
    should(first?.script.forwardTo.map(({ number }) => number)).eql(['voicemail']);
    should(first?.script.transferTo).be.undefined();
    should(second?.script.transferTo?.number).equal('4921163553366');
    should(second?.script.callees).containEql({ '4921163553366': 'noAnswer' });
  });

  it('sets the webhook', async () => {
    (await post('/api/webhook', { url: 'http://127.0.0.1:1/x' })).status.should.equal(200);
    simulator.account.settings.should.containEql({
      incomingUrl: 'http://127.0.0.1:1/x',
      outgoingUrl: 'http://127.0.0.1:1/x',
    });
  });

  it('tells the latest calls, then every entry as it happens', async () => {
    await simulator.call({ from: '1', to: '2' }).ended;
    const stop = new AbortController();
    const stream = await fetch(`${simulator.url}/api/events`, { signal: stop.signal });
    const second = simulator.call({ from: '3', to: '4' });
    let text = '';
    for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      if (text.includes('"call":2') && text.includes('"ended"', text.indexOf('"call":2'))) break;
    }
    stop.abort();
    await second.ended;
    text.indexOf('"call":1').should.be.below(text.indexOf('"call":2')).and.be.above(0);
  });

  it('has the REST API below /v2 and the login below /auth/realms', async () => {
    (await fetch(`${simulator.url}/v2/account`)).status.should.equal(401);
    const token = await fetch(`${simulator.url}/auth/realms/sipgate-apps/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token' }),
    });
    token.status.should.be.within(400, 401);
    simulator.account.requests.length.should.equal(2);
  });
});
