import type { Browser, Page } from 'playwright-core';
import should from 'should';
import { Simulator } from '../../simulator';
import { toneWav } from '../../simulator/inbox/tone-wav';
import { buildPage } from '../simulator/page/built-page';
import { openBrowser } from './harness';

describe("the account on the simulator's page", function () {
  this.timeout(30_000);
  let browser: Browser | undefined;
  let simulator: Simulator;
  let builtPage: Awaited<ReturnType<typeof buildPage>>;
  before(async () => {
    browser = await openBrowser();
    builtPage = await buildPage();
  });
  beforeEach(async () => {
    simulator = await Simulator.start({ pageFolder: builtPage.folder });
  });
  afterEach(() => simulator?.stop());
  after(async () => {
    await browser?.close();
    builtPage?.remove();
  });

  const open = async (locale: string): Promise<Page> => {
    const page = await browser!.newPage({ locale });
    await page.goto(simulator.url);
    await page.waitForSelector('#account-sms');
    return page;
  };
  const text = (page: Page, part: string) => page.locator(`#account-${part}`).innerText();
  const sms = { smsId: 's0', sender: '+4917139200010', recipient: '+4917139200077' };

  it('shows an SMS as it is sent, in German and in English', async () => {
    for (const [locale, empty, title] of [
      ['de-DE', 'Noch keine SMS gesendet.', 'Gesendete SMS'],
      ['en-US', 'No SMS sent yet.', 'Sent SMS'],
    ] as const) {
      simulator.account.sentSms = [];
      const page = await open(locale);
      (await text(page, 'sms')).should.containEql(title).and.containEql(empty);
      simulator.account.sentSms.push({ ...sms, message: 'Wasser im Keller', acceptedAt: Date.now() });
      await page.waitForSelector('#account-sms >> text=Wasser im Keller');
      await page.close();
    }
  });

  it('follows a fax until it has failed and says why', async () => {
    const page = await open('de-DE');
    simulator.account.faxNetwork = {
      ...simulator.account.faxNetwork,
      graceMs: 0,
      pendingMs: 1200,
      sendingMs: 0,
    };
    simulator.account.faxes.push({
      sessionId: '1',
      faxlineId: 'f0',
      recipient: '+492214719999',
      filename: 'brief.pdf',
      content: Buffer.from('%PDF-'),
      acceptedAt: Date.now(),
      failure: 'unreachable',
    });
    await page.waitForSelector('#account-faxes >> text=wartet');
    await page.waitForSelector('#account-faxes >> text=fehlgeschlagen');
    (await text(page, 'faxes')).should
      .containEql('brief.pdf')
      .and.containEql('Die Gegenstelle antwortet nicht.');
    await page.close();
  });

  it('shows settings and contacts', async () => {
    const page = await open('en-US');
    simulator.account.settings = {
      incomingUrl: 'https://example.org/in',
      outgoingUrl: '',
      log: true,
      whitelist: [],
    };
    await page.waitForSelector('#account-settings >> text=https://example.org/in');
    (await text(page, 'settings')).should.containEql('not set').and.containEql('none');
    (await text(page, 'contacts')).should.containEql('Contacts (2)').and.containEql('Käthe Groß');
    await page.close();
  });

  it('follows a URL that a flow sets, and leaves one alone that somebody is typing', async () => {
    const page = await open('en-US');
    const set = async (incomingUrl: string) => {
      simulator.account.settings = { ...simulator.account.settings, incomingUrl };
      await page.waitForSelector(`#account-settings >> text=${incomingUrl}`);
    };
    await set('https://example.org/one');
    (await page.inputValue('#webhook-url')).should.equal('https://example.org/one');
    await page.fill('#webhook-url', 'http://127.0.0.1:1880/mine');
    await set('https://example.org/two');
    (await page.inputValue('#webhook-url')).should.equal('http://127.0.0.1:1880/mine');
    await page.close();
  });

  it('shows markup in an SMS or a name as text', async () => {
    const markup = '<img src=x onerror="window.hurt = 1">';
    simulator.account.sentSms.push({ ...sms, message: markup, acceptedAt: Date.now() });
    simulator.account.contacts.forEach((contact) => (contact.name = markup));
    const page = await open('en-US');
    (await text(page, 'sms')).should.containEql(markup);
    (await text(page, 'contacts')).should.containEql(markup);
    should(await page.locator('#account img').count()).equal(0);
    await page.close();
  });

  it('takes an SMS, a fax and a voicemail from outside, and hands out the files', async () => {
    const page = await open('de-DE');
    for (const kind of ['sms', 'fax', 'voicemail']) {
      await page.selectOption('#inbox-kind', kind);
      await page.fill('#inbox-text', `Guten Tag, ${kind}`);
      await page.click('#inbox-form button');
      await page.waitForFunction(() => document.querySelector('#inbox-form textarea:invalid') !== null);
    }
    await page.waitForSelector('#account-history >> text=Aufnahme anhören');
    (await text(page, 'history')).should
      .containEql('Guten Tag, sms')
      .and.containEql('Guten Tag, voicemail')
      .and.containEql('Sprachnachricht');
    const fax = await page.getAttribute('#account-history a:has-text("Fax öffnen")', 'href');
    const file = await fetch(new URL(fax ?? '', simulator.url));
    should(file.headers.get('content-type')).equal('application/pdf');
    (await file.text()).should.containEql('Guten Tag, fax');
    await page.close();
  });

  it('hands out every recording of a call', async () => {
    const page = await open('en-US');
    const call = {
      type: 'CALL',
      direction: 'INCOMING',
      source: '+4915799912345',
      target: '+4921163553355',
    } as const;
    simulator.account.history.entries.push({
      ...call,
      id: 'recorded',
      createdMs: Date.now(),
      sourceAlias: '',
      targetAlias: '',
      status: 'PICKUP',
      connectionIds: ['p0'],
      callId: 'A1',
      callStatus: 'SUCCESS',
      durationS: 7,
      recordings: [toneWav(1), toneWav(2)],
    });
    await page.waitForSelector('#account-history >> text=Listen to the recording 2');
    const links = await page.locator('#account-history a').all();
    links.length.should.equal(2);
    for (const link of links) {
      const file = await fetch(new URL((await link.getAttribute('href')) ?? '', simulator.url));
      should(file.headers.get('content-type')).equal('audio/x-wav');
    }
    await page.close();
  });

  it('says when the simulator is gone', async () => {
    const page = await open('de-DE');
    await simulator.stop();
    await page.waitForSelector('text=Der Simulator antwortet nicht mehr.');
    await page.close();
  });
});
