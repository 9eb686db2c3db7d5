import { verify } from 'node:crypto';
import should from 'should';
import { Simulator } from '../../../../simulator';
import type { EventFault } from '../../../../simulator';
import { codes, startWebhook, subscribing } from '../../webhook';
import type { Seen, TestWebhook } from '../../webhook';

describe('events as sipgate posts them', () => {
  let webhook: TestWebhook;
  let simulator: Simulator;

  before(async () => {
    webhook = await startWebhook();
    simulator = await Simulator.start({ webhookUrl: webhook.url });
  });
  after(async () => {
    await simulator.stop();
    await webhook.close();
  });

  /** Places a call with one faulty event; hands back what the webhook saw. */
  async function sentWith(fault?: EventFault): Promise<Seen[]> {
    webhook.seen.length = 0;
    webhook.say = () => subscribing(webhook);
    if (fault !== undefined) simulator.injectFault(fault);
    await simulator.call({ from: '+4915799912345', to: '+4921163553355', ringMs: 1, hangUpAfterMs: 1 }).ended;
    return webhook.seen;
  }

  async function firstWith(fault?: EventFault): Promise<Seen> {
    const [seen] = await sentWith(fault);
    if (seen === undefined) throw new Error('nothing came');
    return seen;
  }

  const signedWell = ({ body, headers }: Seen) =>
    verify(
      'RSA-SHA256',
      body,
      simulator.publicKey,
      Buffer.from(String(headers['x-sipgate-signature']), 'base64'),
    );

  it('carry sipgate’s headers and a signature over the very bytes', async () => {
    const seen = await firstWith();
    seen.headers.should.containEql({
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'user-agent': 'sipgate.io',
      accept: 'application/xml, text/plain, text/html',
      'accept-encoding': 'gzip,deflate',
      'x-forwarded-for': '217.116.118.254',
    });
    should(seen.headers).have.property('x-sipgate-jobs');
    signedWell(seen).should.be.true();
  });

  it('write brackets percent-encoded and spaces as plus', async () => {
    const { body } = await firstWith();
    body.toString().should.match(/&user%5B%5D=Ann\+Example&userId%5B%5D=w0&fullUserId%5B%5D=1234567w0$/);
  });

  it('can carry a wrong signature, none or two', async () => {
    signedWell(await firstWith({ kind: 'wrongSignature' })).should.be.false();
    should((await firstWith({ kind: 'noSignature' })).headers).not.have.property('x-sipgate-signature');
    const { rawHeaders } = await firstWith({ kind: 'twoSignatures' });
    rawHeaders.filter((name) => name === 'X-Sipgate-Signature').length.should.equal(2);
  });

  it('can carry fields that nobody knows', async () => {
    const seen = await firstWith({ kind: 'extraFields', fields: { mood: 'good' } });
    should(seen.form.get('mood')).equal('good');
    signedWell(seen).should.be.true();
  });

  it('can lose their end', async () => {
    const seen = await firstWith({ kind: 'truncatedBody', bytes: 20 });
    seen.body.length.should.equal(20);
    signedWell(seen).should.be.false();
  });

  it('can name more than 20 users', async () => {
    const { form } = await firstWith({ kind: 'manyUsers', count: 25 });
    form.getAll('user[]').length.should.equal(25);
    should(form.getAll('fullUserId[]')[24]).equal('1234567w24');
  });

  it('can be written with raw or with numbered brackets', async () => {
    const raw = await firstWith({ kind: 'rawBrackets' });
    raw.body.toString().should.containEql('user[]=Ann+Example');
    signedWell(raw).should.be.true();
    const numbered = await firstWith({ kind: 'indexedBrackets' });
    numbered.body.toString().should.containEql('user%5B%5D%5B0%5D=Ann+Example');
    signedWell(numbered).should.be.true();
  });

  it('can come twice, byte for byte', async () => {
    const [first, second] = await sentWith({ kind: 'duplicate' });
    should(first?.body.equals(second?.body ?? Buffer.alloc(0))).be.true();
  });

  it('can get lost, and only the one that was named', async () => {
    const seen = await sentWith({ kind: 'lost', event: 'hangup' });
    seen.map(({ event }) => event).should.eql(['newCall', 'answer']);
    should(codes(simulator.calls.at(-1)?.transcript ?? [])).containDeepOrdered(['fault', 'lost']);
    (await sentWith()).map(({ event }) => event).should.eql(['newCall', 'answer', 'hangup']);
  });

  it('can be posted one by one, in every wrong way', async () => {
    webhook.seen.length = 0;
    webhook.say = () => '<Response/>';
    const fields = { event: 'newCall', 'user[]': ['Ann', 'Bob'] };
    const answer = await simulator.sendEvent(fields);
    answer.should.containEql({ status: 200, body: '<Response/>' });
    should(answer.headers['content-type']).equal('application/xml');
    await simulator.sendEvent('event=newCall', { sign: 'wrong' });
    await simulator.sendEvent(Buffer.from('event=newCall'), { sign: 'none', url: `${webhook.url}/other` });
    await simulator.sendEvent('event=newCall', {
      sign: { signature: 'rubbish' },
      headers: { 'User-Agent': 'me' },
    });
    webhook.seen.map(signedWell).should.eql([true, false, false, false]);
    webhook.seen.map(({ path }) => path).should.eql(['/', '/', '/other', '/']);
    should(webhook.seen[3]?.headers['user-agent']).equal('me');
  });
});
