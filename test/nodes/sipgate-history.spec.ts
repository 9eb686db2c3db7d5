import { eventually } from '../eventually';
import { startActionRuntime, type ActionRuntime } from './helpers/action-runtime';

const FROM = '+4915799912345';

describe('sipgate-history', () => {
  let host: ActionRuntime;
  afterEach(() => host.stop());

  const start = async (properties: object = {}) => {
    host = await startActionRuntime({ type: 'sipgate-history', ...properties });
  };
  const sms = (text: string) => host.simulator.receiveSms({ from: FROM, text });
  const run = async (message: Record<string, unknown> = {}) => {
    host.send('action', message);
    return host.runtime.message('result');
  };
  const marks = (id: string) => host.simulator.account.history.marks.get(id);
  const last = () => host.runtime.statuses('action').at(-1)!;

  it('lists everything, as it is dropped into a flow', async () => {
    await start();
    for (let count = 0; count < 25; count += 1) sms(`Hello ${count}`);
    host.simulator.receiveFax({ from: FROM });
    const { payload, topic } = await run({ topic: 'kept' });
    const list = payload as unknown as Record<string, unknown>[];
    list.should.have.length(26);
    list[0]!.should.containEql({ type: 'FAX', source: FROM });
    String(list[0]!['created']).should.match(/^\d{4}-\d\d-\d\dT/);
    topic.should.equal('kept');
  });

  it('lists what passes its filters, some of them out of the message', async () => {
    await start({
      types: ['SMS', 'VOICEMAIL'],
      directions: ['INCOMING'],
      phonenumber: 'who',
      phonenumberType: 'msg',
      from: '$toMillis($now()) - 60000',
      fromType: 'jsonata',
      connectionIds: ['s0', 'v0'],
      limit: '2',
    });
    host.simulator.receiveSms({ from: FROM, text: 'long ago', createdMs: Date.now() - 70_000 });
    host.simulator.receiveFax({ from: FROM });
    sms('one');
    sms('two');
    host.simulator.receiveVoicemail({ from: FROM, transcription: 'three' });
    host.simulator.receiveSms({ from: '+4915799900000', text: 'of somebody else' });
    const { payload } = await run({ who: '01579 9912345' });
    const list = payload as unknown as Record<string, unknown>[];
    list
      .map(({ transcription, smsContent }) => transcription ?? smsContent)
      .should.deepEqual(['three', 'two']);
  });

  it('lists what an account on neo has: all but calls', async () => {
    await start();
    host.simulator.account.platform = 'neo';
    await host.simulator.call({ from: FROM, to: '+492214710100' }).ended;
    sms('Hello');
    const list = (await run()).payload as unknown as Record<string, unknown>[];
    list.map(({ type }) => type).should.deepEqual(['SMS']);
  });

  it('reads one entry', async () => {
    await start({ operation: 'get' });
    const id = sms('Hello');
    (await run({ payload: { id } })).payload.should.containEql({ id, smsContent: 'Hello' });
  });

  it('changes an entry as msg.changes says', async () => {
    await start({ operation: 'update' });
    const id = sms('Hello');
    (await run({ payload: { id }, changes: { note: 'called back', read: true } })).payload.should.eql({
      ids: [id],
    });
    marks(id)!.should.containEql({ note: 'called back', read: true, starred: false });
  });

  it('changes very many entries', async () => {
    await start({
      operation: 'update',
      entryId: 'payload',
      entryIdType: 'msg',
      changes: '{"read":true}',
      changesType: 'json',
    });
    const ids = Array.from({ length: 320 }, (_, index) => sms(`${index}`));
    (await run({ payload: ids })).payload.should.eql({ ids });
    ids.every((id) => marks(id)?.read).should.be.true();
  });

  it('deletes the entries that are named, and says how many', async () => {
    await start({ operation: 'delete' });
    const [one, two, three] = [sms('1'), sms('2'), sms('3')];
    (await run({ payload: { id: [one, two] } })).payload.should.eql({ ids: [one, two] });
    host.simulator.account.history.entries.map(({ id }) => id).should.deepEqual([three]);
  });

  it('deletes nothing where nothing is named, and never everything', async () => {
    await start({ operation: 'delete' });
    sms('precious');
    for (const [nth, payload] of [{ id: [] }, {}, { id: '' }, []].entries()) {
      host.send('action', { payload });
      const { error } = await host.caught(nth);
      error.code.should.equal('INVALID_INPUT');
      error.message.should.match(/`entryId`/);
    }
    host.simulator.account.requests.should.be.empty();
    host.simulator.account.history.deletedAll.should.equal(0);
  });

  it('exports everything as one CSV', async () => {
    await start({ operation: 'exportCsv' });
    for (let count = 0; count < 25; count += 1) sms(`Hello ${count}`);
    const csv = String((await run()).payload);
    csv.split('\r\n').should.have.length(27);
    csv.should.match(/^id,type,direction/);
  });

  it('says to take phone lines where sipgate refuses phones', async () => {
    await start({ connectionIds: 'e0' });
    host.send('action', {});
    const { error, statusCode } = await host.caught();
    error.code.should.equal('FORBIDDEN');
    error.message.should.match(/phone lines/);
    statusCode!.should.equal(403);
    await eventually(() => last().fill === 'red', 'a red status');
  });

  it('refuses an operation that it does not know', async () => {
    await start({ operation: 'forget' });
    host.send('action', {});
    (await host.caught()).error.message.should.match(/`operation` must be one of list, get, update/);
  });

  it('offers entries and lines to its dialog', async () => {
    await start();
    sms('Hello');
    host.simulator.receiveFax({ from: FROM });
    const entries = await host.ask('sipgate/accounts/account/lookup/entries', {});
    const [first] = (entries.body as { items: { value: string; label: string }[] }).items;
    first!.label.should.match(/^\d{4}-\d\d-\d\d \d\d:\d\d FAX \+4915799912345 → \+49.* \(\d+\)$/);
    const connections = await host.ask('sipgate/accounts/account/lookup/connections', {});
    (connections.body as { items: { value: string }[] }).items
      .map(({ value }) => value)
      .should.containDeep(['p0', 'g0', 'f0', 'f1', 's0', 'v0']);
  });
});
