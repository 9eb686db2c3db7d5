import should from 'should';
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
    host.delivered[1]?.event.should.containEql({ event: 'SESSION_END', lost: true });
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

  it('closes all when the flows stop for good', async () => {
    const host = startHost();
    const wires = [connect(host), connect(host)];
    host.connections.close();
    wires.forEach(({ closed }) => closed.should.eql([1001]));
  });
});
