import should from 'should';
import { talkTo } from '../../../simulator/ai-flow/talk';
import { ServedFlow } from './served-flow';

const FAST = { speed: 1000 };

describe('talking to an AI flow', () => {
  let flow: ServedFlow;
  let address: string;
  beforeEach(async () => {
    flow = new ServedFlow();
    address = await flow.listen();
    flow.say = ({ type, session, text }) => {
      if (type === 'session_start') return { type: 'speak', session_id: session.id, text: 'Hello' };
      if (type !== 'user_speak') return undefined;
      return text === 'Bye'
        ? { type: 'hangup', session_id: session.id }
        : { type: 'speak', session_id: session.id, text: 'Yes' };
    };
  });
  afterEach(() => flow.close());

  for (const scheme of ['http', 'ws'])
    it(`holds a conversation over ${scheme}, with the secret, and leaves no connection behind`, async () => {
      const conversation = talkTo({ url: `${scheme}://${address}`, secret: 'secret', ...FAST });
      await conversation.say('Are you there?');
      await conversation.say('Bye');
      await conversation.ended;
      conversation.problems.should.eql([]);
      while (flow.openConnections > 0) await new Promise((resolve) => setImmediate(resolve));
      flow.types
        .filter((type) => type !== 'user_speech_started')
        .should.eql([
          'session_start',
          'assistant_speak',
          'assistant_speech_ended',
          'user_speak',
          'assistant_speak',
          'assistant_speech_ended',
          'user_speak',
          'session_end',
        ]);
      flow.types.includes('user_speech_started').should.equal(scheme === 'ws');
      flow.seen.every(({ headers }) => headers['x-api-token'] === 'secret').should.be.true();
    });

  it('sends the secret under the name that was asked for, or none', async () => {
    for (const options of [{ secret: 'a', tokenHeader: 'X-Other' }, {}]) {
      const conversation = talkTo({ url: `http://${address}`, ...options, ...FAST });
      await conversation.quiet();
      conversation.hangUp();
      await conversation.ended;
    }
    should(flow.seen[0]?.headers).containEql({ 'x-other': 'a' });
    should(flow.seen.at(-1)?.headers).not.have.property('x-api-token');
  });

  it('says that the flow has refused the secret', async () => {
    flow.status = 401;
    const overHttp = talkTo({ url: `http://${address}`, secret: 'wrong', ...FAST });
    await overHttp.quiet();
    overHttp.hangUp();
    await overHttp.ended;
    should(overHttp.problems[0]).match(/HTTP 401/);
    const overSocket = talkTo({ url: `ws://${address}`, secret: 'wrong', ...FAST });
    await overSocket.settled();
    overSocket.hangUp();
    await overSocket.ended;
    should(overSocket.problems[0]).match(/refused with HTTP 401/);
  });

  it('is over when the flow drops the connection', async () => {
    const conversation = talkTo({ url: `ws://${address}`, secret: 'secret', ...FAST });
    await conversation.say('Hello');
    flow.dropAll();
    await conversation.ended;
    conversation.problems.should.eql(['the connection is gone: closed with code 1006']);
  });

  it('says that nobody listens there', async () => {
    await flow.close();
    const conversation = talkTo({ url: `http://${address}`, ...FAST });
    await conversation.quiet();
    conversation.hangUp();
    await conversation.ended;
    should(conversation.problems[0]).match(/session_start: no answer: .*ECONNREFUSED/);
  });

  it('takes only URLs that sipgate takes, and phone numbers', () => {
    (() => talkTo({ url: 'ftp://example.org' })).should.throw(/must start with http/);
    (() => talkTo({ url: 'here' })).should.throw(/must start with http/);
    (() => talkTo({ url: `http://${address}`, from: 'me' })).should.throw(/from takes a phone number/);
  });
});
