import { setMaxListeners } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import should from 'should';
import { createSharedSounds } from '../../../nodes/lib/announcements/shared-sounds';
import { createSoundHost } from '../../../nodes/lib/announcements/sound-host';
import { createSounds } from '../../../nodes/lib/announcements/sounds';
import { boundedStore, type ContextStore } from '../../../nodes/lib/calls/context-store';
import { freePort, type Runtime } from '../../node-red';
import { response, TAB, webhook, webhookIn } from '../helpers/flow';
import { eventually, newCall } from '../helpers/http';
import { ESPEAK, fetchSound, startWithVoice, urlIn, userDirectory } from './sound-flow';

describe('A hosted sound', () => {
  let runtime: Runtime | undefined;
  let place: ReturnType<typeof userDirectory>;
  beforeEach(() => (place = userDirectory()));
  afterEach(async () => {
    await runtime?.stop();
    runtime = undefined;
    await place.remove();
  });

  const TEXT = response('r', {
    action: 'play',
    announcementSource: 'text',
    announcement: 'Eins',
    voice: 'voice',
  });
  const start = async (hook: ReturnType<typeof webhook>, settings: object = {}, credentials: object = {}) => {
    const nodes = [TAB, hook, ESPEAK, webhookIn(hook, { newCall: ['r'] }), TEXT];
    runtime = await startWithVoice(nodes, place.userDir, { settings: { ...settings }, credentials });
    return runtime;
  };
  const urlOfCall = async (where: string) =>
    urlIn((await (runtime as Runtime).request(where, newCall())).body);

  for (const server of ['node-red', 'port'] as const)
    it(`is served on the webhook's server: ${server}`, async () => {
      const port = await freePort();
      const hook = webhook({ publicUrl: '', server, port });
      await start(hook);
      const url = await urlOfCall(server === 'port' ? `http://127.0.0.1:${port}${hook.path}` : hook.path);
      const { status, body, headers } = await fetchSound(url);
      [status, headers['content-type'], headers['accept-ranges']].should.deepEqual([
        200,
        'audio/wav',
        'bytes',
      ]);
      const head = await fetchSound(url, {}, 'HEAD');
      [head.status, head.body.length, head.headers['content-length']].should.deepEqual([
        200,
        0,
        `${body.length}`,
      ]);
      const part = await fetchSound(url, { Range: 'bytes=0-3' });
      [part.status, part.body.toString()].should.deepEqual([206, 'RIFF']);
      should(part.headers['content-range']).equal(`bytes 0-3/${body.length}`);
      const end = await fetchSound(url, { Range: 'bytes=-4' });
      end.body.should.deepEqual(body.subarray(-4));
      const rest = await fetchSound(url, { Range: `bytes=${body.length - 2}-` });
      rest.body.should.deepEqual(body.subarray(-2));
      (await fetchSound(url, { Range: `bytes=2-${body.length * 2}` })).body.should.deepEqual(
        body.subarray(2),
      );
      const behind = await fetchSound(url, { Range: `bytes=${body.length}-` });
      [behind.status, behind.headers['content-range']].should.deepEqual([416, `bytes */${body.length}`]);
      for (const range of ['bytes=5-2', 'bytes=-', 'lines=1-2', 'bytes=0-1,3-4'])
        (await fetchSound(url, { Range: range })).status.should.equal(200);
      (await fetchSound(url, { Range: 'bytes=0-3', 'If-Range': '"x"' })).status.should.equal(200);
      for (const method of ['POST', 'PUT', 'DELETE']) {
        const refused = await fetchSound(url, {}, method);
        [refused.status, refused.headers.allow].should.deepEqual([405, 'GET, HEAD']);
      }
      for (const other of [
        url.replace(/[\da-f]{40}/, 'f'.repeat(40)),
        url.replace(/[\da-f]{40}/, '..%2f..'),
        url.replace('.wav', '.mp3'),
      ])
        (await fetchSound(other)).status.should.equal(404);
    });

  it('needs no login where HTTP nodes have one, and comes from any address', async () => {
    const hook = webhook({ publicUrl: '', allowedIps: '192.0.2.1' });
    const nodes = [TAB, { ...hook, allowedIps: '' }, ESPEAK, webhookIn(hook, { newCall: ['r'] }), TEXT];
    let isLocked = false;
    const login = (_request: unknown, answer: unknown, next: () => void) =>
      isLocked ? (answer as { writeHead(status: number): { end(): void } }).writeHead(401).end() : next();
    runtime = await startWithVoice(nodes, place.userDir, { settings: { httpNodeMiddleware: login } });
    const url = await urlOfCall(hook.path);
    isLocked = true;
    (await runtime.request(hook.path, newCall())).status.should.equal(401);
    (await fetchSound(url)).status.should.equal(200);
    await runtime.deploy([TAB, hook, ESPEAK, webhookIn(hook, { newCall: ['r'] }), TEXT]);
    (await fetchSound(url)).status.should.equal(200);
  });

  it('lies below the public URL, without its query', async () => {
    const hook = webhook({ publicUrl: 'https://nr.example.org/hook/?a=1' });
    await start(hook);
    (await urlOfCall(hook.path)).should.match(
      /^https:\/\/nr\.example\.org\/hook\/announcements\/[\da-f]{40}\.wav$/,
    );
  });

  it('has the same URL on instances that have the same key, and another one elsewhere', async () => {
    const hook = webhook({ publicUrl: 'https://nr.example.org/hook' });
    const urlWith = async (soundKey: string) => {
      await start(hook, {}, { [hook.id]: { soundKey } });
      const url = await urlOfCall(hook.path);
      await runtime?.stop();
      await place.remove();
      place = userDirectory();
      return url;
    };
    const [one, other, third] = [
      await urlWith('key one'),
      await urlWith('key one'),
      await urlWith('key two'),
    ];
    runtime = undefined;
    one.should.equal(other);
    one.should.not.equal(third);
  });

  it('of a computed text is there for another instance that shares the call store', async () => {
    const shared = new Map<string, unknown>();
    const context: ContextStore = {
      get: (key, _store, callback) => callback(undefined, shared.get(key)),
      set: (key, value, _store, callback) => {
        if (value === undefined) shared.delete(key);
        else shared.set(key, JSON.parse(JSON.stringify(value)));
        callback(undefined);
      },
      keys: (_store, callback) => callback(undefined, [...shared.keys()]),
    };
    let now = 1e12;
    const open = () => {
      const sounds = createSounds('', () => undefined);
      const store = createSharedSounds(
        boundedStore(context, 'redis', () => undefined),
        () => now,
      );
      return { sounds, store, host: createSoundHost(sounds, store, Promise.resolve('key')) };
    };
    const [first, second] = [open(), open()];
    const sound = { content: 'a'.repeat(64), wav: Buffer.alloc(1000, 'wav'), duration: 1 };
    const id = (await first.host.publish(sound, true)).replace('.wav', '');
    should(await second.store.get(id)).deepEqual(sound.wav);
    should(await second.store.get(id.replace(/./, 'x'))).be.undefined();
    now += 3600_000;
    should(await second.store.get(id)).deepEqual(sound.wav);
    now += 120_000;
    should(await second.store.get(id)).be.undefined();
    await second.store.expire();
    shared.size.should.equal(0);
    const large = { ...sound, content: 'b'.repeat(64), wav: Buffer.alloc(1024 * 1024 + 1) };
    await first.host.publish(large, true);
    await first.host.publish(sound, false);
    shared.size.should.equal(0);
  });
});

