import { createHistoryWatch, type SipgateClient } from '../../../../sipgate/index';
import { ApiServer, clientOf, failure, quickTiming } from '../../helpers/api-server';
import { entryOf, History, NOW_MS } from './history-server';

const HOUR_MS = 3600_000;
const FROM_MS = NOW_MS - 12 * HOUR_MS;

describe('Watching the history', () => {
  let api: ApiServer;
  let client: SipgateClient;
  let history: History;
  let nowMs: number;
  let watch: ReturnType<typeof createHistoryWatch>;

  beforeEach(async () => {
    api = await ApiServer.start();
    nowMs = NOW_MS;
    client = clientOf(api, { timing: { ...quickTiming(), now: () => nowMs } });
    history = new History(api);
    watch = createHistoryWatch();
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  const many = (count: number) => Array.from({ length: count }, (_, index) => entryOf(index + 1));
  const look = async (fromMs = FROM_MS) => {
    const before = api.seen.length;
    const found = (await watch.look(client, fromMs)).map(({ id }) => id);
    return { found, requests: api.seen.length - before };
  };
  const arrive = (...ids: string[]) => history.entries.unshift(...ids.map((id) => entryOf(0, { id })));

  it('reads all that is there at first, then what is new, in one request', async () => {
    history.entries = many(250);
    (await look()).should.deepEqual({ found: many(250).map(({ id }) => id), requests: 2 });
    (await look()).should.deepEqual({ found: [], requests: 1 });
    arrive('new', 'newer');
    (await look()).should.deepEqual({ found: ['new', 'newer'], requests: 1 });
    (await look()).should.deepEqual({ found: [], requests: 1 });
  });

  it('asks for a span whose end is now', async () => {
    await look();
    nowMs += 1000;
    await look(FROM_MS + 500);
    const spans = history.queries.map((query) => [query.get('from'), query.get('to'), query.get('offset')]);
    spans.should.deepEqual([
      ['2026-11-27T00:00:00.000Z', '2026-11-27T12:00:00.000Z', '0'],
      // the begin stays, so that the count can be compared
      ['2026-11-27T00:00:00.000Z', '2026-11-27T12:00:01.000Z', '0'],
    ]);
    history.queries.every((query) => query.get('limit') === '100').should.be.true();
  });

  it('reads on where more are new than a page holds', async () => {
    history.entries = many(5);
    await look();
    arrive(...Array.from({ length: 1200 }, (_, index) => `n${index}`));
    const { found, requests } = await look();
    found.filter((id) => id.startsWith('n')).should.have.length(1200);
    requests.should.equal(3);
    (await look()).should.deepEqual({ found: [], requests: 1 });
  });

  it('takes a page that is all new for all there is, if the count says so', async () => {
    await look();
    arrive(...Array.from({ length: 100 }, (_, index) => `n${index}`));
    const { found, requests } = await look();
    [found.length, requests].should.deepEqual([100, 1]);
  });

  it('finds one that stands far behind, as that of a long call does', async () => {
    history.entries = many(250);
    await look();
    history.entries.splice(200, 0, entryOf(200, { id: 'long call' }));
    const { found } = await look();
    found.should.containEql('long call');
    (await look()).should.deepEqual({ found: [], requests: 1 });
  });

  it('reads on when something was deleted, and is content then', async () => {
    history.entries = many(250);
    await look();
    history.entries.splice(0, 1);
    (await look()).requests.should.equal(2);
    (await look()).should.deepEqual({ found: [], requests: 1 });
    history.entries.splice(5, 1);
    arrive('new');
    (await look()).found.should.containEql('new');
  });

  it('reads everything every hour: one that went and one that came far behind look like nothing', async () => {
    history.entries = many(250);
    await look();
    history.entries.splice(220, 1, entryOf(220, { id: 'came late' }));
    (await look()).should.deepEqual({ found: [], requests: 1 });
    nowMs += HOUR_MS - 1;
    (await look()).requests.should.equal(1);
    nowMs += 1;
    const { found, requests } = await look(FROM_MS + HOUR_MS);
    found.should.containEql('came late');
    requests.should.equal(2);
    history.queries.at(-1)!.get('from')!.should.equal('2026-11-27T01:00:00.000Z');
  });

  it('knows nothing new of a look that has failed, so the next one has it', async () => {
    history.entries = many(150);
    await look();
    arrive(...Array.from({ length: 120 }, (_, index) => `n${index}`));
    const answer = api.answer;
    let count = 0;
    api.answer = (seen) => {
      count += 1;
      return count === 1 ? answer(seen) : { status: 500 };
    };
    (await failure(watch.look(client, FROM_MS))).code.should.equal('SERVER');
    api.answer = answer;
    (await look()).found.filter((id) => id.startsWith('n')).should.have.length(120);
  });

  it('reads everything each time where sipgate does not say how many there are', async () => {
    history.saysTotal = false;
    history.entries = many(3);
    (await look()).found.should.have.length(3);
    arrive('new');
    (await look()).found.should.containEql('new');
  });
});
