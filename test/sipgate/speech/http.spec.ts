import { isCancelled, listVoices, parseSpeechText, speak, type Voice } from '../../../sipgate/index';
import { errorOf } from './error-of';
import { spoken, startSpeechServer, type StandIn } from './stand-ins';

const KEY = 'sk-very-secret';

describe('A speech server', () => {
  let server: StandIn | undefined;
  const start = async (...answer: Parameters<typeof startSpeechServer>) => {
    const started = await startSpeechServer(...answer);
    server = started;
    return started;
  };
  afterEach(() => server?.close());

  const voiceAt = (url: string, more: Partial<Voice> = {}, apiKey = KEY): Voice => ({
    engine: { kind: 'http', url, model: 'tts-1', apiKey },
    language: 'de',
    name: 'alloy',
    speed: 1.25,
    timeoutMs: 2000,
    ...more,
  });

  it('says a text as OpenAI has it', async () => {
    const { url, questions } = await start();
    (await speak(voiceAt(url), 'Hallo')).should.deepEqual(spoken('Hallo'));
    questions.should.deepEqual([
      {
        url: '/v1/audio/speech',
        authorization: `Bearer ${KEY}`,
        body: { model: 'tts-1', voice: 'alloy', input: 'Hallo', speed: 1.25, response_format: 'wav' },
      },
    ]);
    (await listVoices(voiceAt(url))).should.deepEqual([]);
  });

  it('needs no key where it wants none', async () => {
    const { url, questions } = await start();
    await speak(voiceAt(url, {}, ''), 'Hallo');
    questions.should.matchEach({ authorization: undefined });
  });

  for (const [status, code] of [
    [307, 'SERVER'],
    [400, 'INVALID_INPUT'],
    [401, 'UNAUTHORIZED'],
    [402, 'INSUFFICIENT_FUNDS'],
    [403, 'FORBIDDEN'],
    [404, 'NOT_FOUND'],
    [422, 'INVALID_INPUT'],
    [429, 'RATE_LIMITED'],
    [500, 'SERVER'],
    [503, 'SERVER'],
  ] as const)
    it(`that answers ${status} is ${code}, asked once, and never shows the key`, async () => {
      const { url, questions } = await start((response) => {
        response.writeHead(status, { location: '/elsewhere' });
        response.end(JSON.stringify({ error: { message: `Wrong: ${KEY}\u0007` } }));
      });
      const error = await errorOf(speak(voiceAt(url), 'Hallo'));
      error.should.containEql({ code, statusCode: status });
      error.message.should.startWith(`The speech server refused (HTTP ${status}: Wrong: ***\\u0007). `);
      JSON.stringify([error.stack, error.cause]).should.not.containEql(KEY);
      questions.length.should.equal(1);
    });

  it('that is not there, hangs up, or says nothing, is named', async () => {
    const { url, close } = await start((response) => response.end());
    (await errorOf(speak(voiceAt(url), 'x'))).message.should.startWith('The speech server said nothing.');
    await close();
    (await errorOf(speak(voiceAt(url), 'x'))).message.should.match(
      /^The speech server could not be reached \(.*ECONNREFUSED/,
    );
    const rude = await start((response) => response.destroy());
    (await errorOf(speak(voiceAt(rude.url), 'x'))).code.should.equal('NETWORK');
  });

  it('that hangs, or sends without end, is ended', async () => {
    const { url } = await start((response, { input }) => {
      if (input === 'hang') return;
      const send = () => response.destroyed || response.write(Buffer.alloc(1 << 20), send);
      send();
    });
    (await errorOf(speak(voiceAt(url, { timeoutMs: 100 }), 'hang'))).code.should.equal('TIMEOUT');
    const error = await errorOf(speak(voiceAt(url, { timeoutMs: 8000 }), 'flood'));
    error.message.should.startWith('The speech server sent more than 50 MiB.');
  });

  it('is left alone at a deploy', async () => {
    const { url } = await start(() => undefined);
    const stopping = new AbortController();
    const work = speak(voiceAt(url), 'x', stopping.signal);
    setTimeout(() => stopping.abort(), 50);
    isCancelled(await errorOf(work)).should.be.true();
    isCancelled(await errorOf(speak(voiceAt(url), 'x', stopping.signal))).should.be.true();
  });
});

describe('What is to be spoken', () => {
  it('may be a number', () => {
    parseSpeechText(21.5, 'text').should.equal('21.5');
    parseSpeechText('  Hallo\n', 'text').should.equal('Hallo');
  });

  for (const [input, words] of [
    ['', '`text` must be a text, got an empty text. Give what is to be spoken.'],
    [' \n', '`text` must be a text, got an empty text. Give what is to be spoken.'],
    [undefined, '`text` is missing. Give what is to be spoken.'],
    [{ a: 1 }, '`text` must be a text, got an object. Give what is to be spoken.'],
    ['x'.repeat(10_001), '`text` has 10001 characters. Give at most 10000.'],
  ] as const)
    it(`is refused: ${words}`, () => {
      (() => parseSpeechText(input, 'text')).should.throw({
        code: 'INVALID_INPUT',
        field: 'text',
        message: words,
      });
    });
});
