import 'should';
import {
  createReplayMemory,
  createWebhookEndpoint,
  parseRanges,
  type Delivery,
  type EndpointNotice,
  type EndpointPorts,
  type RequestHead,
} from '../../../sipgate/index';

const HEAD: RequestHead = {
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  remoteAddress: '127.0.0.1',
};
const EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

let count = 0;
function bodyOf(event: string): Buffer {
  count += 1;
  return Buffer.from(`event=${event}&callId=c${count}&from=4915790000001&to=4921163553355`);
}

/** A webhook whose host is out of order. */
function open(broken: Partial<EndpointPorts<object>>) {
  const notices: EndpointNotice[] = [];
  const exchanges: string[] = [];
  const rules = {
    allowedIps: parseRanges('', 'allowedIps'),
    trustProxy: parseRanges('', 'trustProxy'),
    masterSipId: '',
    responseTimeout: 50,
    replays: createReplayMemory<Delivery>(300_000),
  };
  const endpoint = createWebhookEndpoint<object>(rules, {
    verify: () => true,
    record: () => Promise.resolve({}),
    deliver: ({ exchange }) => {
      exchanges.push(exchange);
      return Promise.resolve(true);
    },
    followUps: () => ({ onData: 'https://nr.example.org' }),
    notice: (notice) => notices.push(notice),
    ...broken,
  });
  const post = async (event = 'newCall') =>
    (await endpoint.handle(HEAD, bodyOf(event), () => undefined)).body;
  return { endpoint, notices, exchanges, post };
}

const fail = () => {
  throw new Error('out of order');
};

describe('A host that is out of order keeps no caller waiting', () => {
  describe('when it cannot say which follow-up events are wanted', () => {
    const broken = { followUps: fail };
    it('at the deadline', async () => (await open(broken).post()).should.equal(EMPTY));

    it('when nobody can answer', async () =>
      (await open({ ...broken, deliver: () => Promise.resolve(false) }).post()).should.equal(EMPTY));

    it('before a deploy', async () => {
      const { endpoint, post, exchanges } = open(broken);
      const answer = post();
      await new Promise((resolve) => setImmediate(resolve));
      exchanges.should.have.length(1);
      endpoint.answerAll();
      (await answer).should.equal(EMPTY);
    });

    it('when a flow answers, who hears of it', async () => {
      const { endpoint, post, exchanges } = open(broken);
      const answer = post();
      await new Promise((resolve) => setImmediate(resolve));
      (() => endpoint.answer(exchanges[0] ?? '', { action: 'hangup' })).should.throw('out of order');
      (await answer).should.equal(EMPTY);
    });

    it('without flows', async () => {
      const { body } = await open(broken).endpoint.handleWithoutFlows(HEAD, bodyOf('newCall'));
      body.should.equal(EMPTY);
    });
  });

  for (const [how, deed] of [
    ['fails', () => Promise.reject(new Error('out of order'))],
    ['throws', fail],
  ] as const) {
    for (const port of ['record', 'deliver'] as const) {
      for (const event of ['newCall', 'dtmf', 'answer', 'hangup']) {
        it(`when ${port} ${how} at ${event}, and says so`, async () => {
          const { post, notices, exchanges } = open({ [port]: deed });
          (await post(event)).should.equal(EMPTY);
          await new Promise((resolve) => setImmediate(resolve));
          notices
            .map(({ kind }) => kind)
            .should.containEql('failed')
            .and.not.containEql('deadline');
          notices.filter(({ kind }) => kind === 'failed').should.have.length(1);
          exchanges.should.be.empty();
        });
      }
    }
  }
});
