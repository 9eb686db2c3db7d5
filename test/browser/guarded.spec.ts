import type { Browser } from 'playwright-core';
import 'should';
import {
  closeDialog,
  eventually,
  openBrowser,
  openDialog,
  openEditor,
  startNodeRed,
  type Editor,
  type NodeRed,
} from './harness';

const USER = 'ann';
const PASSWORD = 'only for this test';
/** The password as settings.js holds it (bcrypt, few rounds: it guards nothing). */
const HASH = '$2b$04$3UWgA5yZGEWgI9exw0w0muZPYY5Puow7FkxUToUa3ktl32NMf9tvW';

describe('Webhook dialog of a Node-RED with restrictions', function () {
  this.timeout(60_000);
  let browser: Browser;
  let nodeRed: NodeRed | undefined;

  before(async () => {
    browser = await openBrowser();
  });
  afterEach(async () => {
    await nodeRed?.stop();
    nodeRed = undefined;
  });
  after(() => browser?.close());

  async function hintsOf(editor: Editor, words: string): Promise<string> {
    await openDialog(editor, '_ADD_', 'sipgate-webhook');
    const hints = await eventually(
      () => editor.page.locator('#sipgate-webhook-server-hints').innerText(),
      (text) => text.includes(words),
    );
    await closeDialog(editor, 'cancel');
    return hints;
  }

  it('asks Node-RED with the user’s token, and explains what httpNodeAuth means for sipgate', async () => {
    nodeRed = await startNodeRed({
      settings: {
        adminAuth: { type: 'credentials', users: [{ username: USER, password: HASH, permissions: '*' }] },
        httpNodeAuth: { user: USER, pass: HASH },
      },
    });
    const editor = await openEditor(browser, nodeRed, { login: { user: USER, password: PASSWORD } });
    await hintsOf(editor, 'httpNodeAuth');
    await openDialog(editor, '_ADD_', 'sipgate-webhook');
    (await editor.page.locator('#node-config-input-callStore option').count()).should.equal(2);
    await closeDialog(editor, 'cancel');
    await editor.close();
  });

  it('shows the way to a port of its own where Node-RED serves no HTTP nodes', async () => {
    nodeRed = await startNodeRed({ settings: { httpNodeRoot: false } });
    const editor = await openEditor(browser, nodeRed);
    (await hintsOf(editor, 'httpNodeRoot is false')).should.containEql('port of its own');
    editor.errors.should.deepEqual([]);
    await editor.close();
  });

  it('lets only those who may change flows start programs and connect to servers', async () => {
    const users = ['*', 'read'].map((permissions) => ({
      username: permissions,
      password: HASH,
      permissions,
    }));
    nodeRed = await startNodeRed({ settings: { adminAuth: { type: 'credentials', users } } });
    const { editorUrl } = nodeRed;
    const tokenOf = async (username: string) => {
      const login = {
        client_id: 'node-red-editor',
        grant_type: 'password',
        scope: username,
        username,
        password: PASSWORD,
      };
      const answer = await fetch(`${editorUrl}auth/token`, {
        method: 'POST',
        body: new URLSearchParams(login),
      });
      return ((await answer.json()) as { access_token: string }).access_token;
    };
    const [writer, reader] = [await tokenOf('*'), await tokenOf('read')];
    const ask = async (route: string, token?: string) => {
      const headers = {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      };
      const body = JSON.stringify({ voice: {}, text: 'a', url: 'x', source: 'text' });
      return (await fetch(`${editorUrl}sipgate/${route}`, { method: 'POST', headers, body })).status;
    };
    for (const route of [
      'voices/v/list',
      'voices/v/listen',
      'announcements/listen',
      'announcements/check',
      'announcements/copy',
    ]) {
      (await ask(route)).should.equal(401, route);
      (await ask(route, reader)).should.equal(401, route);
      (await ask(route, writer)).should.be.equalOneOf(200, 400, 403);
    }
  });

  it('gives out sounds without the login that HTTP nodes have', async () => {
    nodeRed = await startNodeRed({ settings: { httpNodeAuth: { user: USER, pass: HASH } } });
    const hook = { id: 'h', type: 'sipgate-webhook', path: '/sipgate/locked', verifySignature: false };
    const flow = [
      { id: 't', type: 'tab' },
      hook,
      { id: 'v', type: 'sipgate-voice' },
      { id: 'i', type: 'sipgate-webhook-in', z: 't', webhook: 'h', wires: [['r'], [], [], []] },
      {
        id: 'r',
        type: 'sipgate-webhook-response',
        z: 't',
        action: 'play',
        announcementSource: 'text',
        announcement: 'Eins',
        voice: 'v',
      },
    ];
    await fetch(`${nodeRed.editorUrl}flows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'Node-RED-Deployment-Type': 'full' },
      body: JSON.stringify(flow),
    });
    const call = (headers: Record<string, string>) =>
      fetch(`${nodeRed?.nodeUrl}/sipgate/locked`, {
        method: 'POST',
        headers,
        body: new URLSearchParams({
          event: 'newCall',
          callId: 'C1',
          from: '4915799912345',
          to: '4921163553355',
          direction: 'in',
        }),
      });
    (await call({})).status.should.equal(401);
    const login = { authorization: `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}` };
    const url = await eventually(
      async () => /<Url>([^<]+)<\/Url>/.exec(await (await call(login)).text())?.[1] ?? '',
      (found) => found !== '',
    );
    const sound = await fetch(url);
    [sound.status, sound.headers.get('content-type')].should.deepEqual([200, 'audio/wav']);
  });
});
