import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import should from 'should';
import { convertSound, speak } from '../../../sipgate/index';
import { makeWav, levelAt, middleOf, samplesOf } from '../../sipgate/audio/wav-files';
import { pitchOf, startSpeechServer } from '../../sipgate/speech/stand-ins';
import type { Runtime } from '../../node-red';
import { fn, probe, response, TAB, webhook, webhookIn, type FlowNode } from '../helpers/flow';
import { eventually, newCall } from '../helpers/http';
import { ESPEAK, fetchSound, startWithVoice, urlIn, userDirectory, voiceAt } from './sound-flow';

describe('An announcement', () => {
  let runtime: Runtime | undefined;
  let engine: Awaited<ReturnType<typeof startSpeechServer>>;
  let hook: ReturnType<typeof webhook>;
  let place: ReturnType<typeof userDirectory>;

  beforeEach(async () => {
    hook = webhook({ publicUrl: '' });
    place = userDirectory();
    engine = await startSpeechServer();
  });
  const stop = async () => {
    await runtime?.stop();
    runtime = undefined;
  };
  afterEach(async () => {
    await stop();
    await engine.close();
    await place.remove();
  });

  const start = async (nodes: FlowNode[], voice = voiceAt(engine.url)) =>
    (runtime = await startWithVoice([TAB, hook, voice, ...nodes], place.userDir));
  const call = async (from = '4915790000001') => {
    const { body } = await (runtime as Runtime).request(hook.path, newCall({ from }));
    return body;
  };
  const says = (text: string, more: object = {}) =>
    response(
      'r',
      { action: 'play', announcementSource: 'text', announcement: text, voice: 'voice', ...more },
      ['after'],
    );
  const caught: FlowNode[] = [
    { id: 'c', type: 'catch', z: 'tab', scope: ['r'], wires: [['caught', 'h']] },
    probe('caught'),
    response('h', { action: 'hangup' }),
  ];
  const errorOf = async (...nodes: FlowNode[]) => {
    await start([webhookIn(hook, { newCall: [nodes[0]?.id ?? ''] }), ...nodes, ...caught, probe('after')]);
    (await call()).should.containEql('<Hangup/>');
    const { code, message } = (await (runtime as Runtime).message('caught')).error;
    return { code, message: message.replace(/^SipgateError: /, '') };
  };
  const file = (name: string, frequency = 500) => {
    const sample = (time: number) => 0.5 * Math.sin(2 * Math.PI * frequency * time);
    writeFileSync(join(place.userDir, name), makeWav({ rate: 44_100, channels: 2, duration: 0.5, sample }));
    return name;
  };
  const expectTone = async (url: string, frequency: number) => {
    const { status, headers, body } = await fetchSound(url);
    status.should.equal(200);
    headers.should.containEql({ 'content-type': 'audio/wav', 'content-length': String(body.length) });
    [body.readUInt16LE(22), body.readUInt32LE(24), body.readUInt16LE(34)].should.deepEqual([1, 8000, 16]);
    levelAt(middleOf(samplesOf(body)), frequency, 8000).should.be.above(0.25);
  };

  describe('that is a fixed text', () => {
    it('is made when the flow is deployed, once, and heard by every caller', async () => {
      await start([webhookIn(hook, { newCall: ['r'] }), says('Guten Tag'), probe('after')]);
      await eventually(
        () => runtime?.statuses('r').find(({ fill }) => fill === 'green'),
        () => 'a green status',
      );
      engine.questions.length.should.equal(1);
      for (const nth of [0, 1]) {
        const url = urlIn(await call());
        url.should.match(new RegExp(`^${runtime?.url}${hook.path}/announcements/[\\da-f]{40}\\.wav$`));
        await expectTone(url, pitchOf('Guten Tag'));
        const { announcement } = (await runtime?.message('after', nth)) as Record<string, unknown>;
        should(announcement).deepEqual({ url, duration: 0.3 });
      }
      engine.questions.length.should.equal(1);
    });

    it('keeps its URL over a deploy, and the engine is not asked again', async () => {
      const nodes = [webhookIn(hook, { newCall: ['r'] }), says('Guten Tag'), probe('after')];
      await start(nodes);
      const url = urlIn(await call());
      await runtime?.deploy([TAB, hook, voiceAt(engine.url), ...nodes]);
      urlIn(await call()).should.equal(url);
      await expectTone(url, pitchOf('Guten Tag'));
      engine.questions.length.should.equal(1);
    });

    it('that could not be made is tried again for a call', async () => {
      await engine.close();
      let isWell = false;
      engine = await startSpeechServer((answer, { input }) => {
        if (!isWell) return void answer.writeHead(503).end();
        answer.end(
          makeWav({
            rate: 8000,
            duration: 0.2,
            sample: (time) => 0.5 * Math.sin(2 * Math.PI * pitchOf(String(input)) * time),
          }),
        );
      });
      await start([webhookIn(hook, { newCall: ['r'] }), says('Hallo'), ...caught, probe('after')]);
      await eventually(
        () => runtime?.said('r', 'error')[0],
        () => 'an error',
      );
      should(runtime?.said('r', 'error')[0]).startWith('The speech server refused (HTTP 503)');
      await eventually(
        () => runtime?.statuses('r').find(({ fill }) => fill === 'red'),
        () => 'a red status',
      );
      isWell = true;
      await expectTone(urlIn(await call()), pitchOf('Hallo'));
    });

    it('is spoken by espeak-ng, as a new voice is', async () => {
      await start([webhookIn(hook, { newCall: ['r'] }), says('Guten Tag.'), probe('after')], ESPEAK);
      const { body } = await fetchSound(urlIn(await call()));
      (body.length / 16_000).should.be.within(0.4, 2);
    });
  });

  describe('that a message brings', () => {
    const computed = says('payload.from', { announcementType: 'msg' });

    it('is a text of its own for each of twenty callers at once', async () => {
      await start([webhookIn(hook, { newCall: ['r'] }), computed, probe('after')]);
      const callers = Array.from({ length: 20 }, (_none, index) => `49157900000${10 + index}`);
      const answers = await Promise.all(callers.map((from) => call(from)));
      for (const [index, xml] of answers.entries())
        await expectTone(urlIn(xml), pitchOf(`+${callers[index]}`));
      engine.questions.length.should.equal(20);
    });

    it('is what espeak-ng says to each of twenty callers at once', async function () {
      this.timeout(60_000);
      hook = webhook({ publicUrl: '', responseTimeout: 8000 });
      await start([webhookIn(hook, { newCall: ['r'] }), computed, probe('after')], ESPEAK);
      const callers = Array.from({ length: 20 }, (_none, index) => `49157900000${10 + index}`);
      const answers = await Promise.all(callers.map((from) => call(from)));
      const voice = {
        engine: { kind: 'command', command: 'espeak-ng', args: '-v {voice} -s {wpm} --stdout' },
      } as const;
      for (const [index, xml] of answers.entries()) {
        const { body } = await fetchSound(urlIn(xml));
        const alone = await speak(
          { ...voice, language: 'de', name: '', speed: 1, timeoutMs: 20_000 },
          `+${callers[index]}`,
        );
        body.should.deepEqual((await convertSound(alone, { rate: 8000 })).wav);
      }
    });

    it('is made once for the same text', async () => {
      await start([webhookIn(hook, { newCall: ['r'] }), computed, probe('after')]);
      const urls = await Promise.all([1, 2, 3].map(() => call()));
      new Set(urls.map(urlIn)).size.should.equal(1);
      await call();
      engine.questions.length.should.equal(1);
    });

    it('may be a Buffer, whatever the source says', async () => {
      const sound = 'msg.sound = Buffer.from(global.get("sound")); return msg;';
      const bytes = makeWav({
        rate: 22_050,
        duration: 0.3,
        sample: (time) => 0.5 * Math.sin(2 * Math.PI * 700 * time),
      });
      for (const announcementSource of ['url', 'file', 'text']) {
        const node = response('r', {
          action: 'gather',
          announcementSource,
          announcement: 'sound',
          announcementType: 'msg',
        });
        await start([webhookIn(hook, { newCall: ['f'] }), fn('f', sound, ['r']), node]);
        (runtime as Runtime).RED.nodes
          .getNode('f')
          ?.context()
          .global.set('sound', [...bytes]);
        await expectTone(urlIn(await call()), 700);
        await stop();
      }
    });

    for (const [what, code] of [
      ['text', 'msg.response = { action: "play", text: "Hallo" }; return msg;'],
      ['file', 'msg.response = { action: "gather", file: "tone.wav" }; return msg;'],
      [
        'Buffer',
        'msg.response = { action: "play", announcement: Buffer.from(global.get("sound")) }; return msg;',
      ],
    ] as const)
      it(`may be msg.response with a ${what}`, async () => {
        file('tone.wav', 900);
        await start([
          webhookIn(hook, { newCall: ['f'] }),
          fn('f', code, ['r']),
          response('r', { action: 'msg', voice: 'voice' }, ['after']),
          probe('after'),
        ]);
        const bytes = makeWav({
          rate: 8000,
          duration: 0.3,
          sample: (time) => 0.5 * Math.sin(2 * Math.PI * 900 * time),
        });
        (runtime as Runtime).RED.nodes
          .getNode('f')
          ?.context()
          .global.set('sound', [...bytes]);
        await expectTone(urlIn(await call()), what === 'text' ? pitchOf('Hallo') : 900);
      });

    it('may be a URL, as ever', async () => {
      const node = response('r', { action: 'play', announcement: 'https://example.org/a.wav' }, ['after']);
      await start([webhookIn(hook, { newCall: ['r'] }), node, probe('after')]);
      urlIn(await call()).should.equal('https://example.org/a.wav');
      should((await runtime?.message('after'))?.['announcement']).deepEqual({
        url: 'https://example.org/a.wav',
      });
    });
  });

  describe('that is a file', () => {
    it('is heard as it was at the deploy', async () => {
      file('tone.wav', 500);
      const node = response('r', { action: 'play', announcementSource: 'file', announcement: 'tone.wav' });
      await start([webhookIn(hook, { newCall: ['r'] }), node]);
      await expectTone(urlIn(await call()), 500);
      file('tone.wav', 1500);
      await expectTone(urlIn(await call()), 500);
      await runtime?.deploy([TAB, hook, webhookIn(hook, { newCall: ['r'] }), node]);
      await expectTone(urlIn(await call()), 1500);
    });

    it('of a relative path begins in fileWorkingDirectory', async () => {
      mkdirSync(join(place.userDir, 'own'));
      file('own/tone.wav', 800);
      const node = response('r', { action: 'play', announcementSource: 'file', announcement: 'tone.wav' });
      const settings = { fileWorkingDirectory: join(place.userDir, 'own') };
      runtime = await startWithVoice([TAB, hook, webhookIn(hook, { newCall: ['r'] }), node], place.userDir, {
        settings,
      });
      await expectTone(urlIn(await call()), 800);
    });

    for (const [announcement, code, words] of [
      ['nowhere.wav', 'NOT_FOUND', /there is no file ".*nowhere\.wav"/],
      ['.', 'INVALID_INPUT', /^`announcement` is a directory\./],
    ] as const)
      it(`that cannot be played is an error: ${announcement}`, async () => {
        const error = await errorOf(
          response('r', { action: 'play', announcementSource: 'file', announcement }),
        );
        should(error.code).equal(code);
        error.message.should.match(words);
      });

    it('that holds no sound is an error', async () => {
      writeFileSync(join(place.userDir, 'page.wav'), '<html>');
      const error = await errorOf(
        response('r', { action: 'play', announcementSource: 'file', announcement: 'page.wav' }),
      );
      error.message.should.equal(
        '`announcement` must be a sound, got a web page. Give the bytes of a WAV file, or of MP3, Ogg, FLAC or M4A.',
      );
    });

    it('of no path is an error', async () => {
      const error = await errorOf(
        response('r', { action: 'play', announcementSource: 'file', announcement: '' }),
      );
      error.message.should.equal(
        '`announcement` must be a path, got an empty text. Give the path of a sound file.',
      );
    });
  });

  describe('that cannot be', () => {
    const inMessage = (object: string) => [
      fn('f', `msg.response = ${object}; return msg;`, ['r']),
      response('r', { action: 'msg', voice: 'voice' }),
    ];

    it('is a text without a voice', async () => {
      const error = await errorOf(says('Hallo', { voice: '' }));
      error.should.containEql({ code: 'INVALID_INPUT' });
      error.message.should.equal('`voice` is missing. Choose a voice in the node.');
    });

    it('is an empty text', async () => {
      (await errorOf(says(''))).message.should.equal(
        '`announcement` must be a text, got an empty text. Give what is to be spoken.',
      );
      await stop();
      (await errorOf(...inMessage('{ action: "gather", text: "" }'))).message.should.startWith(
        '`text` must be a text',
      );
    });

    it('is two things at once', async () => {
      const error = await errorOf(...inMessage('{ action: "play", text: "a", file: "b" }'));
      should(error.code).equal('INVALID_INPUT');
      error.message.should.equal(
        '`text` stands beside `file`. Give one of `announcement`, `file` and `text`.',
      );
    });

    it('is no URL', async () => {
      (await errorOf(response('r', { action: 'play', announcement: 'hello.wav' }))).message.should.startWith(
        '`announcement` must be an absolute URL, got "hello.wav".',
      );
    });

    it('may be left out where a caller is asked for digits', async () => {
      const node = response('r', {
        action: 'gather',
        announcementSource: 'text',
        announcement: '',
        voice: '',
      });
      await start([webhookIn(hook, { newCall: ['r'] }), node]);
      (await call()).should.not.containEql('<Play>');
    });
  });

  describe('of an engine', () => {
    const withEngine = async (answer: Parameters<typeof startSpeechServer>[0], more: object = {}) => {
      await engine.close();
      engine = await startSpeechServer(answer);
      hook = webhook({ publicUrl: '', responseTimeout: 900, ...more });
      await start([
        webhookIn(hook, { newCall: ['f'] }),
        fn('f', 'msg.text = "Hallo " + msg.payload.from; return msg;', ['r']),
        says('text', { announcementType: 'msg' }),
        ...caught,
        probe('after'),
      ]);
      (await call()).should.containEql('<Hangup/>');
      return (await (runtime as Runtime).message('caught')).error;
    };

    it('that hangs leaves time for the flow behind the Catch node', async () => {
      should((await withEngine(() => undefined)).code).equal('TIMEOUT');
      await stop();
      should((await withEngine(() => undefined, { responseTimeout: 1500 })).code).equal('TIMEOUT');
    });

    for (const [what, answer] of [
      ['speaks rubbish', (out) => out.end('no sound')],
      ['says nothing', (out) => out.end()],
      ['fails', (out) => out.writeHead(500).end()],
    ] as const satisfies readonly (readonly [string, Parameters<typeof startSpeechServer>[0]])[])
      it(`that ${what} is an error`, async () => {
        should((await withEngine(answer)).code).equal('SERVER');
        engine.questions.length.should.equal(1);
      });

    it('that hangs is left alone at a deploy', async () => {
      let isLeft = false;
      should((await withEngine((out) => out.on('close', () => (isLeft = true)))).code).equal('TIMEOUT');
      isLeft.should.be.false('the next caller may get what it still makes');
      await runtime?.deploy([TAB, hook, voiceAt(engine.url)]);
      await eventually(
        () => isLeft,
        () => 'the engine to be left alone',
      );
    });

    it('that dies is an error', async () => {
      should((await withEngine((out) => out.destroy())).code).equal('NETWORK');
    });
  });

  it('is kept in the user directory, for nobody else to read', async () => {
    await start([webhookIn(hook, { newCall: ['r'] }), says('Guten Tag'), probe('after')]);
    await call();
    const folder = join(place.userDir, 'sipgate-io', 'announcements');
    const [name = ''] = await eventually(
      () => {
        const names = readdirSync(folder).filter((each) => each.endsWith('.wav'));
        return names.length > 0 ? names : undefined;
      },
      () => 'a file',
    );
    (statSync(join(folder, name)).mode & 0o777).should.equal(0o600);
    (statSync(folder).mode & 0o777).should.equal(0o700);
    (statSync(join(place.userDir, 'sipgate-io', 'sound-key')).mode & 0o777).should.equal(0o600);
  });
});
