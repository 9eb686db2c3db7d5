import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import should from 'should';
import { builtCli } from '../built-cli';
import type { WireEvent } from '../../../simulator/ai-flow/wire';

const CLI = builtCli();

async function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [CLI, 'talk', ...args]);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
}

describe('sipgate-simulator talk', function () {
  this.timeout(30_000);
  let server: Server;
  let url: string;
  let secrets: (string | string[] | undefined)[];
  let say: (event: WireEvent) => object | undefined;

  before(async () => {
    server = createServer((request, response) => {
      let body = '';
      secrets.push(request.headers['x-api-token']);
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const action = say(JSON.parse(body) as WireEvent);
        if (action === undefined) response.writeHead(204).end();
        else response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(action));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ai`;
  });
  after(() => server.close());
  beforeEach(() => {
    secrets = [];
    say = ({ type, session, text, digit }) => {
      const speak = (words: string) => ({ type: 'speak', session_id: session.id, text: words });
      if (type === 'session_start') return speak('Good morning, this is a long greeting.');
      if (type === 'user_speak') return speak(`You said ${String(text)}`);
      return type === 'dtmf_received' ? speak(`You pressed ${String(digit)}`) : undefined;
    };
  });

  it('prints the conversation in the order in which it was typed, and ends with 0', async () => {
    const { code, out } = await run(
      '--url',
      url,
      '--secret',
      's',
      'When?',
      '--press',
      '1',
      'Thanks',
      '--speed',
      '1000',
    );
    should(code).equal(0);
    const told = out.match(/(caller: +|assistant: +)\S.*|presses \d|hangs up/g) ?? [];
    told
      .map((line) => line.replace(/: +/, ': '))
      .should.eql([
        'assistant: Good morning, this is a long greeting.',
        'caller: When?',
        'assistant: You said When?',
        'presses 1',
        'assistant: You pressed 1',
        'caller: Thanks',
        'assistant: You said Thanks',
        'hangs up',
      ]);
    [...new Set(secrets)].should.eql(['s']);
  });

  it('breaks into what the assistant says', async () => {
    const { code, out } = await run('--url', url, '--interrupt', 'Stop that');
    should(code).equal(0);
    out.should
      .match(/the caller interrupts the assistant/)
      .and.match(/user_speak text=Stop that barged_in=true/);
  });

  it('ends with 1, and says why, when something would not be taken', async () => {
    say = () => ({ success: true });
    const { code, out } = await run('--url', url, '--json', '--speed', '1000', 'Hello');
    should(code).equal(1);
    const entries = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; why?: string });
    entries.some(({ kind, why }) => kind === 'problem' && /stops listening/.test(why ?? '')).should.be.true();
  });

  it('does not let an assistant steer the terminal', async () => {
    const hostile = 'a\u001b[2Jb\nforged';
    say = ({ type, session }) =>
      type === 'session_start' ? { type: 'speak', session_id: session.id, text: hostile } : undefined;
    const { out } = await run('--url', url, '--speed', '1000');
    out.should.containEql('a\\u001b[2Jb\\u000aforged');
  });

  it('says what was typed wrong', async () => {
    (await run('Hello')).err.should.match(/--url is needed/);
    (await run('--url', 'ftp://a')).err.should.match(/must start with http/);
    (await run('--url', url, '--switch', 'maybe')).err.should.match(
      /there is no switch "maybe"; there are plus/,
    );
    (await run('--url', url, '--press', 'x')).err.should.match(/press takes 0 to 9/);
    (await run('--help')).out.should.match(/invented: 60 ms/);
  });
});
