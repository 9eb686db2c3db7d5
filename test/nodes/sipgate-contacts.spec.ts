import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { NodeAPI } from 'node-red';
import should from 'should';
import type { Fault } from '../../simulator/index';
import {
  actionFlow,
  startActionRuntime,
  type ActionRuntime,
  type ActionRuntimeOptions,
} from './helpers/action-runtime';
import { eventually } from '../eventually';
import { type NodeModule } from '../node-red';

const HEADER = 'firstname,lastname,number\n';
const KAETHE = '3f0a7f52-0b1c-4a55-9d37-5d1f7c1e0a01';
const EMIL = '3f0a7f52-0b1c-4a55-9d37-5d1f7c1e0a02';

/** Many lines of CSV, the numbers from 0171 39200000 on. */
function manyRows(count: number): string {
  const row = (index: number) => `Ada,No ${index},0171 392${String(index).padStart(5, '0')}\n`;
  return HEADER + Array.from({ length: count }, (_, index) => row(index)).join('');
}

/** @returns a module that finds its texts, as in a Node-RED whose server speaks that language */
function speaking(language: string): (module: NodeModule) => NodeModule {
  const file = path.join(__dirname, `../../locales/${language}/sipgate-contacts.json`);
  const catalogue = JSON.parse(readFileSync(file, 'utf8')) as object;
  const textOf = (key: string, values: Record<string, unknown> = {}) => {
    const found = key.split('.').reduce<unknown>((part, name) => (part as never)?.[name], catalogue) ?? key;
    return String(found).replace(/__(\w+?)__/g, (_, name: string) => String(values[name]));
  };
  return (module) => (RED) => module(Object.assign(Object.create(RED) as NodeAPI, { _: textOf }));
}

