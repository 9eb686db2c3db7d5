import { hasFile, readHistoryFile, type HistoryEntry, type SipgateClient } from '../../../../sipgate/index';
import { ApiServer, clientOf, failure, TOKEN, TOKEN_ID } from '../../helpers/api-server';
import { pdf } from '../../helpers/pdf';

const LOGIN = `Basic ${Buffer.from(`${TOKEN_ID}:${TOKEN}`).toString('base64')}`;

describe('The files of the history', () => {
  let api: ApiServer;
  let other: ApiServer;
  let client: SipgateClient;

  beforeEach(async () => {
    [api, other] = await Promise.all([ApiServer.start(), ApiServer.start()]);
    client = clientOf(api);
  });
  afterEach(async () => {
    await client.close();
    await Promise.all([api.stop(), other.stop()]);
  });

  const fax = (documentUrl: unknown): HistoryEntry => ({
    id: '1',
    type: 'FAX',
    direction: 'INCOMING',
    documentUrl,
  });
  const voicemail = (recordingUrl: unknown): HistoryEntry => ({ id: '2', type: 'VOICEMAIL', recordingUrl });
  /** Bytes that are no text. */
  const bytes = (head: string) => head + '\xff\x00\xfe\x80';

  it('come byte for byte', async () => {
    const content = pdf();
    api.answer = () => ({
      text: content.toString('latin1'),
      headers: { 'content-type': 'Application/PDF; x=y' },
    });
    const file = await readHistoryFile(client, fax(`${api.url}/files/1.pdf?key=a`));
    file.contentType.should.equal('application/pdf');
    file.content.equals(Buffer.from(content.toString('latin1'))).should.be.true();
    api.requests.should.deepEqual(['GET /files/1.pdf?key=a']);
  });

  for (const [head, type] of [
    ['%PDF-1.4', 'application/pdf'],
    ['RIFF', 'audio/wav'],
    ['ID3', 'audio/mpeg'],
    ['OggS', 'audio/ogg'],
    ['what', 'application/octet-stream'],
  ] as const) {
    it(`are known as ${type} by their beginning where the server only says that it is some file`, async () => {
      api.script({ text: head, headers: { 'content-type': 'application/octet-stream' } }, { text: head });
      (await readHistoryFile(client, voicemail(`${api.url}/a`))).contentType.should.equal(type);
      (await readHistoryFile(client, voicemail(`${api.url}/a`))).contentType.should.equal(type);
    });
  }

  it('get the login of the account at sipgate’s own server only', async () => {
    await readHistoryFile(client, fax(`${api.url}/a`));
    await readHistoryFile(client, fax(`${other.url}/a`));
    api.seen[0]!.headers.authorization!.should.equal(LOGIN);
    other.seen[0]!.headers.should.not.have.property('authorization');
  });

  it('are followed to another place, without the login', async () => {
    api.answer = ({ url }) =>
      url === '/a'
        ? { status: 302, headers: { location: '/b' } }
        : { status: 307, headers: { location: `${other.url}/c` } };
    other.answer = () => ({ text: bytes('RIFF') });
    (await readHistoryFile(client, voicemail(`${api.url}/a`))).content.toString().should.equal(bytes('RIFF'));
    api.requests.should.deepEqual(['GET /a', 'GET /b']);
    other.seen[0]!.headers.should.not.have.property('authorization');
  });

  it('are not followed for ever, nor to where there is nothing', async () => {
    api.answer = () => ({ status: 302, headers: { location: '/a' } });
    (await failure(readHistoryFile(client, fax(`${api.url}/a`)))).code.should.equal('SERVER');
    api.seen.should.have.length(6);
    api.answer = () => ({ status: 302 });
    (await failure(readHistoryFile(client, fax(`${api.url}/a`)))).code.should.equal('SERVER');
  });

  it('come over https where the API does, and from a web address alone', async () => {
    const secure = clientOf(api, { apiUrl: 'https://127.0.0.1:9/v2' });
    const links = [`${api.url}/a`, 'file:///etc/passwd', 'no link', 'https://user:pass@127.0.0.1:9/a'];
    for (const link of [...links, `https://127.0.0.1/${'x'.repeat(8200)}`]) {
      const error = await failure(readHistoryFile(secure, fax(link)));
      error.message.should.match(/a link to a file that cannot be followed/);
    }
    api.seen.should.be.empty();
    await secure.close();
  });

  it('are asked for again where the server is away for a moment', async () => {
    api.script({ status: 503 }, 'reset', { text: 'RIFF' });
    (await readHistoryFile(client, voicemail(`${api.url}/a`))).content.toString().should.equal('RIFF');
  });

  it('may be gone, and then sipgate’s words are told, and no link', async () => {
    api.answer = () => ({ status: 404, json: { name: 'RESOURCE_NOT_FOUND', message: 'Link has expired' } });
    const error = await failure(readHistoryFile(client, fax(`${api.url}/secret`)));
    error.code.should.equal('NOT_FOUND');
    error.message.should.match(/fetch the PDF of the fax.*Link has expired/);
    `${error.message} ${(error.cause as Error).message}`.should.not.match(/secret/);
  });

  it('may not be there yet', async () => {
    for (const nothing of [undefined, '', 5]) {
      const error = await failure(readHistoryFile(client, voicemail(nothing)));
      error.code.should.equal('NOT_FOUND');
      error.message.should.match(/recording of the voicemail/);
    }
    api.seen.should.be.empty();
  });

  it('belong to voicemails and to faxes that came in', () => {
    const has = (type: string, direction?: string) =>
      hasFile({ id: '1', type, ...(direction ? { direction } : {}) });
    [has('VOICEMAIL'), has('FAX'), has('FAX', 'INCOMING')].should.deepEqual([true, true, true]);
    [has('FAX', 'OUTGOING'), has('SMS'), has('CALL')].should.deepEqual([false, false, false]);
  });

  it('end with the signal', async () => {
    api.answer = () => 'hang';
    const ending = new AbortController();
    const work = failure(readHistoryFile(client, fax(`${api.url}/a`), ending.signal));
    await api.received(1);
    ending.abort();
    (await work).code.should.equal('NETWORK');
  });
});
