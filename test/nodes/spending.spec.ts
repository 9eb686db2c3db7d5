import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import should from 'should';
import { eventually } from '../eventually';
import { pdf } from '../sipgate/helpers/pdf';
import { actionFlow, startActionRuntime, type ActionRuntime } from './helpers/action-runtime';

const TO = '+4915799912345';
const SMS = { type: 'sipgate-sms' };
const onTab = (id: string, type: string) => ({
  id,
  type,
  account: 'account',
  z: 'tab',
  x: 9,
  y: 9,
  wires: [['result']],
});
const MORE = [onTab('fax', 'sipgate-fax'), onTab('call', 'sipgate-call')];

describe('What an account may spend', () => {
  let host: ActionRuntime;
  let userDir: string;
  beforeEach(async () => (userDir = await mkdtemp(join(tmpdir(), 'sipgate-spending-'))));
  afterEach(async () => {
    await host.stop();
    await rm(userDir, { recursive: true, force: true });
  });

  async function start(account: Record<string, unknown>): Promise<void> {
    host = await startActionRuntime(SMS, { account, settings: { userDir }, more: MORE });
  }
  const deploy = (account: Record<string, unknown>) =>
    host.runtime.deploy(actionFlow(host.simulator, SMS, { account, more: MORE }), 'full');
  const text = (to = TO) => host.send('action', { to, payload: 'Hi' });
  const sent = () => host.simulator.account.sentSms.length;
  const results = async (good: number, bad: number) => {
    await eventually(
      () => host.runtime.messages('result').length === good && host.runtime.messages('caught').length === bad,
      () =>
        `${host.runtime.messages('result').length} sent, ${host.runtime.messages('caught').length} refused`,
    );
  };
  /** The file of the counts. */
  const counts = async () => {
    const names = await readdir(join(userDir, 'sipgate-io')).catch(() => []);
    return names.filter((name) => name.startsWith('spending-'));
  };

  it('stops a flow that sends 1,000 SMS at 20', async () => {
    await start({ maxPerMinute: 20 });
    for (let count = 0; count < 1000; count += 1) text();
    await results(20, 980);
    sent().should.equal(20);
    const { error } = await host.caught(979);
    error.code.should.equal('RATE_LIMITED');
    error.message.should.containEql('limit of 20 per minute').and.not.containEql('HTTP');
    should(await counts()).be.empty();
  });

  it('counts all nodes of the account together', async () => {
    await start({ maxPerMinute: '3' });
    text();
    host.send('fax', { to: '+493023125042', payload: pdf() });
    host.send('call', { from: 'e0', to: TO });
    await results(3, 0);
    for (const [id, message] of [
      ['action', { to: TO, payload: 'Hi' }],
      ['fax', { to: '+493023125042', payload: pdf() }],
      ['call', { from: 'e0', to: TO }],
    ] as const)
      host.send(id, message);
    await results(3, 3);
    const { sentSms, faxes } = host.simulator.account;
    [sentSms.length, faxes.length, host.simulator.calls.length].should.deepEqual([1, 1, 1]);
  });

  it('remembers minute and day over a deploy', async () => {
    await start({ maxPerMinute: 1, maxPerDay: 2 });
    text();
    await results(1, 0);
    await deploy({ maxPerMinute: 1, maxPerDay: 2, name: 'new' });
    text();
    (await host.caught()).error.message.should.containEql('1 per minute');
    await deploy({ maxPerDay: 2 });
    text();
    text();
    (await host.caught(1)).error.message.should.containEql('2 per day');
    await results(2, 2);
    sent().should.equal(2);
  });

  it('keeps the count of the day in a file that nobody else reads', async () => {
    await start({ maxPerDay: 5 });
    text();
    await results(1, 0);
    const [name = ''] = await counts();
    const file = join(userDir, 'sipgate-io', name);
    ((await stat(file)).mode & 0o777).should.equal(0o600);
    const now = new Date();
    const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
      .map((part) => String(part).padStart(2, '0'))
      .join('-');
    should(JSON.parse(await readFile(file, 'utf8'))).deepEqual({ account: { day, count: 1 } });
  });

  it('does not count what sipgate refuses', async () => {
    await start({ maxPerMinute: 1 });
    const { balance } = host.simulator.account;
    const { amount } = balance;
    balance.amount = 0;
    text();
    (await host.caught()).error.code.should.equal('INSUFFICIENT_FUNDS');
    balance.amount = amount;
    text();
    await results(1, 1);
  });

  it('sends only to the prefixes that it allows', async () => {
    await start({ allowedPrefixes: '+49, 0043' });
    text('+15799912345');
    const { error } = await host.caught();
    error.code.should.equal('INVALID_INPUT');
    error.message.should.containEql('`to` must begin with +49 or +43, got "+15799912345".');
    text();
    text('+436601234567');
    await results(2, 1);
    sent().should.equal(2);
  });

  for (const old of [{}, { maxPerMinute: '', maxPerDay: '', allowedPrefixes: '' }, { maxPerMinute: null }]) {
    it(`is not limited in an account that was saved with ${JSON.stringify(old)}`, async () => {
      await start(old);
      for (let count = 0; count < 30; count += 1) text(count % 2 ? TO : '+15799912345');
      await results(30, 0);
      should(await counts()).be.empty();
    });
  }

  it('takes limits from environment variables', async () => {
    process.env['SPENDING_LIMIT'] = '1';
    try {
      await start({ maxPerMinute: '${SPENDING_LIMIT}' });
      text();
      text();
      await results(1, 1);
    } finally {
      delete process.env['SPENDING_LIMIT'];
    }
  });

  const wrong: [object, string][] = [
    [{ maxPerMinute: 'many' }, '`maxPerMinute` must be a whole number from 0 to 1000000, got "many"'],
    [{ maxPerDay: -1 }, '`maxPerDay` must be a whole number from 0 to 1000000, got -1'],
    [{ maxPerDay: 1.5 }, '`maxPerDay` must be a whole number'],
    [{ maxPerDay: '${NOT_SET_5F1E}' }, '`maxPerDay` is taken from the environment variable "NOT_SET_5F1E"'],
    [
      { allowedPrefixes: '49' },
      '`allowedPrefixes` must be the beginnings of international numbers, got "49"',
    ],
  ];
  for (const [account, words] of wrong) {
    it(`sends nothing while a limit is wrong: ${JSON.stringify(account)}`, async () => {
      await start({ ...account });
      text();
      (await host.caught()).error.message.should.containEql(words);
      host.simulator.account.requests.should.be.empty();
    });
  }
});
