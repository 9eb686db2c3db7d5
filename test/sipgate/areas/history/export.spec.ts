import { exportHistoryCsv, type SipgateClient } from '../../../../sipgate/index';
import { ApiServer, clientOf, failure } from '../../helpers/api-server';

const HEADER = 'id,type,note';

describe('Exporting the history', () => {
  let api: ApiServer;
  let client: SipgateClient;
  let rows: string[];
  let archived: string[];
  let lineBreak: string;

  beforeEach(async () => {
    api = await ApiServer.start();
    client = clientOf(api);
    archived = [];
    lineBreak = '\n';
    api.answer = ({ url }) => {
      const query = new URL(url, 'http://127.0.0.1').searchParams;
      const offset = Number(query.get('offset') ?? 0);
      const all = query.get('archived') === 'true' ? archived : rows;
      const page = all.slice(offset, offset + Number(query.get('limit') ?? 10));
      return {
        text: [HEADER, ...page, ''].join(lineBreak),
        headers: { 'content-type': 'application/octet-stream' },
      };
    };
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  const many = (count: number) => Array.from({ length: count }, (_, index) => `${index},SMS,`);

  it('joins all pages under one header', async () => {
    rows = many(2300);
    archived = ['x,FAX,'];
    (await exportHistoryCsv(client)).should.equal([HEADER, ...rows, ...archived, ''].join('\r\n'));
  });

  it('takes a line break in a note for one', async () => {
    rows = ['1,SMS,"one\r\n\ntwo ""quoted"" "', '2,SMS,"a\rb"'];
    lineBreak = '\r\n';
    (await exportHistoryCsv(client, { archived: false })).should.equal([HEADER, ...rows, ''].join('\r\n'));
  });

  it('asks for CSV, with the filters, and for no more than is wanted', async () => {
    rows = many(2300);
    const csv = await exportHistoryCsv(client, { types: ['SMS'], limit: 1200, archived: false, to: 0 });
    csv.split('\r\n').should.have.length(1202);
    api.requests
      .map((request) => request.slice(request.indexOf('?')))
      .should.deepEqual([
        '?types=SMS&to=1970-01-01T00%3A00%3A00.000Z&archived=false&offset=0&limit=1000',
        '?types=SMS&to=1970-01-01T00%3A00%3A00.000Z&archived=false&offset=1000&limit=200',
      ]);
    api.seen[0]!.headers.accept!.should.equal('application/octet-stream, text/csv');
  });

  it('ends where a server does not know pages', async () => {
    api.answer = () => ({ text: [HEADER, ...many(3)].join('\n') });
    (await exportHistoryCsv(client, { archived: true })).should.equal([HEADER, ...many(3), ''].join('\r\n'));
    api.seen.should.have.length(2);
  });

  it('is a header alone where there is nothing', async () => {
    rows = [];
    (await exportHistoryCsv(client)).should.equal(`${HEADER}\r\n`);
  });

  it('cannot be filtered by number', async () => {
    const error = await failure(exportHistoryCsv(client, { phonenumber: '0211 1234567' }));
    error.should.have.properties({ code: 'INVALID_INPUT', field: 'phonenumber' });
    api.seen.should.be.empty();
  });

  it('says to take phone lines where sipgate refuses phones', async () => {
    api.answer = () => ({ status: 403 });
    (await failure(exportHistoryCsv(client, { connectionIds: 'x1' }))).message.should.match(/phone lines/);
  });
});
