import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import should from 'should';
import type { SimulatedCall } from '../../simulator';
import { eventually } from '../eventually';
import { wav } from '../simulator/webhook';
import { startActionRuntime, type ActionRuntime } from './helpers/action-runtime';
import { webhook, type FlowNode } from './helpers/flow';
import { removeFolder } from '../remove-folder';

describe('sipgate-call-control plays sounds that Node-RED hosts', () => {
  let host: ActionRuntime;
  let folder: string;
  const hook = webhook({ publicUrl: '' });

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'sounds-'));
    writeFileSync(path.join(folder, 'hello.wav'), wav());
  });
  afterEach(async () => {
    await host.stop();
    await removeFolder(folder);
  });

  const start = async (properties: object, more: FlowNode[] = []) => {
    const type = 'sipgate-call-control';
    const node = { type, operation: 'announce', webhook: hook.id, ...properties };
    host = await startActionRuntime(node, { settings: { userDir: folder }, more: [hook, ...more] });
  };

  async function talk(): Promise<{ call: SimulatedCall; callId: string }> {
    const script = { from: '1', to: '+4921163553355', ringMs: 1, hangUpAfterMs: Infinity };
    const call = host.simulator.call(script);
    const codes = () => call.transcript.map((entry) => (entry.kind === 'network' ? entry.code : ''));
    await eventually(() => codes().includes('answered'));
    const { id, token } = host.simulator.account.credentials.tokens[0]!;
    const authorization = `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`;
    const answer = await fetch(`${host.simulator.url}/v2/calls`, { headers: { authorization } });
    const { data } = (await answer.json()) as { data: { callId: string }[] };
    return { call, callId: data[0]!.callId };
  }

  /** Sends it into a call. @returns how long the caller heard it by the simulator's clock, ms, and what came out of the node */
  async function play(message: Record<string, unknown> = {}) {
    const { call, callId } = await talk();
    host.send('action', { payload: { callId }, ...message });
    const result = await host.runtime.message('result');
    await eventually(() => call.outcome.played.length === 1);
    const heard = call.transcript.find((entry) => entry.kind === 'network' && entry.code === 'plays');
    call.hangUp();
    result.payload.should.deepEqual({ callId, operation: 'announce' });
    const announcement = result['announcement'] as { url: string; duration: number };
    call.outcome.played.should.deepEqual([announcement.url]);
    should(heard?.kind === 'network' && heard.values['ms']).equal(Math.round(announcement.duration * 1000));
    return announcement;
  }

  it('a file', async () => {
    await start({ announcementSource: 'file', announcement: 'hello.wav', announcementType: 'str' });
    const { url } = await play();
    url.should.startWith(host.runtime.url).and.match(/\/announcements\/[\w-]+\.wav$/);
  });

  it('a fixed one is made when the flow starts', async () => {
    await start({ announcementSource: 'file', announcement: 'hello.wav', announcementType: 'str' });
    await eventually(() =>
      host.runtime.statuses('action').some(({ text }) => text?.includes('status.soundReady')),
    );
  });

  it('a Buffer, whatever the source says', async () => {
    await start({ announcementSource: 'url', announcement: 'sound', announcementType: 'msg' });
    (await play({ sound: wav() })).duration.should.be.above(0);
  });

  it('a text', async () => {
    const voice = { id: 'voice', type: 'sipgate-voice', engine: 'command', command: 'espeak-ng' };
    const text = {
      announcementSource: 'text',
      announcement: 'word',
      announcementType: 'msg',
      voice: 'voice',
    };
    await start(text, [voice]);
    (await play({ word: 'One moment' })).duration.should.be.above(0.3);
  });

  it('and says what is missing, before any request', async () => {
    const cases: [object, string, string][] = [
      [{ announcementSource: 'file', announcement: 'gone.wav' }, 'NOT_FOUND', 'gone.wav'],
      [
        { announcementSource: 'file', announcement: 'hello.wav', webhook: '' },
        'INVALID_INPUT',
        '`webhook` is missing',
      ],
      [
        { announcementSource: 'file', announcement: 'hello.wav', webhook: 'other' },
        'INVALID_INPUT',
        '`webhook` is not there',
      ],
      [{ announcementSource: 'text', announcement: 'Hello' }, 'INVALID_INPUT', '`voice` is missing'],
    ];
    for (const [properties, code, words] of cases) {
      await start({ announcementType: 'str', ...properties });
      host.send('action', { payload: { callId: 'A1' }, _msgid: 'mine' });
      const isMine = ({ payload }: { payload?: unknown }) => payload !== undefined;
      await eventually(() => host.runtime.messages('caught').some(isMine));
      const { error } = host.runtime.messages('caught').find(isMine)!;
      should(error.code).equal(code);
      error.message.should.containEql(words);
      host.simulator.account.requests.should.be.empty();
      await host.stop();
    }
    await start({});
  });
});
