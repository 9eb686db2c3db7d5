import type { SipgateClient } from '../../../../sipgate/index';
import { listHistory, readEntry } from '../../../../sipgate/index';
import { ApiServer, clientOf, failure, quickTiming } from '../../helpers/api-server';
import { entryOf, History, NOW_MS } from './history-server';

describe('Listing the history', () => {
  let api: ApiServer;
  let client: SipgateClient;
  let history: History;

  beforeEach(async () => {
    api = await ApiServer.start();
    client = clientOf(api, { timing: { ...quickTiming(), now: () => NOW_MS } });
    history = new History(api);
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  const many = (count: number) => Array.from({ length: count }, (_, index) => entryOf(index));
  const ids = (entries: readonly { id: string }[]) => entries.map(({ id }) => id);

  it('reads all pages, not the ten that sipgate gives by itself', async () => {
    history.entries = many(2500);
    ids(await listHistory(client)).should.deepEqual(ids(history.entries));
    history.queries
      .map((query) => [query.get('archived'), query.get('offset'), query.get('limit')])
      .should.deepEqual([
        ['false', '0', '1000'],
        ['false', '1000', '1000'],
        ['false', '2000', '1000'],
        ['true', '0', '1000'],
      ]);
  });

  it('fixes the end, so that what comes in meanwhile moves no page', async () => {
    history.entries = many(1500);
    history.between = (page) => history.entries.unshift(entryOf(-page));
    ids(await listHistory(client, { archived: false })).should.deepEqual(ids(many(1500)));
    history.queries
      .map((query) => query.get('to'))
      .should.deepEqual(Array(2).fill('2026-11-27T12:00:00.000Z'));
  });

  it('has each entry once though one comes late and moves the pages', async () => {
    history.entries = many(1500);
    history.between = (page) => {
      if (page === 1) history.entries.splice(3, 0, entryOf(3, { id: 'late' }));
    };
    ids(await listHistory(client, { archived: false })).should.deepEqual(ids(many(1500)));
  });

  it('misses none though one is deleted and moves the pages', async () => {
    history.entries = many(1500);
    history.between = (page) => {
      if (page === 1) history.entries.shift();
    };
    ids(await listHistory(client, { archived: false })).should.deepEqual(ids(many(1500).slice(1)));
  });

  it('gives up beginning anew where something is deleted all the time', async () => {
    history.entries = many(3000);
    history.between = () => history.entries.shift();
    (await listHistory(client, { archived: false })).length.should.be.above(1900);
    api.seen.length.should.equal(7); // two walks of two pages, then one of three
  });

  it('takes short pages and a missing total as they are', async () => {
    history.entries = many(25);
    history.mostOnPage = 10;
    (await listHistory(client, { archived: false })).should.have.length(25);
    history.saysTotal = false;
    (await listHistory(client, { archived: false })).should.have.length(25);
    history.mostOnPage = 0;
    (await listHistory(client, { archived: false })).should.be.empty();
  });

  it('lists archived entries among the others, the newest first', async () => {
    history.entries = [entryOf(1), entryOf(3)];
    history.archived = [entryOf(2, { archived: true }), entryOf(4)];
    ids(await listHistory(client)).should.deepEqual(['h1', 'h2', 'h3', 'h4']);
    ids(await listHistory(client, { limit: 3 })).should.deepEqual(['h1', 'h2', 'h3']);
    ids(await listHistory(client, { archived: 'true' })).should.deepEqual(['h2', 'h4']);
    ids(await listHistory(client, { archived: false })).should.deepEqual(['h1', 'h3']);
  });

  it('asks for no more than is wanted', async () => {
    history.entries = many(2500);
    ids(await listHistory(client, { limit: '3', archived: false })).should.deepEqual(['h0', 'h1', 'h2']);
    history.queries.at(-1)!.get('limit')!.should.equal('3');
    (await listHistory(client, { limit: 1001, archived: false })).should.have.length(1001);
    history.queries.at(-1)!.get('limit')!.should.equal('1');
  });

  it('leaves texts as they are, also such as look like dates', async () => {
    const text = '2026-01-01T00:00:00.000Z';
    history.entries = [entryOf(0, { smsContent: text, note: text, created: '2026-11-27T11:00:00.000Z' })];
    const [entry] = await listHistory(client);
    entry!.should.containEql({ smsContent: text, note: text, created: '2026-11-27T11:00:00.000Z' });
  });

  it('sends every filter as sipgate wants it', async () => {
    await listHistory(client, {
      types: ['CALL', 'FAX'],
      directions: 'incoming, MISSED_INCOMING',
      connectionIds: ['p0', '1234567g1', 'z9'],
      from: '2026-11-01T00:00:00+01:00',
      to: new Date(Date.UTC(2026, 10, 2)),
      phonenumber: '0211 63553355',
      starred: true,
      archived: false,
    });
    [...history.queries[0]!].should.deepEqual([
      ['types', 'CALL'],
      ['types', 'FAX'],
      ['directions', 'INCOMING'],
      ['directions', 'MISSED_INCOMING'],
      ['connectionIds', 'p0'],
      ['connectionIds', '1234567g1'],
      ['connectionIds', 'z9'],
      ['from', '2026-10-31T23:00:00.000Z'],
      ['to', '2026-11-02T00:00:00.000Z'],
      ['phonenumber', '+4921163553355'],
      ['starred', 'STARRED'],
      ['archived', 'false'],
      ['offset', '0'],
      ['limit', '1000'],
    ]);
  });

  it('sends no filter that is empty', async () => {
    const empty = { types: [], directions: '', connectionIds: ' , ', from: '', to: null, phonenumber: ' ' };
    await listHistory(client, { ...empty, starred: '', archived: '', limit: 0 });
    [...history.queries[0]!.keys()].should.deepEqual(['to', 'archived', 'offset', 'limit']);
  });

  it('knows callers without a number, unstarred entries and times in ms', async () => {
    await listHistory(client, { phonenumber: 'anonymous', starred: 'false', from: NOW_MS, archived: false });
    const [query] = history.queries;
    [query!.get('phonenumber'), query!.get('starred'), query!.get('from')].should.deepEqual([
      'anonymous',
      'UNSTARRED',
      '2026-11-27T12:00:00.000Z',
    ]);
  });

  for (const [field, value, why] of [
    ['types', ['MAIL'], /`types` must be one or more of CALL, VOICEMAIL, SMS, FAX, got "MAIL"/],
    ['types', [7], /`types` must be one or more of CALL/],
    ['directions', 'UP', /`directions` must be one or more of INCOMING/],
    ['connectionIds', 'Ada', /`connectionIds` must be extensions, got "Ada"\. .*p0, g0, f0/],
    ['connectionIds', Array(1001).fill('p0'), /`connectionIds` must have at most 1000 entries/],
    ['from', 'yesterday', /`from` must be a time, got "yesterday"/],
    ['to', {}, /`to` must be a time, got an object/],
    ['phonenumber', 'Ada', /`phonenumber` must be a phone number/],
    ['starred', 'yes', /`starred` must be true or false, got "yes"/],
    ['archived', 1, /`archived` must be true or false, got 1/],
    ['limit', -1, /`limit` must be a whole number, got -1/],
    ['limit', 1.5, /`limit`/],
    ['limit', {}, /`limit`/],
  ] as const) {
    it(`refuses ${JSON.stringify(value).slice(0, 30)} as ${field} before it asks`, async () => {
      const error = await failure(listHistory(client, { [field]: value }));
      error.message.should.match(why);
      error.should.have.properties({ code: 'INVALID_INPUT', field });
      api.seen.should.be.empty();
    });
  }

  it('says to take phone lines where sipgate refuses phones', async () => {
    api.answer = () => ({ status: 403 });
    const error = await failure(listHistory(client, { connectionIds: ['p0', 'e0'] }));
    error.should.have.properties({ code: 'FORBIDDEN', statusCode: 403 });
    error.message.should.match(/names a phone \(e0, x0, y0\).*phone lines \(p0\)/);
    (await failure(listHistory(client, { connectionIds: 'p0' }))).message.should.match(
      /lacks the scope history:read/,
    );
  });

  it('passes over what is no entry, and complains of what is no list', async () => {
    api.answer = () => ({
      json: { items: [null, 'x', { id: '' }, { type: 'SMS' }, { id: 1.5 }, entryOf(1)] },
    });
    ids(await listHistory(client, { archived: false })).should.deepEqual(['h1']);
    api.answer = () => ({ json: { items: [{ id: 5, type: 'NEW', x: 1 }, { id: 'a' }] } });
    (await listHistory(client, { archived: false })).should.deepEqual([
      { id: '5', type: 'NEW', x: 1 },
      { id: 'a', type: '' },
    ]);
    api.answer = () => ({ text: '<html>' });
    (await failure(listHistory(client))).code.should.equal('SERVER');
  });

  describe('one entry', () => {
    it('is read by its id, which is encoded, or by the entry', async () => {
      api.answer = () => ({ json: entryOf(1) });
      (await readEntry(client, ' a/b ')).should.deepEqual(entryOf(1));
      await readEntry(client, entryOf(2));
      await readEntry(client, 42);
      await readEntry(client, ['h3']);
      api.requests.should.deepEqual([
        'GET /history/a%2Fb',
        'GET /history/h2',
        'GET /history/42',
        'GET /history/h3',
      ]);
    });

    it('must be named, and there', async () => {
      for (const bad of [undefined, null, '', ' ', {}, [], ['a', 'b'], 1.5, 'x'.repeat(501)]) {
        const error = await failure(readEntry(client, bad));
        error.should.have.properties({ code: 'INVALID_INPUT', field: 'entryId' });
      }
      api.seen.should.be.empty();
      api.answer = () => ({ status: 404 });
      (await failure(readEntry(client, 'gone'))).code.should.equal('NOT_FOUND');
      api.answer = () => ({ json: {} });
      (await failure(readEntry(client, 'odd'))).code.should.equal('SERVER');
    });
  });
});
