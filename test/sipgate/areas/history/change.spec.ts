import { deleteHistory, updateHistory, type SipgateClient } from '../../../../sipgate/index';
import { ApiServer, clientOf, failure } from '../../helpers/api-server';

describe('Changing the history', () => {
  let api: ApiServer;
  let client: SipgateClient;

  beforeEach(async () => {
    api = await ApiServer.start();
    client = clientOf(api);
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  const many = (count: number) => Array.from({ length: count }, (_, index) => `h${index}`);

  it('changes one entry and names only what changes', async () => {
    const changes = { read: true, starred: false, archived: undefined, note: '2026-01-01' };
    (await updateHistory(client, 'a/b', changes)).should.deepEqual({ ids: ['a/b'] });
    api.requests.should.deepEqual(['PUT /history/a%2Fb']);
    api.seen[0]!.json!.should.deepEqual({ read: true, starred: false, note: '2026-01-01' });
  });

  it('changes many in requests of less than 150', async () => {
    (await updateHistory(client, many(320), { archived: true })).ids.should.have.length(320);
    api.requests.should.deepEqual(Array(4).fill('PUT /history'));
    const bodies = api.seen.map(({ json }) => json as object[]);
    bodies.map(({ length }) => length).should.deepEqual([100, 100, 100, 20]);
    bodies.flat().should.deepEqual(many(320).map((id) => ({ id, archived: true })));
  });

  it('sets notes one by one, for sipgate takes none in a list', async () => {
    await updateHistory(client, [{ id: 'a' }, 'b', 'a'], { note: '', read: true });
    api.requests.should.deepEqual(['PUT /history/a', 'PUT /history/b']);
    api.seen.map(({ json }) => json).should.deepEqual(Array(2).fill({ read: true, note: '' }));
  });

  for (const [changes, why] of [
    [undefined, /`changes` is missing/],
    ['read', /`changes` must be an object, got "read"/],
    [[], /must be an object, got a list/],
    [{}, /must hold something, got an empty object/],
    [{ read: undefined }, /got an empty object/],
    [{ seen: true }, /must not hold "seen"/],
    [{ read: 'true' }, /true or false in read, got "true"/],
    [{ starred: 1 }, /true or false in starred, got 1/],
    [{ archived: null }, /`changes`/],
    [{ note: 5 }, /in note, got 5/],
    [{ note: 'x'.repeat(10_001) }, /at most 10000 characters in note/],
  ] as const) {
    it(`refuses to change ${JSON.stringify(changes)?.slice(0, 30)}`, async () => {
      const error = await failure(updateHistory(client, 'a', changes));
      error.message.should.match(why);
      error.should.have.properties({ code: 'INVALID_INPUT', field: 'changes' });
      api.seen.should.be.empty();
    });
  }

  it('deletes one, or many by their ids', async () => {
    (await deleteHistory(client, 'a b')).should.deepEqual({ ids: ['a b'] });
    (await deleteHistory(client, [{ id: 'a' }, 'b'])).should.deepEqual({ ids: ['a', 'b'] });
    api.requests.should.deepEqual(['DELETE /history/a%20b', 'DELETE /history?id=a&id=b']);
  });

  it('deletes very many in several requests, each with its ids', async () => {
    await deleteHistory(client, many(250));
    api.seen.map(({ url }) => url.split('id=').length - 1).should.deepEqual([100, 100, 50]);
  });

  it('never asks to delete without an id, which would delete everything', async () => {
    for (const nothing of [[], undefined, null, '', ' ', {}, { id: '' }, [''], ['a', undefined], [[]], 0.5]) {
      const error = await failure(deleteHistory(client, nothing));
      error.should.have.properties({ code: 'INVALID_INPUT', field: 'entryId' });
    }
    (await failure(deleteHistory(client, []))).message.should.match(/at least one entry, got an empty list/);
    (await failure(deleteHistory(client, Array(100_001).fill('a')))).message.should.match(/at most 100000/);
    api.seen.should.be.empty();
  });

  it('tells of one that is not there', async () => {
    api.answer = () => ({ status: 404 });
    (await failure(deleteHistory(client, 'gone'))).code.should.equal('NOT_FOUND');
    (await failure(updateHistory(client, 'gone', { read: true }))).code.should.equal('NOT_FOUND');
  });
});
