import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  convertSound,
  isCancelled,
  listVoices,
  speak,
  type SpeechEngine,
  type Voice,
} from '../../../sipgate/index';
import { errorOf } from './error-of';
import { removeFolder } from '../../remove-folder';

const ESPEAK = { kind: 'command', command: 'espeak-ng', args: '-v {voice} -s {wpm} --stdout' } as const;

function voiceOf(engine: SpeechEngine, more: Partial<Voice> = {}): Voice {
  return { engine, language: 'de', name: '', speed: 1, timeoutMs: 20_000, ...more };
}

describe('espeak-ng', () => {
  it('says a sentence, which becomes what a telephone plays', async () => {
    const bytes = await speak(voiceOf(ESPEAK), 'Guten Tag. Für den Vertrieb drücken Sie die Eins.');
    const { duration } = await convertSound(bytes, { rate: 8000 });
    duration.should.be.within(2, 5);
  });

  it('speaks faster when it is told to', async () => {
    const lasting = async (speed: number) => {
      const bytes = await speak(
        voiceOf(ESPEAK, { speed }),
        'Ein Satz, der etwas länger ist als die anderen.',
      );
      return (await convertSound(bytes, { rate: 8000 })).duration;
    };
    (await lasting(1.5)).should.be.below(0.8 * (await lasting(1)));
  });

  it('says several lines as one sound', async () => {
    const one = await convertSound(await speak(voiceOf(ESPEAK), 'Guten Tag.'), { rate: 8000 });
    const two = await convertSound(await speak(voiceOf(ESPEAK), 'Guten Tag.\n\nGuten Tag.'), { rate: 8000 });
    two.duration.should.be.above(1.7 * one.duration);
  });

  it('has a list of voices', async () => {
    const voices = await listVoices(voiceOf(ESPEAK));
    voices.should.containEql({ name: 'de', languages: ['de'] });
    voices.length.should.be.above(50);
  });

  it('says so when it does not know the voice', async () => {
    const error = await errorOf(speak(voiceOf(ESPEAK, { name: 'qqq' }), 'x'));
    error.code.should.equal('SERVER');
    error.message.should.match(/^espeak-ng .*voice does not exist/);
  });

  it('says twenty texts at once without a mix-up', async function () {
    this.timeout(60_000);
    const texts = Array.from(
      { length: 20 },
      (_none, index) => `Nummer ${index}. ${'Und '.repeat(index)} Ende.`,
    );
    const alone: Buffer[] = [];
    for (const text of texts) alone.push(await speak(voiceOf(ESPEAK), text));
    const together = await Promise.all(texts.map((text) => speak(voiceOf(ESPEAK), text)));
    together.should.deepEqual(alone);
  });
});

describe('A program that speaks', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'speech-'))));
  after(() => removeFolder(folder));

  /** A program that runs a few lines of JavaScript. */
  const program = (code: string, args = ''): SpeechEngine => {
    const file = join(folder, `${Math.random().toString(36).slice(2)}.js`);
    writeFileSync(file, code);
    return { kind: 'command', command: process.execPath, args: `${file} ${args}` };
  };
  const ECHO = `process.stdin.on('data', (text) => process.stdout.write(text)); process.stdin.on('end', () => process.stdout.write(JSON.stringify(process.argv.slice(2))));`;

  it('gets the text by its standard input, and its arguments without a shell', async () => {
    const engine = program(ECHO, '--name={voice}  --lang {language} {speed} {wpm} $HOME ;ls {else}');
    const heard = await speak(voiceOf(engine, { name: 'a voice; rm', speed: 1.5 }), 'Grüße');
    heard
      .toString()
      .should.equal('Grüße["--name=a voice; rm","--lang","de","1.5","263","$HOME",";ls","{else}"]');
  });

  it('is given the language where no voice is named', async () => {
    (await speak(voiceOf(program(ECHO, '{voice}')), 'x')).toString().should.equal('x["de"]');
  });

  it('that is not installed is named, with what to do', async () => {
    const missing = (command: string) => errorOf(speak(voiceOf({ kind: 'command', command, args: '' }), 'x'));
    const path = process.env['PATH'];
    process.env['PATH'] = folder;
    const error = await missing('espeak-ng').finally(() => (process.env['PATH'] = path));
    error.code.should.equal('NOT_FOUND');
    error.message.should.equal(
      'espeak-ng is not installed. Install it (apt install espeak-ng), or choose another engine.',
    );
    (await missing('/nowhere/piper')).message.should.equal(
      '/nowhere/piper is not installed. Install it, or give its whole path, or choose another engine.',
    );
    (await missing('bad\0name')).code.should.equal('SERVER');
    (await missing(folder)).code.should.equal('SERVER');
  });

  it('that fails is an error with what it wrote, in one line', async () => {
    const error = await errorOf(
      speak(voiceOf(program(`console.error('no such\\nvoice \\u001b[31m'); process.exit(3)`)), 'x'),
    );
    error.code.should.equal('SERVER');
    error.message.should.endWith(
      'failed with exit code 3: no such voice \\u001b[31m. Try the voice in its node, or choose another engine.',
    );
  });

  it('that says nothing, or never stops, is one too', async () => {
    (await errorOf(speak(voiceOf(program('')), 'x'))).message.should.containEql(' said nothing.');
    const endless = program(
      `const b = Buffer.alloc(1 << 20); const go = () => process.stdout.write(b, go); go();`,
    );
    (await errorOf(speak(voiceOf(endless), 'x'))).message.should.containEql(' wrote more than 50 MiB.');
  });

  it('that hangs is ended after the time that it has', async () => {
    const error = await errorOf(
      speak(voiceOf(program('setInterval(() => {}, 1000)'), { timeoutMs: 200 }), 'x'),
    );
    error.code.should.equal('TIMEOUT');
    error.message.should.containEql('did not speak within 0.2 s.');
  });

  it('is ended at a deploy', async () => {
    const stopping = new AbortController();
    const work = speak(voiceOf(program('setInterval(() => {}, 1000)')), 'x', stopping.signal);
    setTimeout(() => stopping.abort(), 50);
    isCancelled(await errorOf(work)).should.be.true();
    isCancelled(await errorOf(speak(voiceOf(program('')), 'x', stopping.signal))).should.be.true();
  });

  it('need not read what it is given', async () => {
    const engine = program(`process.stdin.destroy(); process.stdout.write('sound')`);
    (await speak(voiceOf(engine), 'x'.repeat(10_000))).toString().should.equal('sound');
  });

  it('may take the text as an argument and write into a file', async () => {
    const engine = program(
      `require('fs').writeFileSync(process.argv[3], process.argv[2]); console.log(process.argv[3])`,
      '{text} {file}',
    );
    (await speak(voiceOf(engine), '-x $(ls) Grüße')).toString().should.equal('-x $(ls) Grüße');
    const silent = program('', '{file}');
    (await errorOf(speak(voiceOf(silent), 'x'))).message.should.containEql(' said nothing.');
  });

  it('has no list of voices', async () => {
    (await listVoices(voiceOf(program('process.exit(1)')))).should.deepEqual([]);
  });
});
