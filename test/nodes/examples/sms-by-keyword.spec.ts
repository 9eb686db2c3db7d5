import { eventually } from '../../eventually';
import { runExample, type RunningExample } from './example';

const MOBILE = '+4915799912345';

describe('Example 16, answer an SMS by keyword', () => {
  let example: RunningExample;

  beforeEach(async () => {
    example = await runExample('16 - Answer an SMS by keyword', (node) =>
      node.type === 'sipgate-history-in' ? { ...node, interval: 1 } : node,
    );
    // what was there before the first poll is old and is not answered
    await eventually(() => example.simulator.account.requests.some(({ path }) => path === '/history'));
  });
  afterEach(() => example.stop());

  const receive = (text: string, from = MOBILE) => example.simulator.receiveSms({ from, text });
  const sent = () =>
    example.simulator.account.sentSms.map(({ recipient, message }) => `${recipient} ${message}`);
  const at = (name: string) => example.runtime.messages(example.idOf(name));

  it('answers each keyword with its text, and leaves the rest to a person', async () => {
    receive('hours?');
    receive(' Address, thanks', '+4915799912346');
    receive('My hours are long');
    receive('hours', 'anonymous');
    receive('hours', '+4921163553355');
    await eventually(() => sent().length === 2 && at('For a person to read').length === 1);
    sent()
      .sort()
      .should.deepEqual([
        `${MOBILE} We are open Monday to Friday, 9 am to 5 pm.`,
        '+4915799912346 You find us at Example Street 1, 40210 Düsseldorf.',
      ]);
    at('For a person to read')[0]!.payload.should.equal('My hours are long');
    at('What went wrong').should.be.empty();
  });

  it('answers the same number five times an hour, and others all the same', async () => {
    for (let count = 0; count < 7; count += 1) receive('hours');
    receive('address', '+4915799912346');
    await eventually(() => sent().length === 6);
    sent()
      .filter((sms) => sms.startsWith(MOBILE))
      .length.should.equal(5);
  });
});