describe('Sounds that are kept', () => {
  let place: ReturnType<typeof userDirectory>;
  beforeEach(() => (place = userDirectory()));
  afterEach(() => place.remove());

  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const sourceOf = (content: string, bytes: number) => ({
    content,
    make: () => Promise.resolve({ wav: Buffer.alloc(bytes, content), duration: bytes / 16_000 }),
  });
  const name = (index: number) => index.toString(16).padStart(64, '0');
  const filesIn = (folder: string) => readdirSync(folder).filter((file) => file.endsWith('.wav'));

  it('are there after a restart, by their content and by their URL', async () => {
    const folder = join(place.userDir, 'sounds');
    const before = createSounds(folder, () => undefined);
    const sound = await before.make(sourceOf(name(1), 1000), signal);
    const shared = createSharedSounds(boundedStore({} as ContextStore, 'x', () => undefined));
    const id = (await createSoundHost(before, shared, Promise.resolve('key')).publish(sound, false)).replace(
      '.wav',
      '',
    );
    await eventually(
      () => filesIn(folder)[0],
      () => 'a file',
    );
    const after = createSounds(folder, () => undefined);
    should(await after.find(name(1))).deepEqual(sound.wav);
    const made = await after.make(
      { content: name(1), make: () => Promise.reject(new Error('again')) },
      signal,
    );
    made.wav.should.deepEqual(sound.wav);
    const host = createSoundHost(after, shared, Promise.resolve('key'));
    const answer = { statusCode: 0, setHeader: () => undefined, end: (body: Buffer) => void (sent = body) };
    let sent: Buffer = Buffer.alloc(0);
    await host.serve(id, { method: 'GET', headers: {}, resume: () => undefined } as never, answer as never);
    sent.should.deepEqual(sound.wav);
  });

  it('are bounded: the least recently used go first, but those of the flows stay', async () => {
    const folder = join(place.userDir, 'sounds');
    const sounds = createSounds(folder, () => undefined);
    const size = 9 * 1024 * 1024;
    sounds.hold(await sounds.make(sourceOf(name(0), size), signal));
    for (let index = 1; index <= 14; index += 1) {
      await sounds.make(sourceOf(name(index), size), signal);
      await eventually(
        () => filesIn(folder).includes(`${name(index)}.wav`),
        () => `file ${index}`,
      );
      await sounds.find(name(1)); // is used all the time
    }
    await eventually(
      () => filesIn(folder).length <= 11,
      () => 'room',
    );
    const left = filesIn(folder);
    for (const index of [0, 1, 14]) left.should.containEql(`${name(index)}.wav`);
    left.should.not.containEql(`${name(2)}.wav`);
    should(await sounds.find(name(2))).be.undefined();
  });

  it('are in memory alone where the disk fails, which is told once', async () => {
    const told: unknown[] = [];
    const sounds = createSounds('/dev/null/sounds', (error) => told.push(error));
    for (const index of [1, 2]) {
      const { wav } = await sounds.make(sourceOf(name(index), 1000), signal);
      should(await sounds.find(name(index))).deepEqual(wav);
    }
    told.length.should.equal(1);
  });

  it('are made once, and given up when all who wanted them are gone', async () => {
    const sounds = createSounds('', () => undefined);
    let count = 0;
    let ended = false;
    const source = {
      content: name(1),
      make: (making: AbortSignal) => {
        count += 1;
        return new Promise<never>((_resolve, reject) =>
          making.addEventListener('abort', () => {
            ended = true;
            reject(new Error('given up'));
          }),
        );
      },
    };
    const [one, other] = [new AbortController(), new AbortController()];
    const waits = [sounds.make(source, one.signal), sounds.make(source, other.signal)].map((work) =>
      work.catch(() => 'gone'),
    );
    await new Promise((resolve) => setImmediate(resolve));
    one.abort();
    should(await waits[0]).equal('gone');
    ended.should.be.false();
    other.abort();
    should(await waits[1]).equal('gone');
    [count, ended].should.deepEqual([1, true]);
  });

  it('are made eight at a time', async () => {
    const sounds = createSounds('', () => undefined);
    let [running, most] = [0, 0];
    const source = (index: number) => ({
      content: name(index),
      make: async () => {
        most = Math.max(most, (running += 1));
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return { wav: Buffer.alloc(100), duration: 1 };
      },
    });
    await Promise.all(Array.from({ length: 30 }, (_none, index) => sounds.make(source(index), signal)));
    most.should.equal(8);
  });
});