describe('sipgate-contacts', () => {
  let host: ActionRuntime;
  afterEach(() => host.stop());

  const start = async (properties: object = {}, options: ActionRuntimeOptions = {}) =>
    (host = await startActionRuntime({ type: 'sipgate-contacts', ...properties }, options));
  const book = () => host.simulator.account.contacts;
  const writes = () => host.simulator.account.requests.filter(({ method }) => method !== 'GET');
  const warnings = () => host.runtime.said('action', 'warn');
  const texts = () =>
    host.runtime.statuses('action').map(({ text }) => text?.replace('sipgate-contacts.status.', ''));
  const fail = (match: string, fault: Fault['fault'], times = 1) =>
    host.simulator.account.faults.push({ match, fault, times });
  /** Sends msg.payload and waits for the result. */
  async function result(payload?: unknown): Promise<unknown> {
    const nth = host.runtime.messages('result').length;
    host.send('action', { payload, topic: 'kept' });
    const message = await host.runtime.message('result', nth);
    message.topic.should.equal('kept');
    return message.payload;
  }

  describe('a single contact', () => {
    it('is created without any setting but the account', async () => {
      await start();
      const contact = {
        firstname: 'Ada',
        lastname: 'Beispiel',
        phone: { number: '0221 4710188', type: ['work'] },
        email: { email: 'ada@example.org', type: ['home'] },
        organization: [['Beispiel & Söhne', 'Lager']],
        address: { streetAddress: 'Musterstraße 1', postalCode: '50667', locality: 'Köln' },
      };
      should(await result(contact)).eql({ created: 1 });
      const created = book().at(-1)!;
      created.should.containEql({ given: 'Ada', family: 'Beispiel', scope: 'PRIVATE' });
      created.numbers.should.eql([{ number: '+492214710188', type: ['work'] }]);
      created.organization.should.eql([['Beispiel & Söhne', 'Lager']]);
    });

    it('is created for everybody in the account when SHARED is chosen', async () => {
      await start({ scope: 'SHARED', content: 'person', contentType: 'msg' });
      host.send('action', { person: { lastname: 'Beispiel' } });
      await host.runtime.message('result');
      book().at(-1)!.should.containEql({ scope: 'SHARED', family: 'Beispiel' });
    });

    for (const scope of ['INTERNAL', 'ALL']) {
      it(`is not created among ${scope}, and nothing is sent`, async () => {
        await start({ scope });
        host.send('action', { payload: { lastname: 'Beispiel' } });
        const { error } = await host.caught();
        error.code.should.equal('INVALID_INPUT');
        error.message.should.match(/`scope`/);
        host.simulator.account.requests.should.have.length(0);
      });
    }

    it('is changed where it was named, and stays as it was elsewhere', async () => {
      await start({ operation: 'update' });
      should(await result({ id: KAETHE, numbers: [{ number: '089 99998024', type: ['work'] }] })).eql({
        updated: 1,
      });
      const changed = book().find(({ id }) => id === KAETHE)!;
      changed.numbers.should.eql([{ number: '+498999998024', type: ['work'] }]);
      changed.should.containEql({ name: 'Käthe Groß', family: 'Groß', given: 'Käthe', scope: 'SHARED' });
      changed.emails.should.eql([{ email: 'kaethe@example.org', type: ['work'] }]);
      changed.organization.should.eql([['Groß GmbH', 'Einkauf']]);
    });

    it('is deleted by its id, by itself, or with others in an array', async () => {
      await start({ operation: 'delete' });
      should(await result([KAETHE, { id: EMIL }])).eql({ deleted: 2 });
      book().should.have.length(0);
    });

    for (const empty of ['', [], null, {}, [''], undefined]) {
      it(`is not deleted when nothing is named: ${JSON.stringify(empty)}`, async () => {
        await start({ operation: 'delete' });
        host.send('action', { payload: empty });
        (await host.caught()).error.code.should.equal('INVALID_INPUT');
        book().should.have.length(2);
        host.simulator.account.deletedAllContacts.should.equal(0);
        writes().should.have.length(0);
      });
    }

    it('is found by a number as people write it, a colleague too', async () => {
      await start({ operation: 'find' });
      should(await result('089 / 999 980 123')).containEql({
        id: KAETHE,
        name: 'Käthe Groß',
        scope: 'SHARED',
      });
      should(await result({ number: '+4917139200077' })).containEql({ id: KAETHE });
      should(await result('0221 4710101')).containEql({ name: 'Jörg Müller', scope: 'INTERNAL' });
      for (const stranger of ['anonymous', '0221 4719998', { number: '' }])
        should(await result(stranger)).equal(null);
    });

    it('is found without asking sipgate again', async () => {
      await start({ operation: 'find' });
      await result('089 999980123');
      const { length } = host.simulator.account.requests;
      for (let count = 0; count < 20; count++) await result('030 23125042');
      host.simulator.account.requests.should.have.length(length);
    });
  });

  describe('a CSV file', () => {
    it('is imported as text or Buffer, and bad rows are told by line', async () => {
      await start({ operation: 'importCsv' });
      const file = `${HEADER}Ada,Beispiel,0221 4710188\nEmil,,not a number\n,,\nJörg,"Müller, jun.",+492214710189\n`;
      const { imported, skipped } = (await result(file)) as {
        imported: number;
        skipped: { line: number; reason: string }[];
      };
      imported.should.equal(2);
      skipped.map(({ line }) => line).should.eql([3, 4]);
      skipped[0]!.reason.should.match(/not a phone number/);
      book()
        .slice(-2)
        .map(({ name }) => name)
        .should.eql(['Ada Beispiel', 'Jörg Müller, jun.']);
      warnings()
        .join()
        .should.match(/1 empty row/);
      const bytes = Buffer.from('Vorname;Nachname;Telefon\r\nÄnne;Groß;0221 4710187\r\n', 'latin1');
      should(await result(bytes)).eql({ imported: 1, skipped: [] });
      book().at(-1)!.name.should.equal('Änne Groß');
    });

    it('that has a header alone warns and imports nothing', async () => {
      await start({ operation: 'importCsv' });
      should(await result(HEADER)).eql({ imported: 0, skipped: [] });
      warnings()
        .join()
        .should.match(/no contacts/);
      writes().should.have.length(0);
    });

    const bad: [what: string, content: unknown, message: RegExp][] = [
      ['is binary', Buffer.from([0, 1, 2, 3, 0, 0, 255]), /binary/],
      ['is a web page', '<!doctype html><p>Sign in</p>', /web page.*line 1/],
      ['lacks a column', 'firstname,lastname\nAda,Beispiel\n', /no column number.*line 1/],
      ['is empty', '', /is empty/],
      ['is no file', { some: 'object' }, /must be the content of a file/],
      ['has one endless line', 'x'.repeat(2_000_000), /line 1/],
    ];
    for (const [what, content, message] of bad) {
      it(`that ${what} says so, and nothing is sent`, async () => {
        await start({ operation: 'importCsv' });
        host.send('action', { payload: content });
        const { error } = await host.caught();
        error.code.should.equal('INVALID_INPUT');
        error.message.should.match(message).and.match(/`content`/);
        host.simulator.account.requests.should.have.length(0);
        book().should.have.length(2);
      });
    }

    it('counts along in the status', async () => {
      await start({ operation: 'importCsv' });
      // the status shows a state four times a second at the most
      fail('POST /contacts/import/csv', { kind: 'delay', ms: 300 }, 3);
      should(await result(manyRows(2500))).eql({ imported: 2500, skipped: [] });
      await eventually(() => texts().includes('imported'));
      texts()
        .filter((text, index, all) => text !== all[index - 1])
        .should.eql(['running', 'progress', 'imported']);
    });

    for (const [language, words] of [
      ['en-US', /^2,500 imported at \d\d:/],
      ['de', /^2\.500 importiert um \d\d:/],
    ] as const) {
      it(`writes numbers in the status as people do whose language is ${language}`, async () => {
        await start({ operation: 'importCsv' }, { wrap: speaking(language) });
        await result(manyRows(2500));
        await eventually(() => texts().some((text) => words.test(text ?? '')));
      });
    }

    it('stops at a deploy, and says what was and what was not done', async () => {
      await start({ operation: 'importCsv' });
      fail('POST /contacts/import/csv', { kind: 'delay', ms: 150 }, 8);
      host.send('action', { payload: manyRows(8000) });
      await eventually(() => book().length > 2002);
      await host.runtime.deploy(
        actionFlow(host.simulator, { type: 'sipgate-contacts', name: 'changed' }),
        'nodes',
      );
      const imported = book().length - 2;
      imported.should.be.below(8000);
      const told = /(\d,\d+) of 8,000 contacts were imported\. .*line (\d+)/.exec(warnings().join());
      should(told?.slice(1)).eql([imported.toLocaleString('en-US'), String(imported + 2)]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      (book().length - 2).should.equal(imported);
    });

    it('that fails half-way says how far it came', async () => {
      await start({ operation: 'importCsv' });
      fail('POST /contacts/import/csv', { kind: 'delay', ms: 1 }, 2);
      fail('POST /contacts/import/csv', { kind: 'status', status: 403 }, 9);
      host.send('action', { payload: manyRows(3000) });
      const { error, statusCode } = await host.caught();
      should(statusCode).equal(403);
      error.code.should.equal('FORBIDDEN');
      error.message.should.match(/2,000 of 3,000 contacts were imported.*lines? 2002\b/);
    });
  });

  describe('a vCard file', () => {
    const card = (name: string, number: string) =>
      `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${name}\r\nN:;${name};;;\r\nTEL;TYPE=cell:${number}\r\nTEL:0221 4710177\r\nEND:VCARD\r\n`;

    it('is imported with all numbers into the chosen scope', async () => {
      await start({ operation: 'importVCard', scope: 'SHARED' });
      should(await result(card('Ada', '0171 39200001') + card('Emil', '0171 39200002'))).eql({
        imported: 2,
        skipped: [],
      });
      const added = book().slice(-2);
      added
        .map(({ name, scope }) => `${name} ${scope}`)
        .sort()
        .should.eql(['Ada SHARED', 'Emil SHARED']);
      added.forEach(({ numbers }) => numbers.should.have.length(2));
    });

    it('that is cut off keeps the whole cards and tells of the half one', async () => {
      await start({ operation: 'importVCard' });
      const { imported, skipped } = (await result(
        `${card('Ada', '0171 39200001')}BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Emil`,
      )) as { imported: number; skipped: { line: number }[] };
      imported.should.equal(1);
      skipped.map(({ line }) => line).should.eql([8]);
    });

    it('that holds no card says so, and nothing is sent', async () => {
      await start({ operation: 'importVCard' });
      host.send('action', { payload: 'dear diary' });
      const { error } = await host.caught();
      error.message.should.match(/no card: line 1/);
      host.simulator.account.requests.should.have.length(0);
    });
  });

  describe('the address book', () => {
    it('is listed by scope, from every page', async () => {
      await start({ operation: 'list', scope: 'ALL', content: '', contentType: 'str' });
      host.simulator.account.contactsPageLimit = 1;
      const all = (await result()) as { name: string; scope: string }[];
      all
        .map(({ name }) => name)
        .sort()
        .should.eql(['Ada Beispiel', 'Emil Klein', 'Jörg Müller', 'Käthe Groß']);
      should(all.find(({ name }) => name === 'Käthe Groß')).have.keys(
        ...['id', 'name', 'picture', 'emails', 'numbers', 'addresses', 'organization', 'scope'],
      );
    });

    for (const [scope, names] of [
      [undefined, 'Emil Klein'],
      ['PRIVATE', 'Emil Klein'],
      ['SHARED', 'Käthe Groß'],
      ['INTERNAL', 'Ada Beispiel,Jörg Müller'],
    ] as const) {
      it(`is listed as ${scope ?? 'PRIVATE when nothing is chosen'}`, async () => {
        await start({ operation: 'list', scope });
        const found = (await result()) as { name: string }[];
        found
          .map(({ name }) => name)
          .sort()
          .join()
          .should.equal(names);
      });
    }

    it('is exported as CSV, with the chosen separator and without formulas', async () => {
      await start({ operation: 'exportCsv', scope: 'SHARED', delimiter: ';' });
      book()[0]!.name = '=1+1 Groß';
      const [header, row] = String(await result()).split('\r\n');
      header!.should.equal('id;firstname;lastname;number;name;emails;numbers;addresses;organizations');
      row!.should.startWith(`${KAETHE};'=1+1;Groß;+4989999980123;'=1+1 Groß;`);
    });

    it('is exported as CSV with commas, or tabs, and formulas if wanted', async () => {
      await start({ operation: 'exportCsv', scope: 'SHARED', delimiter: '\t', escapeFormulas: false });
      book()[0]!.name = '=1+1 Groß';
      String(await result()).should.containEql('\t=1+1 Groß\t');
      await host.runtime.deploy(
        actionFlow(host.simulator, { type: 'sipgate-contacts', operation: 'exportCsv' }),
        'nodes',
      );
      host.send('action', {});
      const { payload } = await host.runtime.message('result', 1);
      String(payload).should.match(/^id,firstname,.*\r\n.*,Emil Klein,/);
    });

    it('is exported as single vCards, and as one file of them', async () => {
      await start({ operation: 'exportVCards', scope: 'ALL' });
      const cards = (await result()) as string[];
      cards.should.have.length(4);
      cards.forEach((each) => each.should.match(/^BEGIN:VCARD\r\nVERSION:4.0\r\n[^]*END:VCARD\r\n$/));
      await host.runtime.deploy(
        actionFlow(host.simulator, { type: 'sipgate-contacts', operation: 'exportVCard', scope: 'ALL' }),
        'nodes',
      );
      host.send('action', {});
      should((await host.runtime.message('result', 1)).payload).equal(cards.join(''));
    });

    it('is left alone when an operation is unknown', async () => {
      await start({ operation: 'deleteAll' });
      host.send('action', { payload: 'x' });
      const { error } = await host.caught();
      error.message.should.match(/`operation`.*importCsv/);
      host.simulator.account.requests.should.have.length(0);
    });
  });
});
