import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '../eventually';
import { pdf } from '../sipgate/helpers/pdf';
import {
  actionFlow,
  startActionRuntime,
  type ActionRuntime,
  type ActionRuntimeOptions,
} from './helpers/action-runtime';
import { removeFolder } from '../remove-folder';

const FROM = '+4915799912345';

describe('sipgate-history-in', () => {
  let host: ActionRuntime;
  let userDir: string;
  before(() => {
    userDir = mkdtempSync(path.join(tmpdir(), 'sipgate-history-'));
  });
  afterEach(() => host.stop());
  after(() => removeFolder(userDir));

  const node = (properties: object = {}) => ({ type: 'sipgate-history-in', interval: 1, ...properties });
  const sms = (text: string, more: object = {}) => host.simulator.receiveSms({ from: FROM, text, ...more });
  const emitted = () => host.runtime.messages('result').map(({ payload }) => payload);
  const texts = () => emitted().map(({ smsContent }) => smsContent);
  const polls = () => host.simulator.account.requests.filter(({ path }) => path === '/history');
  const looked = async (times = 1) => {
    const before = polls().length;
    await eventually(
      () => polls().filter(({ outcome }) => outcome === 200).length >= before + times,
      'a look',
    );
  };
  const start = async (properties: object = {}, options: ActionRuntimeOptions = {}) => {
    host = await startActionRuntime(node(properties), options);
  };
  /** Until it has seen what is old. */
  const startAndLook = async (properties: object = {}, options: ActionRuntimeOptions = {}) => {
    await start(properties, options);
    await eventually(() => statuses().includes('watching'), 'the first look');
  };
  const statuses = () => host.runtime.statuses('action').map(({ text }) => text?.split('.').at(-1));

  it('emits an SMS that comes in, once', async () => {
    await startAndLook();
    const id = sms('Hello');
    const { topic, payload, file } = await host.runtime.message('result');
    topic.should.equal('SMS');
    payload.should.containEql({ id, type: 'SMS', direction: 'INCOMING', source: FROM, smsContent: 'Hello' });
    payload['created']!.should.match(/^\d{4}-\d\d-\d\dT.*Z$/);
    (file === undefined).should.be.true();
    await looked(2);
    texts().should.deepEqual(['Hello']);
    statuses().should.containEql('emitted');
  });

  it('emits nothing old at its very first start, also when there is much of it', async () => {
    await start();
    for (let count = 0; count < 250; count += 1)
      sms(`old ${count}`, { createdMs: Date.now() - 5000 - count * 1000 });
    await eventually(() => statuses().includes('watching'), 'the first look');
    sms('new');
    await host.runtime.message('result');
    texts().should.deepEqual(['new']);
  });

  it('makes one request where nothing is new', async () => {
    await startAndLook();
    const before = host.simulator.account.requests.length;
    await looked(2);
    host.simulator.account.requests
      .slice(before)
      .every(({ path }) => path === '/history')
      .should.be.true();
    const [one, other] = polls().slice(-2);
    one!.query.get('to')!.should.not.equal(other!.query.get('to'));
    one!.query.get('offset')!.should.equal('0');
  });

  it('emits what came in during a deploy after it', async () => {
    await startAndLook();
    sms('before');
    await host.runtime.message('result');
    const deploy = host.runtime.deploy(actionFlow(host.simulator, node({ name: 'changed' })), 'full');
    sms('during');
    await deploy;
    sms('after');
    await eventually(() => texts().length >= 3, 'three entries');
    await looked(2);
    texts().should.deepEqual(['before', 'during', 'after']);
  });

  it('goes on where it was after a deploy of its own', async () => {
    await startAndLook();
    sms('before');
    await host.runtime.message('result');
    await host.runtime.deploy(actionFlow(host.simulator, node({ interval: 2 })), 'nodes');
    sms('after');
    await host.runtime.message('result', 1);
    texts().should.deepEqual(['before', 'after']);
  });

  it('emits only what it is to emit, and marks all else as seen', async () => {
    await startAndLook({ types: ['VOICEMAIL', 'FAX'], directions: ['INCOMING'] });
    sms('not this');
    host.simulator.receiveVoicemail({ from: FROM, transcription: 'Call me' });
    host.simulator.receiveFax({ from: FROM });
    await host.runtime.message('result', 1);
    host.runtime
      .messages('result')
      .map(({ topic }) => topic)
      .sort()
      .should.deepEqual(['FAX', 'VOICEMAIL']);
    // whoever wants SMS from now on does not get old ones
    await host.runtime.deploy(actionFlow(host.simulator, node({ types: 'SMS, CALL' })), 'nodes');
    sms('this');
    await host.runtime.message('result', 2);
    texts().filter(Boolean).should.deepEqual(['this']);
  });

  it('hands on the PDF of a fax and the recording of a voicemail, where that is wanted', async () => {
    await startAndLook({ withFile: true });
    const document = pdf();
    const recording = Buffer.from('RIFF\xff\xfe\x00', 'latin1');
    host.simulator.receiveFax({ from: FROM, document });
    host.simulator.receiveVoicemail({ from: FROM, transcription: 'Call me', recording });
    sms('no file');
    await host.runtime.message('result', 2);
    const of = (type: string) => host.runtime.messages('result').find(({ topic }) => topic === type)!;
    Buffer.from(of('FAX')['file'] as Uint8Array)
      .equals(document)
      .should.be.true();
    of('FAX')['contentType']!.should.equal('application/pdf');
    Buffer.from(of('VOICEMAIL')['file'] as Uint8Array)
      .equals(recording)
      .should.be.true();
    of('VOICEMAIL')['contentType']!.should.equal('audio/x-wav');
    of('VOICEMAIL').payload['transcription']!.should.equal('Call me');
    of('SMS').should.not.have.properties('file');
  });

  it('tries a file again that is not there yet, while other entries go on', async () => {
    await startAndLook({ withFile: true });
    host.simulator.account.faults.push({ match: 'GET /files', fault: { kind: 'status', status: 404 } });
    host.simulator.receiveFax({ from: FROM });
    sms('meanwhile');
    await host.runtime.message('result', 1);
    host.runtime
      .messages('result')
      .map(({ topic, file }) => [topic, Buffer.from((file as Uint8Array | undefined) ?? []).length > 0])
      .should.deepEqual([
        ['SMS', false],
        ['FAX', true],
      ]);
    await looked();
    emitted().should.have.length(2);
  });

  it('lets an entry go on without its file where that is refused, and says why', async () => {
    await startAndLook({ withFile: true });
    host.simulator.account.faults.push({ match: 'GET /files', fault: { kind: 'status', status: 403 } });
    const id = host.simulator.receiveFax({ from: FROM });
    const { payload, file } = await host.runtime.message('result');
    payload.should.containEql({ id, type: 'FAX' });
    (file === undefined).should.be.true();
    host.runtime
      .said('action', 'warn')
      .join()
      .should.match(/PDF of the fax.*goes on without its file/);
  });

  it('shares its requests with the other nodes of the account, and each gets what it wants', async () => {
    const other = { id: 'other', z: 'tab', x: 1, y: 1, account: 'account', wires: [['faxes']] };
    const faxes = { id: 'faxes', type: 'helper', z: 'tab', x: 1, y: 1, wires: [[]] };
    await startAndLook({}, { more: [{ ...node({ types: ['FAX'], interval: 3600 }), ...other }, faxes] });
    const before = polls().length;
    host.simulator.receiveFax({ from: FROM });
    sms('Hello');
    await host.runtime.message('faxes');
    await looked(2);
    emitted().should.have.length(2);
    host.runtime.messages('faxes').should.have.length(1);
    polls().length.should.be.below(before + 6);
  });

  it('leaves sipgate alone for as long as it asks, and tells of it once', async () => {
    await startAndLook();
    const busy = { kind: 'status', status: 429, headers: { 'retry-after': '3600' } } as const;
    host.simulator.account.faults.push({ match: 'GET /history', times: 100, fault: busy });
    const { error, payload, statusCode } = await host.caught();
    error.code.should.equal('RATE_LIMITED');
    statusCode!.should.equal(429);
    (payload === undefined).should.be.true();
    const before = polls().length;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    polls().length.should.equal(before);
    host.runtime
      .statuses('action')
      .at(-1)!
      .text!.should.match(/^RATE_LIMITED/);
  });

  it('gets over an outage without a loss', async () => {
    await startAndLook();
    host.simulator.account.faults.push({
      match: 'GET /history',
      times: 2,
      fault: { kind: 'status', status: 500 },
    });
    sms('during');
    (await host.caught()).error.code.should.equal('SERVER');
    await host.runtime.message('result');
    texts().should.deepEqual(['during']);
    host.runtime.messages('caught').should.have.length(1);
  }).timeout(20_000);

  it('emits after a restart what came in while Node-RED was down, with a store that keeps it', async () => {
    const settings = {
      userDir,
      contextStorage: { default: { module: 'localfilesystem', config: { dir: userDir, cache: false } } },
    };
    await startAndLook({}, { settings });
    sms('before');
    await host.runtime.message('result');
    await host.runtime.end();
    sms('while it was down');
    host = await startActionRuntime(node(), { settings, simulator: host.simulator });
    await host.runtime.message('result');
    sms('after');
    await host.runtime.message('result', 1);
    texts().should.deepEqual(['while it was down', 'after']);
  });

  it('does nothing where another instance does the work', async () => {
    process.env['SIPGATE_HISTORY_IN'] = 'OFF';
    try {
      await start();
      await eventually(() => statuses().includes('elsewhere'), 'the status');
      polls().should.be.empty();
    } finally {
      delete process.env['SIPGATE_HISTORY_IN'];
    }
  });

  for (const [setting, why] of [
    [{ interval: 0 }, /`interval` must be a whole number from 1 to 86400, got 0/],
    [{ types: ['MAIL'] }, /`types` must be one or more of CALL, VOICEMAIL, SMS, FAX, got "MAIL"/],
    [{ directions: 'UP' }, /`directions` must be one or more of INCOMING/],
    [{ types: [5] }, /`types` must be one or more of .*, got 5/],
  ] as const) {
    it(`names a setting that makes no sense: ${JSON.stringify(setting)}`, async () => {
      await start(setting);
      host.runtime.said('action', 'error').join().should.match(why);
      host.runtime.statuses('action').at(-1)!.should.containEql({ fill: 'red', shape: 'ring' });
    });
  }

  it('works with an account on neo, whose history has all but calls', async () => {
    await startAndLook();
    host.simulator.account.platform = 'neo';
    await host.simulator.call({ from: FROM, to: '+492214710100' }).ended;
    sms('Hello');
    await host.runtime.message('result');
    await looked();
    texts().should.deepEqual(['Hello']);
  });

  it('shows that it has no account', async () => {
    await start({ account: 'gone' });
    statuses().should.deepEqual(['noAccount']);
  });
});
