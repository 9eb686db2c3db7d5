import should from 'should';
import { readVoiceConfig } from '../../nodes/lib/announcements/voice-config';
import type { VoiceNode } from '../../nodes/lib/announcements/voice';
import type { Runtime } from '../node-red';
import { startWithVoice, userDirectory } from './announcements/sound-flow';

describe('A voice', () => {
  it('as it comes from the palette is espeak-ng in German', () => {
    readVoiceConfig({}, '').should.deepEqual({
      engine: { kind: 'command', command: 'espeak-ng', args: '-v {voice} -s {wpm} --stdout' },
      language: 'de',
      name: '',
      speed: 1,
      timeoutMs: 10_000,
    });
  });

  it('may be a Wyoming server on its usual port, or a speech server', () => {
    readVoiceConfig({ engine: 'wyoming', host: 'ha.local' }, '').engine.should.deepEqual({
      kind: 'wyoming',
      host: 'ha.local',
      port: 10_200,
    });
    const url = 'https://example.org/v1/audio/speech';
    readVoiceConfig({ engine: 'http', url, model: 'tts-1' }, 'key').engine.should.deepEqual({
      kind: 'http',
      url,
      model: 'tts-1',
      apiKey: 'key',
    });
  });

  it('may have no arguments, and a speed with a comma', () => {
    const { engine, speed } = readVoiceConfig({ args: '', speed: '1,5' }, '');
    should([(engine as { args: string }).args, speed]).deepEqual(['', 1.5]);
  });

  for (const [saved, words] of [
    [
      { engine: 'robot' },
      '`engine` must be one of command, wyoming, http, got "robot". Choose one in the node.',
    ],
    [{ speed: 3 }, '`speed` must be a number from 0.5 to 2, got "3". Correct it in the voice.'],
    [{ speed: 'fast' }, '`speed` must be a number from 0.5 to 2, got "fast". Correct it in the voice.'],
    [{ timeout: 0 }, '`timeout` must be a whole number from 1 to 120000, got 0. Correct it in the node.'],
    [{ engine: 'wyoming' }, '`host` is missing. Enter the address of the Wyoming server in the voice.'],
    [
      { engine: 'wyoming', host: 'a', port: 99_999 },
      '`port` must be a whole number from 1 to 65535, got 99999. Correct it in the node.',
    ],
    [
      { engine: 'http' },
      '`url` is missing. Enter the whole endpoint in the voice, such as https://api.openai.com/v1/audio/speech.',
    ],
    [
      { engine: 'http', url: 'api' },
      '`url` must be an absolute URL. Enter the whole endpoint in the voice, such as https://api.openai.com/v1/audio/speech.',
    ],
  ] as const)
    it(`with a setting that makes no sense is refused: ${JSON.stringify(saved)}`, () => {
      (() => readVoiceConfig(saved, '')).should.throw({ code: 'INVALID_INPUT', message: words });
    });

  describe('in a flow', () => {
    let runtime: Runtime;
    let place: ReturnType<typeof userDirectory>;
    const start = async (more: object) => {
      place = userDirectory();
      runtime = await startWithVoice([{ id: 'v', type: 'sipgate-voice', ...more }], place.userDir);
    };
    afterEach(async () => {
      await runtime.stop();
      await place.remove();
    });

    it('says at the deploy what is wrong with it', async () => {
      await start({ engine: 'wyoming' });
      runtime
        .said('v', 'error')
        .should.deepEqual(['`host` is missing. Enter the address of the Wyoming server in the voice.']);
    });

    it('speaks alike whatever its key and its time are', async () => {
      await start({ engine: 'http', url: 'https://example.org/speech' });
      const voice = () => runtime.node<VoiceNode>('v');
      const identity = voice().identity();
      const other = {
        id: 'v',
        type: 'sipgate-voice',
        engine: 'http',
        url: 'https://example.org/speech',
        timeout: 5,
      };
      await runtime.deploy([other], 'full', { v: { apiKey: 'sk-secret' } });
      voice().identity().should.equal(identity);
      identity.should.not.containEql('sk-secret');
      await runtime.deploy([{ ...other, voice: 'alloy' }]);
      voice().identity().should.not.equal(identity);
    });
  });
});
