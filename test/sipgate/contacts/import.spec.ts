import { importCsv, importVCards, type Progress } from '../../../sipgate/index';
import { failure } from '../helpers/api-server';
import { useAddressBook } from './address-book';

describe('The address book', () => {
  const book = useAddressBook();

  describe('imports CSV', () => {
    const uploaded = (index: number): string =>
      Buffer.from((book.api.seen[index]!.json as { base64Content: string }).base64Content, 'base64').toString(
        'utf8',
      );

    it('as the documented CSV in UTF-8', async () => {
      const file = Buffer.from(
        'Nachname;Vorname;Telefon\r\nGroß;Jürgen;0211 63553355\r\nKing, Byron;Ada;x\r\n',
        'latin1',
      );
      const result = await importCsv(book.client, file);
      result.imported.should.equal(1);
      result.skipped.map(({ line }) => line).should.deepEqual([3]);
      book.api.requests.should.deepEqual(['POST /contacts/import/csv']);
      uploaded(0).should.equal('firstname,lastname,number\nJürgen,Groß,+4921163553355\n');
    });

    it('in batches, and shows the progress', async () => {
      const rows = Array.from({ length: 2500 }, (_, i) => `Ada,${i},+4915799${100000 + i}\n`);
      const progress: Progress[] = [];
      const result = await importCsv(book.client, `firstname,lastname,number\n${rows.join('')}`, {
        onProgress: (each) => progress.push(each),
      });
      result.should.deepEqual({ imported: 2500, skipped: [] });
      progress.should.deepEqual([1000, 2000, 2500].map((done) => ({ done, total: 2500 })));
      [0, 1, 2].map((index) => uploaded(index).split('\n').length - 2).should.deepEqual([1000, 1000, 500]);
    });

    it('not at all when there is a header alone, with a warning', async () => {
      const warnings: string[] = [];
      const options = { onWarning: (text: string) => warnings.push(text) };
      (await importCsv(book.client, 'firstname,lastname,number\n', options)).should.deepEqual({
        imported: 0,
        skipped: [],
      });
      warnings.should.deepEqual(['The file has a header but no contacts: nothing to import.']);
      book.api.requests.should.deepEqual([]);
    });

    it('and says what was and what was not imported when sipgate fails', async () => {
      const rows = Array.from({ length: 3000 }, (_, i) => `Ada,${i},+4915799${100000 + i}\n`);
      let answered = 0;
      book.onChange = () => ({ status: (answered += 1) === 2 ? 500 : 204 });
      const error = await failure(importCsv(book.client, `firstname,lastname,number\n${rows.join('')}`));
      error.should.match({ code: 'SERVER', statusCode: 500 });
      error.message.should.endWith(
        '1,000 of 3,000 contacts were imported. Failed or not sure: lines 1002 to 2001. Not tried: from line 2002 on.',
      );
      book.api.requests.should.have.length(2);
    });

    it('and stops between two batches when it is told to', async () => {
      const rows = Array.from({ length: 3000 }, (_, i) => `Ada,${i},+4915799${100000 + i}\n`);
      const stop = new AbortController();
      book.onChange = () => {
        stop.abort();
        return { status: 204, delay: 50 };
      };
      const file = `firstname,lastname,number\n${rows.join('')}`;
      const error = await failure(importCsv(book.client, file, { signal: stop.signal }));
      error.message.should.equal(
        'Stopped, by a deploy or a stop. 1,000 of 3,000 contacts were imported. Not tried: from line 1002 on.',
      );
      book.api.requests.should.have.length(1);
    });
  });

  describe('imports vCards', () => {
    const card = (name: string, ...lines: string[]): string =>
      ['BEGIN:VCARD', 'VERSION:3.0', `FN:${name}`, ...lines, 'END:VCARD', ''].join('\r\n');

    it('each with all its numbers', async () => {
      const warnings: string[] = [];
      const text = card(
        'Ada Lovelace',
        'N:Lovelace;Ada;;;',
        'TEL;TYPE=CELL:0157 99912345',
        'TEL:110',
        'TEL:ask Bob',
        'TEL:+49 211 63553355',
        'EMAIL:a@example.com',
        'ORG:Engines',
      );
      const result = await importVCards(book.client, text, 'SHARED', {
        onWarning: (each) => warnings.push(each),
      });
      result.should.deepEqual({ imported: 1, skipped: [] });
      book.api.requests.should.deepEqual(['POST /contacts']);
      book.api.seen[0]!.json!.should.deepEqual({
        name: 'Ada Lovelace',
        given: 'Ada',
        family: 'Lovelace',
        picture: null,
        emails: [{ email: 'a@example.com', type: [] }],
        numbers: [
          { number: '+4915799912345', type: ['cell'] },
          { number: '110', type: [] },
          { number: '+4921163553355', type: [] },
        ],
        addresses: [],
        organization: [['Engines']],
        scope: 'SHARED',
      });
      warnings.should.have.length(1);
      warnings[0]!.should.match(/Left out: "ask Bob" of the card in line 1\./);
    });

    it('and reports the cards that sipgate refuses or that are broken', async () => {
      let answered = 0;
      book.onChange = () =>
        (answered += 1) === 2 ? { status: 400, text: 'no such country' } : { status: 204 };
      const text = `${card('Ada')}${card('Alan')}BEGIN:VCARD\r\nFN:Half\r\n`;
      const result = await importVCards(book.client, text, 'PRIVATE');
      result.imported.should.equal(1);
      result.skipped.should.have.length(2);
      result.skipped[0]!.reason.should.match(/no such country/);
      result.skipped[1]!.should.match({ line: 9, reason: /no END:VCARD/ });
    });

    it('but fails when sipgate can create none of them', async () => {
      book.onChange = () => ({ status: 500, text: 'out of order' });
      const error = await failure(importVCards(book.client, `${card('Ada')}${card('Alan')}`, 'PRIVATE'));
      error.should.match({ code: 'SERVER', statusCode: 500 });
      error.message.should.match(
        /out of order.* 0 of 2 contacts were imported\. Failed or not sure: lines 1, \d+\.$/,
      );
    });

    it('never twice when the outcome is not known, and says which it was', async () => {
      const names: string[] = [];
      book.api.answer = ({ method, json }) => {
        // nor can it be read
        if (method === 'GET') return { status: 403 };
        names.push((json as { name: string }).name);
        return names.length === 3 ? 'reset' : { status: 204, delay: 20 };
      };
      const text = Array.from({ length: 20 }, (_, i) => card(`Ada ${i}`)).join('');
      const error = await failure(importVCards(book.client, text, 'PRIVATE'));
      error.code.should.equal('NETWORK');
      new Set(names).size.should.equal(names.length);
      const imported = names.length - 1;
      const lineOf = (name: string): number => 1 + Number(name.slice(4)) * 4;
      error.message.should.containEql(
        `${imported} of 20 contacts were imported. Failed or not sure: line ${lineOf(names[2]!)}.`,
      );
      error.message.should.endWith(`Not tried: from line ${1 + names.length * 4} on.`);
    });

    /** An account that keeps what it is sent, and loses some of it, or some of its answers. */
    function losing(isLost: (nth: number, name: string) => 'request' | 'answer' | undefined): string[] {
      const kept: string[] = [];
      let posts = 0;
      book.entries = [];
      const { answer } = book.api;
      book.api.answer = (seen) => {
        if (seen.method !== 'POST') return answer(seen);
        posts += 1;
        const contact = seen.json as { name: string };
        const lost = isLost(posts, contact.name);
        if (lost === 'request') return 'reset';
        kept.push(contact.name);
        book.entries.push({ ...contact, id: `${kept.length}`, family: undefined });
        return lost === 'answer' ? 'reset' : { status: 204 };
      };
      return kept;
    }

    it('once each where answers are lost: the address book tells which cards have arrived', async () => {
      const kept = losing((nth) => (nth % 5 === 2 ? 'answer' : undefined));
      const text = Array.from({ length: 20 }, (_, i) => card(`Ada ${i}`, `TEL:0211 ${1000 + i}00`)).join('');
      const result = await importVCards(book.client, text, 'SHARED');
      result.should.deepEqual({ imported: 20, skipped: [] });
      kept.should.have.length(20);
      new Set(kept).size.should.equal(20);
    });

    it('again where they were lost on their way', async () => {
      const kept = losing((nth) => (nth % 5 === 2 ? 'request' : undefined));
      const text = Array.from({ length: 20 }, (_, i) => card(`Ada ${i}`, 'EMAIL:Ada@Example.com')).join('');
      const result = await importVCards(book.client, text, 'PRIVATE');
      result.should.deepEqual({ imported: 20, skipped: [] });
      new Set(kept).size.should.equal(20);
      kept.should.have.length(20);
    });

    for (const lost of ['request', 'answer'] as const) {
      it(`as often as they are in the file, also where the ${lost} of the second of two was lost`, async () => {
        const others = Array.from({ length: 12 }, (_, i) => card(`Bob ${i}`)).join('');
        let adas = 0;
        const kept = losing((_, name) => {
          if (name === 'Ada') adas += 1;
          return name === 'Ada' && adas === 2 ? lost : undefined;
        });
        const result = await importVCards(book.client, card('Ada') + others + card('Ada'), 'PRIVATE');
        result.imported.should.equal(14);
        kept.filter((name) => name === 'Ada').should.have.length(2);
      });
    }

    it('over few connections', async () => {
      const text = Array.from({ length: 40 }, (_, i) => card(`Ada ${i}`)).join('');
      await importVCards(book.client, text, 'PRIVATE');
      book.api.requests.should.have.length(40);
      book.api.connections.should.be.belowOrEqual(4);
    });

    it('and stops when it is told to, after what is under way', async () => {
      const stop = new AbortController();
      book.onChange = () => {
        stop.abort();
        return { status: 204, delay: 20 };
      };
      const text = Array.from({ length: 20 }, (_, i) => card(`Ada ${i}`)).join('');
      const error = await failure(importVCards(book.client, text, 'PRIVATE', { signal: stop.signal }));
      const sent = book.api.requests.length;
      sent.should.be.belowOrEqual(4);
      error.message.should.equal(
        `Stopped, by a deploy or a stop. ${sent} of 20 contacts were imported. Not tried: from line ${1 + sent * 4} on.`,
      );
    });

    it('not at all into a scope that cannot be written', async () => {
      (await failure(importVCards(book.client, card('Ada'), 'INTERNAL'))).should.match({
        code: 'INVALID_INPUT',
        field: 'scope',
      });
      book.api.requests.should.deepEqual([]);
    });
  });
});
