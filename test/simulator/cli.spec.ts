import { spawn } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import should from 'should';
import { builtCli } from './built-cli';
import { ServedFlow } from './ai-flow/served-flow';
import { startWebhook, subscribing } from './webhook';
import type { TestWebhook } from './webhook';
import { removeFolder } from '../remove-folder';

const CLI = builtCli();

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command; `until` ends it (SIGINT) as soon as its output matches. */
async function run(args: string[], until?: RegExp): Promise<Ran> {
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stderr.on('data', (chunk) => (err += chunk));
  child.stdout.on('data', (chunk) => {
    out += chunk;
    if (until?.test(out)) child.kill('SIGINT');
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
}

describe('sipgate-simulator on the command line', function () {
  this.timeout(30_000);
  let webhook: TestWebhook;
  let folder: string;
  const ends = ['--from', '01579 9912345', '--to', '+4921163553355'];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sipgate-simulator-'));
    webhook = await startWebhook();
  });
  after(async () => {
    await removeFolder(folder);
    await webhook.close();
  });
  beforeEach(() => {
    webhook.seen.length = 0;
    webhook.say = ({ event }) => {
      if (event === 'newCall') return subscribing(webhook, `<Gather onData="${webhook.url}/data"/>`);
      return event === 'dtmf'
        ? subscribing(webhook, '<Dial><Number>4915700000001</Number></Dial>')
        : undefined;
    };
  });

  it('prints the dialogue of a menu call and ends with 0', async () => {
    const { code, out } = await run(['call', ...ends, '--press', '1', '--webhook', webhook.url]);
    should(code).equal(0);
    const told = out.match(/NEW_CALL|<Gather|pressed 1|DATA|<Dial>|ANSWER|HANGUP|the call is over.*/g) ?? [];
    told.slice(0, 7).should.eql(['NEW_CALL', '<Gather', 'pressed 1', 'DATA', '<Dial>', 'ANSWER', 'HANGUP']);
    should(told[7]).match(/answered by \+4915700000001/);
    should(webhook.seen[0]?.form.get('from')).equal('4915799912345');
  });

  it('ends with 1 where an announcement would stay silent, if it is told to be strict', async () => {
    webhook.say = ({ event }) =>
      event === 'newCall'
        ? subscribing(webhook, `<Play><Url>${webhook.url}/files/none.wav</Url></Play>`)
        : undefined;
    const args = ['call', ...ends, '--webhook', webhook.url];
    const strict = await run([...args, '--strict']);
    [strict.code, (await run(args)).code].should.eql([1, 0]);
    strict.out.should.containEql('silently skips');
  });

  it('prints lines of JSON, and makes a key file that only its owner can read', async () => {
    const file = join(folder, 'key.pem');
    const args = [
      'call',
      ...ends,
      '--busy',
      'all',
      '--press',
      '',
      '--webhook',
      webhook.url,
      '--key-file',
      file,
    ];
    const { code, out } = await run([...args, '--json']);
    should(code).equal(0);
    const entries = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    entries.at(-1).should.containDeep({ code: 'ended', values: { kind: 'busy' } });
    (statSync(file).mode & 0o777).should.equal(0o600);
    const [seen] = webhook.seen;
    const signature = Buffer.from(String(seen?.headers['x-sipgate-signature']), 'base64');
    verify(
      'RSA-SHA256',
      seen?.body ?? Buffer.alloc(0),
      createPublicKey(readFileSync(file)),
      signature,
    ).should.be.true();
  });

  it('places a click-to-call pair', async () => {
    webhook.say = () => subscribing(webhook);
    const { code, out } = await run([
      'call',
      '--device',
      'e0',
      '--to',
      ends[1] ?? '',
      '--webhook',
      webhook.url,
    ]);
    should(code).equal(0);
    should(out.match(/NEW_CALL +direction=\w+/g)).eql(['NEW_CALL  direction=out', 'NEW_CALL  direction=in']);
  });

  it('ends without a stack when nobody reads its output any more', async () => {
    const args = [CLI, 'call', ...ends, '--press', '1', '--webhook', webhook.url];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let err = '';
    child.stderr.on('data', (chunk) => (err += chunk));
    const isClosed = new Promise((resolve) => child.stdout.once('close', resolve));
    webhook.say = () => (response) => void isClosed.then(() => response.writeHead(500).end());
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on('close', resolve));
    should({ code, err }).eql({ code: 1, err: '' });
  });

  it('lets neither caller nor answer steer the terminal', async () => {
    webhook.say = () => '<Response>\u009b2Jgone</Response>';
    const from = ['--from', 'x\u001b[2J\nforged'];
    const args = ['call', ...from, '--to', '1', '--webhook', webhook.url];
    const [text, json] = await Promise.all([run(args), run([...args, '--json'])]);
    for (const { out } of [text, json]) {
      // eslint-disable-next-line no-control-regex -- none of these may be left
      should(out).not.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      out.should.not.match(/^forged/m);
    }
    const first = JSON.parse(json?.out.split('\n')[1] ?? '') as { fields: { from: string } };
    first.fields.from.should.equal('x\u001b[2J\nforged');
  });

  it('ends with 1 when the webhook’s answer would be refused', async () => {
    webhook.say = () => '<Response><Say>Hello</Say></Response>';
    const { code, out } = await run(['call', ...ends, '--webhook', webhook.url]);
    should(code).equal(1);
    out.should.match(/xmlError: <Say> is not one of sipgate's actions/);
  });

  it('says what is wrong with its arguments, and ends with 1', async () => {
    const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const publicKey = join(folder, 'public.pem');
    writeFileSync(publicKey, keys.publicKey.export({ type: 'spki', format: 'pem' }));
    const wrong: [string[], RegExp][] = [
      [['call', ...ends, '--key-file', publicKey], /holds no private RSA key/],
      [['call', ...ends, '--speed', '0'], /speed must be a number above 0/],
      [['call', '--from', '1'], /--from and --to are needed/],
      [['call', ...ends, '--press', 'x'], /press takes the keys/],
      [['call', ...ends, '--webhook', 'here'], /absolute URL/],
      [['dance'], /no command "dance"/],
    ];
    const ran = await Promise.all(wrong.map(([args]) => run(args)));
    for (const [index, { code, err }] of ran.entries()) {
      should(code).equal(1);
      err.should.match(wrong[index]?.[1] ?? /never/);
      err.should.not.match(/\n\s+at /);
    }
  });

  it('explains itself', async () => {
    const [all, call, serve] = await Promise.all([
      run(['--help']),
      run(['call', '--help']),
      run(['serve', '--help']),
    ]);
    should([all?.code, call?.code, serve?.code]).eql([0, 0, 0]);
    should(call?.out).match(/--press DIGITS/);
    should(serve?.out).match(/--port N/);
  });

  it('serves the page and the REST API, and prints their addresses and the key', async () => {
    const { code, out } = await run(['serve', '--port', '0', '--webhook', webhook.url], /END PUBLIC KEY/);
    should(code).equal(0);
    out.should.match(/Telephone +http:\/\/127\.0\.0\.1:\d+\n/);
    out.should.match(/REST API +http:\/\/127\.0\.0\.1:\d+\/v2\n/);
    out.should.match(/Token ID +token-DEMO01\nToken +3d5a1c62-/);
    out.should.containEql(`Webhook     ${webhook.url}`);
  });

  describe('plays saved calls', () => {
    const save = (name: string, steps: readonly object[], more: object = {}) => {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, JSON.stringify({ call: { from: ends[1], to: ends[3] }, steps, ...more }));
      return file;
    };
    const passing = () => save('passing', [{ expect: { action: 'gather' } }]);
    const failing = () => save('failing', [{ expect: { action: 'reject' } }]);

    it('and ends with 0 when all pass; pretend does not hold from here', async () => {
      const { code, out, err } = await run(['test', passing(), passing(), '--webhook', webhook.url]);
      should(code).equal(0);
      out.should.match(/^passed {3}passing \(\d+ ms\)\npassed .*\n2 passed, 0 failed\n$/);
      should(err.match(/pretend/g)?.length).equal(1);
    });

    it('says nothing of pretend where no test wants it', async () => {
      const { err } = await run(['test', save('real', [], { pretend: false }), '--webhook', webhook.url]);
      err.should.equal('');
    });

    it('and ends with 1 when one fails, with the step and both sides; and reports to JUnit', async () => {
      const report = join(folder, 'reports', 'report.xml');
      const { code, out } = await run([
        'test',
        passing(),
        failing(),
        '--webhook',
        webhook.url,
        '--junit',
        report,
      ]);
      should(code).equal(1);
      out.should.match(/^FAILED {3}failing: step 1: expected action reject, got gather$/m);
      out.should.match(/^1 passed, 1 failed$/m);
      readFileSync(report, 'utf8').should.match(/<testsuites tests="2" failures="1" errors="0">/);
    });

    it('of an AI flow over a WebSocket', async () => {
      const flow = new ServedFlow();
      const url = `ws://${await flow.listen()}`;
      flow.say = ({ type, text, session }) => {
        if (type !== 'session_start' && type !== 'user_speak') return undefined;
        return {
          type: 'speak',
          session_id: session.id,
          text: type === 'user_speak' ? `You said ${text}` : 'Hello',
        };
      };
      const talk = save(
        'talk',
        [
          { expect: { action: 'speak', text: 'Hello' } },
          { say: 'good morning' },
          { expect: { action: 'speak', text: 'You said good morning' } },
        ],
        { aiFlow: 'Reception', pretend: false },
      );
      const odd = save('odd talk', [{ expect: { action: 'hangup' } }], { aiFlow: '', pretend: false });
      const args = ['test', talk, odd, '--ai-flow', url];
      const { code, out } = await run([...args, '--secret', 'secret']);
      out.should.match(/^passed {3}talk .*\nFAILED {3}odd talk: step 1: expected action hangup, got speak\n/);
      should(code).equal(1);
      const refused = await run(args);
      should(refused.code).equal(2);
      refused.out.should.match(/^NOT RUN {2}talk: .*HTTP 401$/m);
      await flow.close();
    });

    const notRun: readonly [string, () => string[]][] = [
      ['there is no such file', () => [join(folder, 'missing.json'), '--webhook', webhook.url]],
      [
        'a file is no JSON',
        () => [
          (writeFileSync(join(folder, 'no.json'), '{'), join(folder, 'no.json')),
          '--webhook',
          webhook.url,
        ],
      ],
      ['a file is no test', () => [save('odd', [{ dance: 1 }]), '--webhook', webhook.url]],
      ['nobody listens there', () => [passing(), '--webhook', 'http://127.0.0.1:9/']],
      [
        'it is a conversation, and no AI flow is named',
        () => [save('talk', [], { aiFlow: 'Reception' }), '--webhook', webhook.url],
      ],
      [
        'nobody takes the conversation',
        () => [save('talk', [{ press: '1' }], { aiFlow: '' }), '--ai-flow', 'http://127.0.0.1:9/'],
      ],
      [
        'the AI flow has no URL that can be called',
        () => [save('talk', [{ press: '1' }], { aiFlow: '' }), '--ai-flow', 'ftp://127.0.0.1/'],
      ],
      ['no file is named', () => ['--webhook', webhook.url]],
      ['a folder is named', () => [folder, '--webhook', webhook.url]],
      ['the key file is a folder', () => [passing(), '--webhook', webhook.url, '--key-file', folder]],
      [
        'the report cannot be written',
        () => [passing(), '--webhook', webhook.url, '--junit', join(passing(), 'report.xml')],
      ],
    ];
    for (const [what, args] of notRun) {
      it(`and ends with 2 when ${what}`, async () => {
        should((await run(['test', ...args()])).code).equal(2);
      });
    }
  });
});
