import should from 'should';
import { sessionOf } from '../../../sipgate/index';
import { settled } from '../helpers/fake-clock';
import { connect, startHost } from './host';
import { SESSION, VECTORS, wireEvent } from './vectors';

const I = SESSION.id;

describe('An AI flow over a WebSocket', () => {
  VECTORS.filter(({ answer }) => answer !== null).forEach(({ event, response, answer }, index) =>
    it(`sends one action in each frame, vector ${index + 1}`, async () => {
      const host = startHost();
      const wire = connect(host);
      wire.say(event);
      await settled();
      wire.sent.should.eql([]);
      host.answer(host.exchange(), response);
      wire.sent.should.eql([answer].flat());
    }),
  );

  it('answers as often as a flow likes, and when nothing is asked', async () => {
    const host = startHost();
    const wire = connect(host);
    wire.say(wireEvent('session_start'));
    await settled();
    host.answer(host.exchange(), { action: 'speak', text: 'One' });
    host.answer(host.exchange(), { action: 'speak', text: 'Two' });
    const [open = ''] = host.endpoint.openOf(I);
    host.answer(open, { action: 'hangup' });
    wire.sent.length.should.equal(3);
  });

  it('gives each session its own connection', async () => {
    const host = startHost();
    const wires = [0, 1, 2].map(() => connect(host));
    wires.forEach((wire, n) => wire.say(wireEvent('session_start', {}, { id: `s${n}` })));
    await settled();
    for (const { exchange, event } of host.delivered)
      host.answer(exchange, { action: 'speak', text: event.sessionId });
    wires.forEach((wire, n) => wire.sent.should.eql([{ type: 'speak', session_id: `s${n}`, text: `s${n}` }]));
  });

  it('answers none after the session has ended', async () => {
    const host = startHost();
    const wire = connect(host);
    for (const { event } of [VECTORS[0], VECTORS[9]] as { event: unknown }[]) wire.say(event);
    await settled();
    should(() => host.answer(host.exchange(), { action: 'hangup' })).throw(/session is over/);
    should(() => host.answer(host.exchange(1), { action: 'hangup' })).throw(/session is over/);
    host.endpoint.openOf(I).should.eql([]);
    wire.hangUp();
    await settled();
    host.delivered.length.should.equal(2);
  });

  it('tells a flow of a session whose connection was lost', async () => {
    const host = startHost();
    const wire = connect(host);
    wire.say(wireEvent('session_start'));
    wire.hangUp();
    await settled();
    const { known, ...lost } = host.delivered[1] ?? {};
    should(lost).containDeep({
      event: { event: 'SESSION_END', sessionId: I, from: '+4915799912345', lost: true },
      raw: {},
    });
    should(known?.endedAt).be.a.String();
    should(() => host.answer(host.exchange(), { action: 'hangup' })).throw(/session is over/);
  });

  it('goes on with a session that comes over another connection', async () => {
    const host = startHost();
    const [first, second] = [connect(host), connect(host)];
    first.say(wireEvent('session_start'));
    await settled();
    second.say(wireEvent('user_speak', { text: 'a' }));
    await settled();
    first.hangUp();
    await settled();
    host.delivered.length.should.equal(2);
    host.answer(host.exchange(), { action: 'hangup' });
    second.sent.length.should.equal(1);
  });

  it('keeps its connections over a deploy, and all that came meanwhile, in order', async () => {
    const host = startHost();
    const wire = connect(host);
    wire.say(wireEvent('session_start'));
    await settled();
    host.endpoint.detach();
    ['a', 'b', 'c'].forEach((text) => wire.say(wireEvent('user_speak', { text })));
    await settled();
    host.delivered.length.should.equal(1);
    host.deploy();
    await settled();
    host.delivered.map(({ event }) => event.text).should.eql([undefined, 'a', 'b', 'c']);
    host.answer(host.exchange(), { action: 'hangup' });
    wire.sent.length.should.equal(1);
  });

  it('tells the next flows of a connection that was lost during a deploy', async () => {
    const host = startHost();
    const wire = connect(host);
    wire.say(wireEvent('session_start'));
    await settled();
    host.endpoint.detach();
    wire.hangUp();
    host.deploy();
    await settled();
    should(host.delivered[1]?.event).containEql({ event: 'SESSION_END', lost: true });
  });

  it('does what was to be done when the assistant has spoken', async () => {
    const host = startHost();
    const wire = connect(host);
    wire.say(wireEvent('user_speak', { text: 'a' }));
    await settled();
    host.answer(host.exchange(), { action: 'speak', text: 'Bye', then: 'hangup' });
    wire.say(wireEvent('assistant_speech_ended'));
    wire.say(wireEvent('assistant_speech_ended'));
    await settled();
    wire.sent.slice(1).should.eql([{ type: 'hangup', session_id: I }]);
    host.delivered.length.should.equal(3);
  });

  it('passes over frames that hold no event', async () => {
    const host = startHost();
    const wire = connect(host);
    for (const frame of ['', '{', '[]', '{"type":"a"}', 'ping']) wire.say(frame);
    wire.say(wireEvent('session_start'));
    await settled();
    host.delivered.length.should.equal(1);
    host
      .kinds()
      .filter((kind) => kind === 'refused')
      .length.should.equal(5);
    wire.closed.should.eql([]);
  });

  it('closes a connection that brings more than anybody can say', async () => {
    const host = startHost();
    host.endpoint.detach();
    const wire = connect(host);
    for (let count = 0; count < 201; count += 1) wire.say(wireEvent('user_speak', { text: 'a' }));
    wire.closed.should.eql([1008]);
  });

  it('closes a connection that brings more sessions than a telephone has calls', async () => {
    const host = startHost();
    const wire = connect(host);
    for (let n = 0; n < 21; n += 1) wire.say(wireEvent('session_start', {}, { id: `s${n}` }));
    await settled();
    wire.closed.should.eql([1008]);
    host.delivered.filter(({ event }) => event.event === 'SESSION_START').length.should.equal(20);
    host.delivered.filter(({ event }) => event.lost).length.should.equal(20);
  });

  it('takes 200 frames that wait, and 20 sessions', async () => {
    const host = startHost();
    host.endpoint.detach();
    const wire = connect(host);
    for (let n = 0; n < 200; n += 1)
      wire.say(wireEvent('user_speak', { text: `${n}` }, { id: `s${n % 20}` }));
    wire.closed.should.eql([]);
    host.deploy();
    for (let turn = 0; turn < 20; turn += 1) await settled();
    wire.closed.should.eql([]);
    host.delivered.map(({ event }) => event.text).should.eql(Array.from({ length: 200 }, (_, n) => `${n}`));
  });

  it('tells of a lost session what its first event told, and no more', async () => {
    const host = startHost();
    const [whole, bare] = [connect(host), connect(host)];
    whole.say(wireEvent('session_start'));
    bare.say({ type: 'session_start', session: { id: 'bare' } });
    await settled();
    whole.hangUp();
    bare.hangUp();
    await settled();
    const [started, , lost, lostBare] = host.delivered.map(({ event }) => event);
    should(lost).eql({ ...started, event: 'SESSION_END', lost: true });
    should(lostBare).eql({ event: 'SESSION_END', sessionId: 'bare', lost: true });
  });

  it('loses a connection after all that it has brought', async () => {
    const host = startHost();
    const wire = connect(host);
    for (const text of ['a', 'b']) wire.say(wireEvent('user_speak', { text }));
    wire.hangUp();
    await settled();
    host.delivered.map(({ event }) => event.text ?? event.event).should.eql(['a', 'b', 'SESSION_END']);
  });

  it('names each event of a session in its own way, on whatever connection', async () => {
    const host = startHost();
    const wires = [connect(host), connect(host)];
    for (const wire of [...wires, ...wires]) {
      wire.say(wireEvent('user_speak', { text: 'a' }));
      wire.say(wireEvent('user_speak', { text: 'a' }, { id: 'another' }));
      await settled();
    }
    const exchanges = host.delivered.map(({ exchange }) => exchange);
    new Set(exchanges).size.should.equal(8);
    for (const exchange of exchanges) host.endpoint.state(exchange).should.equal('open');
    for (const strange of ['', '.', `${exchanges[0]?.split('.')[0]}`, 'x.1.1'])
      host.endpoint.state(strange).should.equal('unknown');
    should(host.endpoint.state(`${exchanges[0]?.split('.')[0]}.99.1`)).equal('gone');
  });

  it('takes a session that starts again after its end for another one', async () => {
    const host = startHost();
    const wire = connect(host);
    for (const type of ['session_start', 'session_end', 'session_start']) wire.say(wireEvent(type));
    await settled();
    should(() => host.answer(host.exchange(), { action: 'hangup' })).throw(/session is over/);
    host.answer(host.exchange(2), { action: 'hangup' });
    wire.sent.length.should.equal(1);
  });

  it('goes on where the host fails', async () => {
    let isBroken = true;
    const host = startHost(
      {},
      {
        deliver() {
          if (isBroken) throw new Error('broken');
          return Promise.resolve(true);
        },
      },
    );
    const wire = connect(host);
    wire.say(wireEvent('session_start'));
    await settled();
    isBroken = false;
    wire.say(wireEvent('user_speak', { text: 'a' }));
    await settled();
    host.kinds().should.eql(['accepted', 'failed', 'accepted']);
  });

  it('hands on one event after the other, however slow the host is', async () => {
    const [heard, finish]: [unknown[], (() => void)[]] = [[], []];
    const host = startHost(
      {},
      {
        record(event) {
          heard.push(event.text);
          const known = sessionOf({}, event);
          return new Promise((done) => finish.push(() => done({ known, hasReturned: false })));
        },
      },
    );
    const [wire, other] = [connect(host), connect(host)];
    for (const text of ['a', 'b', 'c']) wire.say(wireEvent('user_speak', { text }));
    other.say(wireEvent('user_speak', { text: 'x' }, { id: 'another' }));
    await settled();
    heard.should.eql(['a', 'x']);
    for (let nth = 0; nth < 4; nth += 1) {
      finish[nth]?.();
      await settled();
    }
    heard.should.eql(['a', 'x', 'b', 'c']);
    host.delivered.length.should.equal(4);
  });

  it('knows whether somebody listens', () => {
    const host = startHost();
    host.connections.isAttached.should.be.true();
    const earlier = host.endpoint;
    host.deploy();
    earlier.detach(); // comes after the next one has begun, and changes nothing
    host.connections.isAttached.should.be.true();
    host.endpoint.detach();
    host.connections.isAttached.should.be.false();
  });

  it('says what is wrong with a frame', async () => {
    const host = startHost();
    connect(host).say('{');
    await settled();
    host.notices.should.eql([
      { kind: 'refused', status: 400, reason: 'The frame holds no event', address: '' },
    ]);
  });

  it('closes all when the flows stop for good', async () => {
    const host = startHost();
    const wires = [connect(host), connect(host)];
    host.connections.close();
    wires.forEach(({ closed }) => closed.should.eql([1001]));
  });
});
