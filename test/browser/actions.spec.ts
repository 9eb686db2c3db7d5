import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import should from 'should';
import { Simulator } from '../../simulator';
import {
  closeDialog,
  complaint,
  debugMessages,
  deploy,
  eventually,
  importExample,
  markedFields,
  nodesOf,
  openBrowser,
  openDialog,
  openEditor,
  press,
  setProperties,
  setTyped,
  startNodeRed,
  statusOf,
  type Editor,
  type EditorNode,
  type EditorOptions,
  type NodeRed,
} from './harness';

const TOKEN_ID = 'token-DEMO01';
const TOKEN = '3d5a1c62-7c0e-4f1b-9a58-0d2c4b6e8f10';
const EXAMPLES = [
  '06 - SMS when a value is too high',
  '07 - Scheduled SMS',
  '08 - Fax a PDF',
  '09 - Click to call',
  '10 - Set the webhook URL at start-up',
  '11 - Missed call, SMS to the caller',
];
const ACTIONS = ['sipgate-sms', 'sipgate-fax', 'sipgate-call', 'sipgate-webhook-settings'];
const OURS = [...ACTIONS, 'sipgate-account', 'sipgate-webhook', 'sipgate-webhook-in'];

/** A node as the editor's own code sees it. */
interface DefinedNode {
  readonly _def: { defaults: Record<string, { validate?: (value: string, options: object) => unknown }> };
}

/** What differs between the languages, as a user reads it. */
interface Words {
  readonly labels: readonly string[];
  readonly missingToken: string;
  readonly works: string;
  readonly noGroups: string;
  readonly refused: string;
  readonly noLogin: string;
  readonly noFaxlines: string;
  readonly noSenders: string;
  readonly device: string;
  readonly badTime: string;
  readonly oneSms: string;
  readonly twoSms: string;
  readonly incoming: string;
  readonly smsSent: string;
  readonly smsPlanned: string;
  readonly faxSent: string;
  readonly callStarted: string;
}

// what nodes themselves write into their status follows the language of the server, English here
const STATUS = {
  smsSent: 'sent at',
  smsPlanned: 'scheduled for',
  faxSent: 'sent at',
  callStarted: 'started at',
};

const ENGLISH: Words = {
  ...STATUS,
  labels: ['SMS to +49 171 39200077', 'Fax to msg.to, wait', 'Call to msg.to', 'Set incoming URL'],
  missingToken: 'Token: please fill this in',
  works: 'It works: user w0 of account 1234567.',
  noGroups: 'Not groups (scope groups:read):',
  refused: 'sipgate does not accept the login.',
  noLogin: 'The account has no login yet.',
  noFaxlines: 'No list of fax lines: The login may not do this.',
  noSenders: 'No list of verified sender numbers: sipgate',
  device: 'Billed to: needed when a number rings first',
  badTime: 'Send at: a time such as',
  oneSms: '12 characters (GSM-7): counts as 1 SMS.',
  twoSms: '71 characters (UCS-2): counts as 2 SMS. Ж makes',
  incoming: 'Incoming calls: off',
};

const GERMAN: Words = {
  ...STATUS,
  labels: ['SMS an +49 171 39200077', 'Fax an msg.to, warten', 'Anruf bei msg.to', 'Eingehende URL setzen'],
  missingToken: 'Token: bitte ausfüllen',
  works: 'Es geht: Benutzer w0 im Konto 1234567.',
  noGroups: 'Nicht Gruppen (Scope groups:read):',
  refused: 'sipgate nimmt die Anmeldedaten nicht an.',
  noLogin: 'Das Konto hat noch keine Anmeldedaten.',
  noFaxlines: 'Keine Liste für Faxanschlüsse: Dafür fehlt eine Berechtigung.',
  noSenders: 'Keine Liste für bestätigte Absendernummern: Bei sipgate',
  device: 'Abgerechnet über: nötig, wenn zuerst eine Nummer klingelt',
  badTime: 'Senden um: bitte eine Zeit wie',
  oneSms: '12 Zeichen (GSM-7): zählt als 1 SMS.',
  twoSms: '71 Zeichen (UCS-2): zählt als 2 SMS. Wegen Ж',
  incoming: 'Eingehende Anrufe: aus',
};

