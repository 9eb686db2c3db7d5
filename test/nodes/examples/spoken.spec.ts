import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import should from 'should';
import type { CallScript, SimulatedCall } from '../../../simulator';
import { eventually } from '../../eventually';
import { sayByWyoming, startWyoming } from '../../sipgate/speech/stand-ins';
import { userDirectory } from '../announcements/sound-flow';
import { runExample, type RunningExample } from './example';
import { removeFolder } from '../../remove-folder';

const FAST = { speed: Infinity };

describe('Examples that speak', function () {
  this.timeout(30_000);
  let example: RunningExample;
  let place: ReturnType<typeof userDirectory>;
  beforeEach(() => (place = userDirectory()));
  afterEach(async () => {
    await example.stop();
    await place.remove();
  });
  /** What other tests have heard is not there yet. */
  const run = async (name: string, change?: Parameters<typeof runExample>[1]) =>
    (example = await runExample(name, change, FAST, { userDir: place.userDir }));

  const call = async (script: Partial<CallScript> = {}): Promise<SimulatedCall> => {
    const placed = example.simulator.call({
      from: '+4915799912345',
      to: '+4921163553355',
      ringMs: 1,
      hangUpAfterMs: 1,
      ...script,
    });
    await placed.ended;
    const refused = placed.transcript.filter(
      (entry) => entry.kind === 'answer' && entry.xmlError !== undefined,
    );
    refused.should.deepEqual([]);
    placed.transcript
      .filter((entry) => entry.kind === 'network' && entry.code === 'skips')
      .should.deepEqual([]);
    return placed;
  };
  const isReady = (name: string) =>
    eventually(
      () =>
        example.runtime
          .statuses(example.idOf(name))
          .some(({ fill, shape }) => fill === 'green' && shape === 'ring'),
      () => `${name} to be ready`,
    );
  const without = async <T>(work: () => Promise<T>): Promise<T> => {
    const empty = mkdtempSync(join(tmpdir(), 'empty-'));
    const path = process.env['PATH'];
    process.env['PATH'] = empty;
    return work().finally(async () => {
      process.env['PATH'] = path;
      await removeFolder(empty);
    });
  };

  it('02: the caller hears the menu, and a wrong key asks again', async () => {
    await run('02 - A menu with digits');
    await isReady('Ask again');
    const { outcome } = await call({ press: ['9', '1'] });
    outcome.should.containEql({ kind: 'answered', by: '+493023125101' });
    outcome.played.length.should.equal(2);
  });

  it('02: without a voice it goes on without a sound, and says why', async () => {
    await without(async () => {
      await run('02 - A menu with digits');
      const { outcome } = await call({ press: ['1'] });
      outcome.should.containEql({ kind: 'answered', by: '+493023125101', played: [] });
      const [message] = example.runtime.messages(example.idOf('Why there is no sound'));
      should(message?.error.message).containEql(
        'espeak-ng is not installed. Install it (apt install espeak-ng)',
      );
    });
  });

  for (const has of [true, false])
    it(`03: whoever calls outside office hours leaves a message${has ? '' : ', also without a voice'}`, async () => {
      const closed = (node: { type: string }) =>
        node.type === 'function'
          ? { ...node, func: String((node as { func?: string }).func).replace('[1, 2, 3, 4, 5]', '[]') }
          : node;
      const heard = async () => {
        await run('03 - Office hours', closed as never);
        const { outcome } = await call();
        outcome.kind.should.equal('voicemail');
        outcome.played.length.should.equal(has ? 1 : 0);
      };
      await (has ? heard() : without(heard));
    });

  it('23: a menu in the language that was chosen', async () => {
    await run('23 - A spoken menu in German and English');
    for (const name of ['Ask in German', 'Ask in English', 'Menu in German', 'Menu in English'])
      await isReady(name);
    const german = await call({ press: ['1', '2'] });
    german.outcome.should.containEql({ kind: 'answered', by: '+494066969123' });
    const english = await call({ press: ['', '2', '1'] });
    english.outcome.should.containEql({ kind: 'answered', by: '+493023125123' });
    english.outcome.played.length.should.equal(3);
    new Set([...german.outcome.played, ...english.outcome.played]).size.should.equal(4);
    (await call({ press: ['1', '9', '9', '9'] })).outcome.kind.should.equal('voicemail');
  });

  it('24: the value of the sensor, as it is now', async () => {
    const button = (node: { type: string }) => (node.type === 'inject' ? { ...node, type: 'helper' } : node);
    await run('24 - Read out a sensor value', button as never);
    const { runtime, idOf } = example;
    const say = async (payload: number) => {
      runtime.node(idOf('21.5 degrees')).receive({ payload });
      await eventually(() => runtime.node(idOf('Keep it')).context().flow.get('temperature') === payload);
      const { outcome } = await call();
      outcome.kind.should.equal('hungUp');
      return outcome.played[0];
    };
    const warm = await say(21.5);
    should(await say(-3)).not.equal(warm);
    should(await say(21.5)).equal(warm);
  });

  it('25: a greeting, then the telephone rings', async () => {
    await run('25 - A greeting that depends on the time of day');
    for (const name of ['Good morning', 'Good afternoon', 'Good evening']) await isReady(name);
    const { outcome } = await call();
    outcome.kind.should.equal('answered');
    outcome.played.length.should.equal(1);
  });

  it('26: a voice of Home Assistant, and the call rings where that is not there', async () => {
    const server = await startWyoming((socket, { data }) => sayByWyoming(socket, String(data?.['text'])));
    const at = (port: number) => (node: { type: string }) =>
      node.type === 'sipgate-voice' ? { ...node, host: '127.0.0.1', port } : node;
    await run('26 - Voices of Home Assistant', at(server.port) as never);
    await isReady('Say hello');
    (await call()).outcome.should.containEql({ kind: 'answered' });
    (server.questions[0] as { data: object }).data.should.containEql({
      voice: { name: 'de_DE-thorsten-medium' },
    });
    await example.stop();
    await server.close();
    await place.remove();
    place = userDirectory();
    await run('26 - Voices of Home Assistant', at(server.port) as never);
    (await call()).outcome.should.containEql({ kind: 'answered', played: [] });
    const [message] = example.runtime.messages(example.idOf('Why there is no sound'));
    should(message?.error.message).containEql('could not be reached');
  });
});
