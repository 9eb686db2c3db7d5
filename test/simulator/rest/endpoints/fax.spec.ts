import { request } from 'node:http';
import should from 'should';
import { demoToken, type RestServer, startRestServer } from '../rest-server';

describe('simulator/rest/fax', () => {
  let rest: RestServer;
  beforeEach(async () => {
    rest = await startRestServer();
  });
  afterEach(() => rest.close());

  const pdf = '%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n';
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const fax = {
    faxlineId: 'f0',
    recipient: '+492214710150',
    filename: 'brief.pdf',
    base64Content: base64(pdf),
  };
  const send = (changes: object = {}) => rest.call('POST', '/sessions/fax', { ...fax, ...changes });
  const status = async (sessionId: string) => {
    const { status, body } = await rest.call('GET', `/history/${sessionId}`);
    return status === 200 ? body.faxStatusType : status;
  };

  it('is unknown for a moment, then pending, sending and sent', async () => {
    const { body } = await send();
    const seen = [];
    for (const ms of [0, 1500, 2000, 3000]) {
      rest.wait(ms);
      seen.push(await status(body.sessionId));
    }
    seen.should.deepEqual([404, 'PENDING', 'SENDING', 'SENT']);
    should(rest.account.faxes[0]?.content.toString()).equal(pdf);
  });

  it('goes as fast as a test wants', async () => {
    rest.account.faxNetwork = { ...rest.account.faxNetwork, graceMs: 0, pendingMs: 0, sendingMs: 0 };
    (await status((await send()).body.sessionId)).should.equal('SENT');
  });

  it('fails at a recipient who is not reachable, and with a document that is none', async () => {
    const broken = [
      { recipient: '+492214719999' },
      { base64Content: base64('<html>') },
      { base64Content: '%%%%' },
      { base64Content: base64(pdf.replace('<<>>', '<</AcroForm 2 0 R>>')) },
    ];
    const answers = [];
    for (const changes of broken) answers.push(await send(changes));
    answers.map(({ status }) => status).should.deepEqual([200, 200, 200, 200]);
    rest.wait(10_000);
    for (const { body } of answers) (await status(body.sessionId)).should.equal('FAILED');
    const reasons = rest.account.faxes.map(({ failure }) => failure);
    reasons.should.deepEqual(['unreachable', 'noPdf', 'brokenBase64', 'formFields']);
  });

  it('answers a bad recipient number with 407', async () => {
    // fetch cannot show a 407, so this one goes through node:http
    const code = await new Promise((resolve, reject) => {
      const headers = { authorization: demoToken, 'content-type': 'application/json' };
      request(`${rest.url}/sessions/fax`, { method: 'POST', headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end(JSON.stringify({ ...fax, recipient: '0221 4710150' }));
    });
    should(code).equal(407);
    rest.account.faxes.should.be.empty();
  });

  it('sends on a line of the user or of their group, if the line can send', async () => {
    (await send({ faxlineId: 'f2' })).status.should.equal(200);
    (await send({ faxlineId: 'f1' })).status.should.equal(403);
    (await send({ faxlineId: 'f7' })).status.should.equal(403);
  });

  it('refuses a fax without a name, without content or without credit', async () => {
    (await send({ filename: '' })).status.should.equal(400);
    (await send({ base64Content: '' })).status.should.equal(400);
    rest.account.balance.amount = 0;
    (await send()).status.should.equal(402);
  });
});
