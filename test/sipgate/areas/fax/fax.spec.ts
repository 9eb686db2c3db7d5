import { faxStatus, isCancelled, sendFax, waitForFax, type SipgateClient } from '../../../../sipgate/index';
import { ApiServer, clientOf, failure, quickTiming, type Reply } from '../../helpers/api-server';
import { requestChecker } from '../../helpers/openapi';
import { pdf } from '../../helpers/pdf';

describe('A fax', () => {
  let api: ApiServer;
  let client: SipgateClient;
  const FAX = { to: '0211 1234567', file: pdf(), filename: 'offer.pdf', faxlineId: 'f0' };

  beforeEach(async () => {
    api = await ApiServer.start(requestChecker());
    client = clientOf(api);
  });
  afterEach(async () => {
    await client.close();
    await api.stop();
  });

  describe('that is sent', () => {
    const table = (more: Record<string, Reply> = {}) =>
      api.routes({
        'GET /authorization/userinfo': { json: { sub: 'w0', masterSipId: '1234567' } },
        'POST /sessions/fax': { json: { sessionId: '100018428' } },
        ...more,
      });
    const body = () => api.seen.at(-1)!.json as Record<string, string>;

    it('is one request with the PDF in base64', async () => {
      table();
      (await sendFax(client, FAX)).should.deepEqual({ sessionId: '100018428' });
      api.requests.should.deepEqual(['POST /sessions/fax']);
      body().should.deepEqual({
        faxlineId: 'f0',
        recipient: '+492111234567',
        filename: 'offer.pdf',
        base64Content: pdf().toString('base64'),
      });
    });

    const line = (id: string, canSend: boolean, groupId?: string) => ({
      id,
      alias: id,
      canSend,
      canReceive: true,
      groupId,
    });

    it('goes out from the first line that can send', async () => {
      table({
        'GET /w0/faxlines': { json: { items: [line('f0', false), line('f1', true), line('f2', true)] } },
        'GET /groupfaxlines': { json: { items: [line('f9', true, 'g0')] } },
      });
      await sendFax(client, { ...FAX, faxlineId: '' });
      body().faxlineId!.should.equal('f1');
      api.requests.should.containEql('GET /groupfaxlines?userId=w0');
    });

    it('goes out from a line of a group when the user has none', async () => {
      table({
        'GET /w0/faxlines': { status: 403, text: 'feature not booked' },
        'GET /groupfaxlines': { json: { items: [line('f9', true, 'g0')] } },
      });
      await sendFax(client, { ...FAX, faxlineId: undefined });
      body().faxlineId!.should.equal('f9');
    });

    it('is refused when no line can send, or none may be seen', async () => {
      table({
        'GET /w0/faxlines': { json: { items: [line('f0', false)] } },
        'GET /groupfaxlines': { status: 403 },
      });
      (await failure(sendFax(client, { ...FAX, faxlineId: '' }))).field!.should.equal('faxlineId');
      table({ 'GET /w0/faxlines': { status: 403 }, 'GET /groupfaxlines': { status: 403 } });
      const error = await failure(sendFax(client, { ...FAX, faxlineId: '' }));
      error.code.should.equal('FORBIDDEN');
      error.message.should.containEql('faxlines:read');
    });

    it('gets a name from the time, to the second', async () => {
      table();
      await sendFax(client, { ...FAX, filename: '' });
      body().filename!.should.match(/^Fax_\d{8}_\d{6}\.pdf$/);
    });

    for (const [given, sent] of Object.entries({
      offer: 'offer.pdf',
      'Angebot Müller.PDF': 'Angebot Müller.pdf',
      '../../etc/passwd': 'passwd.pdf',
      'C:\\faxes\\a.pdf': 'a.pdf',
      'a\n"b".pdf': 'a__b_.pdf',
      '.pdf': /^Fax_/,
      [`${'x'.repeat(300)}.pdf`]: `${'x'.repeat(100)}.pdf`,
    })) {
      it(`called ${JSON.stringify(given.slice(0, 30))} gets a safe name`, async () => {
        table();
        await sendFax(client, { ...FAX, filename: given });
        body().filename!.should.match(
          sent instanceof RegExp ? sent : new RegExp(`^${sent.replace(/[.]/g, '\\.')}$`),
        );
      });
    }

    it('to a bad number is INVALID_INPUT although sipgate says 407', async () => {
      table({ 'POST /sessions/fax': { status: 407, headers: { 'proxy-authenticate': 'Basic' } } });
      const error = await failure(sendFax(client, FAX));
      error.code.should.equal('INVALID_INPUT');
      error.statusCode!.should.equal(407);
      error.message.should.containEql('no valid fax number');
    });

    const bad: [string, string, object][] = [
      ['to', 'a bad number', { to: 'my brother' }],
      ['to', 'a short code', { to: '116117' }],
      ['to', 'an extension behind the number', { to: '0211 9912300 ext. 12' }],
      ['to', 'a number without its area code', { to: '63553355' }],
      ['file', 'no PDF', { file: Buffer.from('hello') }],
      ['file', 'more than sipgate takes', { file: Buffer.concat([pdf(), Buffer.alloc(21_250_000)]) }],
      ['faxlineId', 'a line for phones', { faxlineId: 'p0' }],
      ['filename', 'a name that is none', { filename: 5 }],
    ];
    for (const [field, name, values] of bad) {
      it(`is refused before any request with ${name}`, async () => {
        const error = await failure(sendFax(client, { ...FAX, ...values }));
        error.code.should.equal('INVALID_INPUT');
        error.field!.should.equal(field);
        api.seen.should.be.empty();
      });
    }

    it('may just be as large as sipgate takes', async () => {
      table();
      const largest = Buffer.concat([pdf(), Buffer.alloc(21_247_500 - pdf().length)]);
      await sendFax(client, { ...FAX, file: largest });
      body().base64Content!.length.should.equal(28_330_000);
    });
  });

  describe('whose status is asked', () => {
    it('has sipgate’s word for it', async () => {
      api.script({ json: { id: '1', type: 'FAX', faxStatusType: 'SENDING' } });
      (await faxStatus(client, '1')).should.deepEqual({ sessionId: '1', status: 'SENDING' });
      api.requests.should.deepEqual(['GET /history/1']);
    });

    it('is NOT_FOUND, INVALID_INPUT for an SMS, and nothing is asked without an id', async () => {
      api.script({ status: 404 }, { json: { id: '1', type: 'SMS' } });
      const unknown = await failure(faxStatus(client, '1'));
      unknown.code.should.equal('NOT_FOUND');
      unknown.message.should.containEql('takes some seconds');
      (await failure(faxStatus(client, '1'))).code.should.equal('INVALID_INPUT');
      (await failure(faxStatus(client, ' '))).field!.should.equal('sessionId');
      (await failure(faxStatus(client, undefined))).field!.should.equal('sessionId');
      api.seen.length.should.equal(2);
    });
  });

  describe('that is waited for', () => {
    const status = (faxStatusType: string): Reply => ({ json: { id: '1', type: 'FAX', faxStatusType } });

    it('is sent in the end, also when it is unknown at first, and every change is told', async () => {
      api.script(
        { status: 404 },
        { status: 404 },
        status('PENDING'),
        status('SENDING'),
        status('SENDING'),
        status('SENT'),
      );
      const heard: string[] = [];
      const result = await waitForFax(client, '1', { onStatus: (one) => heard.push(one) });
      result.should.deepEqual({ sessionId: '1', status: 'SENT' });
      heard.should.deepEqual(['PENDING', 'SENDING', 'SENT']);
    });

    it('fails when it FAILED', async () => {
      api.script(status('SENDING'), status('FAILED'));
      const heard: string[] = [];
      const error = await failure(waitForFax(client, '1', { onStatus: (one) => heard.push(one) }));
      error.code.should.equal('SERVER');
      error.message.should.containEql('FAILED').and.containEql('form fields');
      heard.should.deepEqual(['SENDING', 'FAILED']);
    });

    it('lives through short troubles', async () => {
      api.script('reset', 'reset', 'reset', 'reset', { status: 500 }, status('SENT'));
      (await waitForFax(client, '1')).status.should.equal('SENT');
    });

    it('but not through a login that is refused', async () => {
      api.script({ status: 401 });
      (await failure(waitForFax(client, '1'))).code.should.equal('UNAUTHORIZED');
    });

    it('and cannot be followed is not to be sent again, and every end names the fax', async () => {
      api.script({ status: 403 });
      const error = await failure(waitForFax(client, '100018428'));
      error.code.should.equal('FORBIDDEN');
      error.statusCode!.should.equal(403);
      error.message.should.match(/accepted the fax 100018428.*do not send it again.*history:read/);
      for (const last of ['FAILED', 'SENDING']) {
        api.script(status(last));
        (await failure(waitForFax(client, '100018428', { timeout: 5000 }))).message.should.containEql(
          '100018428',
        );
      }
    });

    it('is NOT_FOUND when it does not appear in the grace time, asking soon and then every five seconds', async () => {
      const timing = quickTiming();
      const patient = clientOf(api, { timing });
      api.script({ status: 404 });
      (await failure(waitForFax(patient, '1', { grace: 20_000 }))).code.should.equal('NOT_FOUND');
      timing.pauses.should.deepEqual([1000, 2000, 5000, 5000, 5000, 5000]);
      await patient.close();
    });

    it('is TIMEOUT when it takes too long, and says where it is', async () => {
      api.script(status('SENDING'));
      const error = await failure(waitForFax(client, '1', { timeout: 12_000 }));
      error.code.should.equal('TIMEOUT');
      error.message.should.containEql('12 s (SENDING)');
      api.seen.length.should.equal(5);
    });

    it('is let go by a deploy', async () => {
      const abort = new AbortController();
      api.script(status('SENDING'));
      const error = await failure(
        waitForFax(client, '1', { signal: abort.signal, onStatus: () => abort.abort() }),
      );
      isCancelled(error).should.be.true();
      api.seen.length.should.equal(1);
    });
  });
});
