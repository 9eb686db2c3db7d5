import should from 'should';
import { receiveFax, receiveSms, receiveVoicemail } from '../../../../simulator/inbox/receive';
import { type RestServer, startRestServer } from '../rest-server';

describe('simulator/rest/history: what comes in', () => {
  let rest: RestServer;
  beforeEach(async () => {
    rest = await startRestServer();
  });
  afterEach(() => rest.close());

  const from = '+4915799912345';
  const sms = (text = 'hello') => receiveSms(rest.account, { from, text });
  const one = async (id: string) => (await rest.call('GET', `/history/${id}`)).body;
  const ids = async (query = '') =>
    (await rest.call('GET', `/history${query}`)).body.items.map(({ id }: { id: string }) => id) as string[];

  it('is an SMS with its text, unread', async () => {
    should(await one(sms())).containEql({
      type: 'SMS',
      direction: 'INCOMING',
      incoming: true,
      source: from,
      target: '+4917139200010',
      smsContent: 'hello',
      read: false,
      connectionIds: ['s0'],
    });
  });

  it('is a fax whose PDF can be downloaded without a login, by a link that nobody can guess', async () => {
    const id = receiveFax(rest.account, { from, text: 'Grüße (wirklich)\nZeile 2' });
    const { documentUrl, faxStatusType, pageCount } = await one(id);
    should({ faxStatusType, pageCount }).eql({ faxStatusType: 'SENT', pageCount: 1 });
    const answer = await fetch(documentUrl);
    should(answer.headers.get('content-type')).equal('application/pdf');
    const pdf = Buffer.from(await answer.arrayBuffer());
    pdf.toString('latin1').should.match(/^%PDF-1.4\n[^]*\(Grüße \\\(wirklich\\\)\) '[^]*%%EOF\n$/);
    const forged = documentUrl.replace(/[0-9a-f]{64}/, '0'.repeat(64));
    (await fetch(forged)).status.should.equal(404);
    (await fetch(documentUrl.replace('document.pdf', 'recording.wav'))).status.should.equal(404);
    (await fetch(documentUrl, { method: 'POST' })).status.should.equal(405);
  });

  it('is a voicemail with its text and a recording that a telephone can play', async () => {
    const id = receiveVoicemail(rest.account, {
      from: 'anonymous',
      transcription: 'Please call',
      durationS: 2,
    });
    const { recordingUrl, ...entry } = await one(id);
    should(entry).containEql({ type: 'VOICEMAIL', transcription: 'Please call', duration: 2 });
    const wav = Buffer.from(await (await fetch(recordingUrl)).arrayBuffer());
    wav.length.should.equal(44 + 2 * 2 * 8000);
    wav.toString('latin1', 0, 4).should.equal('RIFF');
  });

  it('goes to the extension that was named, and to none that the account does not have', async () => {
    const id = receiveSms(rest.account, { from, text: 'x', extension: 's1' });
    should((await one(id)).connectionIds).eql(['s1']);
    should(() => receiveFax(rest.account, { from, extension: 'f9' })).throw(
      /extension must be one of .* got "f9"/,
    );
  });

  it('can be marked, noted and archived, only what is named changes', async () => {
    const id = sms();
    (await rest.call('PUT', `/history/${id}`, { note: 'done', starred: true })).status.should.equal(204);
    should(await one(id)).containEql({ note: 'done', starred: true, read: false, archived: false });
    await rest.call('PUT', `/history/${id}`, { archived: true });
    (await ids()).should.eql([]);
    (await ids('?archived=true')).should.eql([id]);
    (await ids('?archived=true&starred=STARRED')).should.eql([id]);
    should((await one(id)).note).equal('done');
    (await rest.call('PUT', `/history/${id}/read`, { value: true })).status.should.equal(204);
    should((await one(id)).read).be.true();
    (await rest.call('PUT', `/history/${id}`, { read: 'yes' })).status.should.equal(400);
    (await rest.call('PUT', '/history/1', { read: true })).status.should.equal(404);
  });

  it('can be marked in a list of fewer than 150, all or nothing', async () => {
    const known = [sms(), sms()];
    const read = known.map((id) => ({ id, read: true }));
    (await rest.call('PUT', '/history', read)).status.should.equal(204);
    should((await one(known[1] ?? '')).read).be.true();
    const starred = known.map((id) => ({ id, starred: true }));
    (await rest.call('PUT', '/history', [...starred, { id: 'x', starred: true }])).status.should.equal(404);
    should((await one(known[0] ?? '')).starred).be.false();
    (await rest.call('PUT', '/history', Array(150).fill(read[0]))).status.should.equal(400);
    (await rest.call('PUT', '/history', { id: known[0] })).status.should.equal(400);
    (await rest.call('PUT', '/history', [{ read: true }])).status.should.equal(400);
  });

  it('can be deleted one by one and by ids; without an id all of it goes, and that is counted', async () => {
    const known = [sms(), sms(), sms(), sms()];
    (await rest.call('DELETE', `/history/${known[0]}`)).status.should.equal(204);
    (await rest.call('GET', `/history/${known[0]}`)).status.should.equal(404);
    await rest.call('DELETE', `/history?id=${known[1]}&id=${known[2]}`);
    (await ids()).should.eql([known[3]]);
    rest.account.history.deletedAll.should.equal(0);
    await rest.call('DELETE', '/history');
    (await ids()).should.eql([]);
    rest.account.history.deletedAll.should.equal(1);
  });

  it('can lose what the account has sent as well', async () => {
    await rest.call('POST', '/sessions/sms', { smsId: 's0', recipient: from, message: 'one' });
    const [sent] = await ids();
    await rest.call('PUT', `/history/${sent}`, { note: 'sent' });
    should(await one(sent ?? '')).containEql({ note: 'sent', read: true, direction: 'OUTGOING' });
    await rest.call('DELETE', `/history/${sent}`);
    (await ids()).should.be.empty();
    rest.account.sentSms.length.should.equal(1);
  });

  it('shifts the pages when something comes in between two of them', async () => {
    const known = [sms('1'), sms('2'), sms('3'), sms('4')];
    rest.account.faults.push({ match: 'GET /history', fault: { kind: 'act', act: () => sms('new') } });
    const first = await ids('?limit=2');
    first.should.containEql(known[3]).and.not.containEql(known[2]);
    (await ids('?limit=2&offset=2')).should.eql([known[2], known[1]]);
  });

  it('is exported as CSV, ten entries where nobody asks for more', async () => {
    for (let count = 0; count < 12; count += 1) sms();
    const id = sms();
    await rest.call('PUT', `/history/${id}`, { note: 'a "note", really' });
    const answer = await rest.call('GET', '/history/export');
    should(answer.headers.get('content-type')).equal('application/octet-stream');
    const lines = answer.text.split('\r\n');
    lines.length.should.equal(1 + 10 + 1);
    should(lines[1]).match(new RegExp(`^${id},SMS,INCOMING,.*,"a ""note"", really"$`));
    (await rest.call('GET', '/history/export?phonenumber=1&limit=100')).text
      .split('\r\n')
      .length.should.equal(15);
  });

  it('refuses devices as a filter, times that are none, and a flag that is neither true nor false', async () => {
    const status = async (query: string) => (await rest.call('GET', `/history?${query}`)).status;
    should(await status('connectionIds=e0')).equal(403);
    should(await status('connectionIds=p0&connectionIds=y0')).equal(403);
    should(await status('from=yesterday')).equal(400);
    should(await status('to=5')).equal(400);
    should(await status('archived=maybe')).equal(400);
    should(await status('offset=-1')).equal(400);
  });

  it('shows no calls to an account of the new platform, but all the rest', async () => {
    rest.account.history.entries.push({
      ...(rest.account.history.entries[0] ?? {
        id: '1',
        createdMs: 1,
        direction: 'INCOMING',
        source: from,
        target: from,
        sourceAlias: '',
        targetAlias: '',
        status: 'PICKUP',
        connectionIds: ['p0'],
      }),
      type: 'CALL',
      callId: 'A',
      callStatus: 'SUCCESS',
      durationS: 3,
      recordings: [],
    });
    const id = sms();
    (await ids()).should.eql([id, '1']);
    rest.account.platform = 'neo';
    (await ids()).should.eql([id]);
  });
});