const EDITORS: { look: Required<Pick<EditorOptions, 'language' | 'theme'>>; words: Words }[] = [
  { look: { language: 'en-US', theme: 'light' }, words: ENGLISH },
  { look: { language: 'de-DE', theme: 'dark' }, words: GERMAN },
];

for (const { look, words } of EDITORS) {
  describe(`Account and action dialogs (${look.language}, ${look.theme})`, function () {
    this.timeout(60_000);
    let browser: Browser;
    let nodeRed: NodeRed;
    let simulator: Simulator;
    let editor: Editor;

    before(async () => {
      browser = await openBrowser();
      [nodeRed, simulator] = await Promise.all([startNodeRed(), Simulator.start({ port: 0 })]);
      Object.assign(simulator.account.faxNetwork, { graceMs: 50, pendingMs: 100, sendingMs: 100 });
      editor = await openEditor(browser, nodeRed, look);
    });

    after(async () => {
      await browser?.close();
      await Promise.all([nodeRed?.stop(), simulator?.stop()]);
    });

    const page = () => editor.page;
    const text = (selector: string) => page().locator(selector).first().innerText();
    const list = (property: string) => page().locator(`[data-list="node-input-${property}"]`);
    const values = async (property: string) =>
      (
        await list(property)
          .locator('option')
          .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value))
      ).filter((value) => value !== '');
    const reload = (property: string) => list(property).locator('button').click();

    /** The node of that type in the flow of an example. */
    async function nodeOf(example: string, type: string): Promise<EditorNode> {
      const tabs = (await page().evaluate(
        '(() => { const tabs = []; RED.nodes.eachWorkspace((tab) => tabs.push([tab.id, tab.label])); return tabs; })()',
      )) as [string, string][];
      const tab = tabs.find(([, label]) => label.startsWith(example))?.[0];
      const node = (await nodesOf(editor, type)).find(({ z }) => z === tab);
      if (!node) throw new Error(`there is no ${type} in example ${example}`);
      return node;
    }

    async function accountOf(example: string): Promise<EditorNode> {
      const account = (await nodesOf(editor, 'sipgate-account')).find(
        ({ name }) => name === `Example ${example}`,
      );
      if (!account) throw new Error(`there is no account of example ${example}`);
      return account;
    }

    /** What the editor thinks of a typedInput in the open dialog; it shows no tooltip of these. */
    function verdict(node: EditorNode, property: string): Promise<unknown> {
      return page().evaluate(
        ([id, name]) => {
          const { RED } = window as unknown as { RED: { nodes: { node(id: string): DefinedNode } } };
          const edited = RED.nodes.node(id);
          return edited._def.defaults[name]?.validate?.call(edited, $value(name), {});

          function $value(field: string): string {
            return (document.getElementById(`node-input-${field}`) as HTMLInputElement).value;
          }
        },
        [node.id, property] as const,
      );
    }

    function refuse(match: string, status: number, times = 1): void {
      simulator.account.faults.push({ match, times, fault: { kind: 'status', status } });
    }

    /** SCREENSHOTS=folder keeps a picture of each dialog, to look at. */
    async function picture(name: string): Promise<void> {
      if (!process.env.SCREENSHOTS) return;
      mkdirSync(process.env.SCREENSHOTS, { recursive: true });
      const file = `${name}-${look.language}-${look.theme}.png`;
      await page().screenshot({ path: join(process.env.SCREENSHOTS, file) });
    }

    it('imports the examples side by side, and nothing is red', async () => {
      for (const example of EXAMPLES) await importExample(editor, example);
      const ours = (await Promise.all(OURS.map((type) => nodesOf(editor, type)))).flat();
      ours.filter((node) => !node.valid).should.deepEqual([]);
      (await nodesOf(editor, 'sipgate-account')).length.should.equal(EXAMPLES.length);
    });

    it('writes on each node what it does', async () => {
      for (const [index, example] of ['06', '08', '09', '10'].entries()) {
        const { z } = await nodeOf(example, 'inject');
        await page().evaluate(`RED.workspaces.show("${z}")`);
        await page()
          .locator('.red-ui-flow-node-label', { hasText: String(words.labels[index]) })
          .waitFor();
      }
    });

    it('says in a list that the account has no login yet', async () => {
      await openDialog(editor, (await nodeOf('08', 'sipgate-fax')).id);
      await list('faxlineId').getByText(words.noLogin).waitFor();
      await closeDialog(editor, 'cancel');
    });

    it('wants the token, and says who the login is before the first deploy', async () => {
      await openDialog(editor, (await accountOf('06')).id, 'sipgate-account');
      await page().fill('#node-config-input-tokenId', TOKEN_ID);
      (await markedFields(editor)).should.containEql('token');
      (await complaint(editor, 'node-config-input-token')).should.equal(words.missingToken);
      await page().fill('#node-config-input-token', TOKEN);
      await page().click('#sipgate-account-advanced summary');
      await page().fill('#node-config-input-apiUrl', `${simulator.url}/v2`);
      await page().click('#sipgate-account-test');
      await page().getByText(words.works).waitFor();
      (await markedFields(editor)).should.deepEqual([]);
    });

    it('names what the login may not read, and never the token', async () => {
      refuse('GET /groups', 403, 9);
      await page().click('#sipgate-account-test');
      await page().getByText(words.noGroups).waitFor();
      (await text('#sipgate-account-result')).should.containEql(words.works).and.not.containEql(TOKEN);
      simulator.account.faults.length = 0;
      await picture('account');
    });

    it('says that a login is refused', async () => {
      await page().fill('#node-config-input-token', TOKEN.replace('3', '4'));
      await page().click('#sipgate-account-test');
      await page().locator('#sipgate-account-result').getByText(words.refused).waitFor();
      await page().fill('#node-config-input-token', TOKEN);
      await closeDialog(editor, 'save');
    });

    it('shows only the fields of the chosen login', async () => {
      await openDialog(editor, (await accountOf('07')).id, 'sipgate-account');
      const fields = {
        token: ['token', 'tokenId'],
        oauth: ['accessToken', 'clientId', 'clientSecret', 'refreshToken'],
        basic: ['password', 'username'],
      };
      for (const [login, expected] of Object.entries(fields)) {
        await page().selectOption('#node-config-input-authType', login);
        const shown = await page()
          .locator('[data-login] input:visible')
          .evaluateAll((all) => all.map((input) => input.id.replace('node-config-input-', '')).sort());
        shown.should.deepEqual(expected);
        await picture(`account-${login}`);
      }
      await closeDialog(editor, 'cancel');
    });

    it('offers the fax lines that can send, before the first deploy', async () => {
      const { id: account } = await accountOf('06');
      for (const type of ACTIONS) {
        for (const node of await nodesOf(editor, type)) await setProperties(editor, node.id, { account });
      }
      const fax = await nodeOf('08', 'sipgate-fax');
      await openDialog(editor, fax.id);
      await list('faxlineId').locator('option[value="f2"]').waitFor({ state: 'attached' });
      (await values('faxlineId')).should.deepEqual(['f0', 'f2']);
      await list('faxlineId').locator('select').selectOption('f2');
      await picture('fax');
      await closeDialog(editor);
      (await nodeOf('08', 'sipgate-fax')).should.containEql({ faxlineId: 'f2', faxlineIdType: 'str' });
    });

    it('keeps what is stored when the list fails, and says why; reloading brings it back', async () => {
      await openDialog(editor, (await nodeOf('08', 'sipgate-fax')).id);
      refuse('GET /w0/faxlines', 403);
      refuse('GET /groupfaxlines', 403);
      await reload('faxlineId');
      await list('faxlineId').getByText(words.noFaxlines).waitFor();
      (await values('faxlineId')).should.deepEqual(['f2']);
      (await list('faxlineId').locator('select').inputValue()).should.equal('f2');
      await picture('fax-list-failed');
      await reload('faxlineId');
      await list('faxlineId').locator('option[value="f0"]').waitFor({ state: 'attached' });
      await closeDialog(editor, 'cancel');
    });

    it('lets one list fail alone', async () => {
      refuse('GET /w0/sms/s0/callerids', 500);
      await openDialog(editor, (await nodeOf('06', 'sipgate-sms')).id);
      await list('sender').getByText(words.noSenders).waitFor();
      (await values('sender')).should.deepEqual(['s0']);
      await picture('sms-list-failed');
      await reload('sender');
      await list('sender').locator('option[value="+4917139200011"]').waitFor({ state: 'attached' });
      (await values('sender')).should.deepEqual(['s0', '+4917139200010', '+4917139200011']);
    });

    it('counts the SMS while somebody types', async () => {
      await setTyped(editor, 'message', '');
      const typing = page().locator(
        '#node-input-message + .red-ui-typedInput-container .red-ui-typedInput-input',
      );
      await typing.pressSequentially('12 degrees €');
      (await text('#sipgate-sms-count')).should.equal(words.oneSms.replace('12', '13'));
      await typing.fill('Ж'.repeat(71));
      (await text('#sipgate-sms-count')).should.containEql(words.twoSms);
    });

    it('marks a time that is none', async () => {
      await setTyped(editor, 'sendAt', 'tomorrow');
      (await markedFields(editor)).should.deepEqual(['sendAt']);
      should(await verdict(await nodeOf('06', 'sipgate-sms'), 'sendAt')).startWith(words.badTime);
      await setTyped(editor, 'sendAt', '2026-12-24T18:00:00+01:00');
      (await markedFields(editor)).should.deepEqual([]);
      await closeDialog(editor, 'cancel');
    });

    it('offers phones, lines and numbers to call from, and wants a phone when a number calls', async () => {
      await openDialog(editor, (await nodeOf('09', 'sipgate-call')).id);
      await list('from').locator('option[value="+492214710100"]').waitFor({ state: 'attached' });
      (await values('from')).should.containDeep(['e0', 'y0', 'p0']);
      await list('from').locator('select').selectOption('+492214710100');
      (await markedFields(editor)).should.deepEqual(['deviceId']);
      should(await verdict(await nodeOf('09', 'sipgate-call'), 'deviceId')).startWith(words.device);
      await picture('call');
      await list('deviceId').locator('select').selectOption('e0');
      (await markedFields(editor)).should.deepEqual([]);
      await closeDialog(editor, 'cancel');
    });

    it('takes the URL of a webhook with one click, and shows what is set now', async () => {
      await openDialog(editor, (await nodeOf('10', 'sipgate-webhook-settings')).id);
      await page().locator('#sipgate-settings-webhooks button', { hasText: 'Example 10' }).click();
      (await page().inputValue('#node-input-value')).should.endWith('/sipgate/example-10');
      await page().click('#sipgate-settings-load');
      await page().locator('#sipgate-settings-now').getByText(words.incoming).waitFor();
      await picture('webhook-settings-url');
    });

    it('keeps URL and whitelist apart when the operation changes back and forth', async () => {
      await page().selectOption('#node-input-operation', 'setWhitelist');
      (await page().inputValue('#node-input-value')).should.equal('');
      await list('value').locator('select').selectOption('p0');
      await list('value').locator('select').selectOption('g0');
      (await page().inputValue('#node-input-value')).should.equal('p0, g0');
      await picture('webhook-settings-whitelist');
      await list('value').locator('select').selectOption('p0');
      (await page().inputValue('#node-input-value')).should.equal('g0');
      await page().selectOption('#node-input-operation', 'setLog');
      (await page().inputValue('#node-input-valueType')).should.equal('bool');
      await picture('webhook-settings-log');
      await page().selectOption('#node-input-operation', 'setIncomingUrl');
      (await page().inputValue('#node-input-value')).should.endWith('/sipgate/example-10');
      await closeDialog(editor, 'cancel');
    });

    it('deploys; no token stands in the flows', async () => {
      for (const webhook of await nodesOf(editor, 'sipgate-webhook')) {
        const publicUrl = `${nodeRed.nodeUrl}${String(webhook['path'])}`;
        await setProperties(editor, webhook.id, { publicUrl, publicKey: simulator.publicKey });
      }
      await deploy(editor);
      const flows = await (await fetch(`${nodeRed.editorUrl}flows`)).text();
      flows.should.containEql('sipgate-account').and.not.containEql(TOKEN).and.not.containEql(TOKEN_ID);
    });

    it('06 sends an SMS when the value is too high, and only one', async () => {
      const { id } = await nodeOf('06', 'sipgate-sms');
      await press(editor, '4 degrees');
      await press(editor, '12 degrees');
      await eventually(
        () => statusOf(editor, id),
        (status) => status.includes(words.smsSent),
      );
      await press(editor, '12 degrees');
      await new Promise((done) => setTimeout(done, 500));
      const [sms, ...others] = simulator.account.sentSms;
      should(sms).containEql({ recipient: '+4917139200077', message: 'It is 12 degrees in the fridge.' });
      others.should.deepEqual([]);
    });

    it('07 schedules an SMS, by an expression and by a message', async () => {
      const before = Date.now();
      await press(editor, 'Remind me in an hour');
      await press(editor, 'Remind me tomorrow');
      const planned = await eventually(
        async () => simulator.account.sentSms.filter(({ sendAt }) => sendAt !== undefined),
        (found) => found.length === 2,
      );
      const cake = planned.find(({ message }) => message.includes('cake'));
      const doctor = planned.find(({ message }) => message.includes('doctor'));
      should(cake?.sendAt).be.within(Math.floor(before / 1000) + 3600, Math.ceil(Date.now() / 1000) + 3600);
      const morning = new Date((doctor?.sendAt ?? 0) * 1000);
      [morning.getHours(), morning.getMinutes()].should.deepEqual([8, 0]);
      const { id } = await nodeOf('07', 'sipgate-sms');
      await eventually(
        () => statusOf(editor, id),
        (status) => status.includes(words.smsPlanned),
      );
    });

    it('08 faxes a PDF from the chosen line and waits until it has arrived', async () => {
      const { id } = await nodeOf('08', 'sipgate-fax');
      await press(editor, 'Fax it');
      await eventually(
        () => statusOf(editor, id),
        (status) => status.includes(words.faxSent),
        20_000,
      );
      const [fax] = simulator.account.faxes;
      should(fax).containEql({ faxlineId: 'f2', recipient: '+493023125042', filename: 'order.pdf' });
      should(fax?.failure).be.undefined();
      (await debugMessages(editor)).join('\n').should.containEql('SENT');
    });

    it('08 hands a fax that does not get through to the catch node', async () => {
      await press(editor, 'Fax it to a dead number');
      await eventually(
        () => debugMessages(editor),
        (messages) => messages.some((message) => message.includes('What went wrong')),
        20_000,
      );
    });

    it('09 rings the telephone first', async () => {
      const { id } = await nodeOf('09', 'sipgate-call');
      await press(editor, 'Call the garage');
      await eventually(
        () => statusOf(editor, id),
        (status) => status.includes(words.callStarted),
      );
      const [request] = simulator.account.requests.filter(({ path }) => path.endsWith('/sessions/calls'));
      should(request?.body).deepEqual({ caller: 'e0', callee: '+498999998123' });
    });

    it('10 sets the webhook URL and takes it away again', async () => {
      await press(editor, 'With the simulator on this machine');
      await eventually(
        async () => simulator.account.settings.incomingUrl,
        (url) => url === 'http://127.0.0.1:1880/sipgate/example-10',
      );
      await press(editor, 'Switch it off again');
      await eventually(
        async () => simulator.account.settings.incomingUrl,
        (url) => url === '',
      );
    });

    it('11 sends an SMS to whoever called in vain, once', async () => {
      simulator.setWebhook(`${nodeRed.nodeUrl}/sipgate/example-11`);
      const missed = {
        from: '+4917139200005',
        to: '+493023125000',
        callees: { default: 'noAnswer' as const },
      };
      await simulator.call(missed).ended;
      await simulator.call(missed).ended;
      await simulator.call({ ...missed, from: '+493023125007' }).ended;
      await simulator.call({ ...missed, from: '+4917139200006', callees: {} }).ended;
      const sorry = () => simulator.account.sentSms.filter(({ message }) => message.startsWith('Sorry'));
      await eventually(
        async () => sorry().length,
        (count) => count > 0,
      );
      await new Promise((done) => setTimeout(done, 300));
      sorry()
        .map(({ recipient }) => recipient)
        .should.deepEqual(['+4917139200005']);
    });

    it('fills its lists from the deployed account, too', async () => {
      const opened = await openEditor(browser, nodeRed, look);
      try {
        const [fax] = await nodesOf(opened, 'sipgate-fax');
        await openDialog(opened, String(fax?.id));
        await opened.page
          .locator('[data-list="node-input-faxlineId"] option[value="f0"]')
          .waitFor({ state: 'attached' });
        await closeDialog(opened, 'cancel');
        opened.errors.should.deepEqual([]);
      } finally {
        await opened.close();
      }
    });

    it('left no error in the page, and no token or text of an SMS in the log', () => {
      // the browser itself notes each answer that is no success: those were asked for
      editor.errors.filter((error) => !error.startsWith('Failed to load resource')).should.deepEqual([]);
      nodeRed.log().should.not.containEql(TOKEN).and.not.containEql('degrees in the fridge');
    });
  });
}
