import { connect } from 'node:net';
import 'should';
import { pathOf, normalPath } from '../../../nodes/lib/server/paths';
import { parseEvent, parseRanges, parseReply } from '../../../sipgate/index';
import { clientAddress } from '../../../sipgate/address';
import { shouldGrowLinearly } from '../../sipgate/helpers/growth';
import { freePort, startRuntime, type Runtime } from '../../node-red';
import { TAB, response, webhook, webhookIn } from '../helpers/flow';
import { eventually, newCall } from '../helpers/http';

/** @returns the status line of each answer to requests that a stranger sends one after the other */
function statusesOf(url: string, requests: readonly string[]): Promise<string[]> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = '';
    const statuses = () => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status = '']) => status);
    const socket = connect(Number(port), hostname, () => socket.write(requests.join('')));
    socket.on('data', (chunk) => {
      text += chunk.toString();
      if (statuses().length === requests.length) socket.destroy();
    });
    socket.on('close', () => resolve(statuses()));
    socket.on('error', reject);
  });
}

const get = (target: string, headers = '') => `GET ${target} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;

/** Texts of about that many characters, of the kind that makes careless patterns look again and again. */
const TARGETS: Record<string, (size: number) => string> = {
  slashes: (size) => `/${'/'.repeat(size)}x`,
  'percent-encoded slashes': (size) => `/${'%2F'.repeat(size / 3)}x`,
  'percent-encoded letters': (size) => `/${'%61'.repeat(size / 3)}%`,
  'percent signs': (size) => `/${'%'.repeat(size)}`,
  'question marks': (size) => `/x${'?'.repeat(size)}`,
  'a query of slashes': (size) => `/x?${'/'.repeat(size)}x`,
  'dots and slashes': (size) => `/${'../'.repeat(size / 3)}x`,
  'an absolute target': (size) => `http://${'x'.repeat(size)}`,
  'an absolute target of slashes': (size) => `http://x${'/'.repeat(size)}x`,
};

describe('a long request costs as much time as it is long', () => {
  let runtime: Runtime | undefined;
  afterEach(async () => {
    await runtime?.stop();
    runtime = undefined;
  });

  for (const server of ['node-red', 'port'] as const) {
    it(`on ${server === 'port' ? 'a port of its own' : 'Node-RED’s own server'}, and calls go on`, async function () {
      this.timeout(30_000);
      const hook = webhook({ server, port: await freePort() });
      const listener = webhookIn(hook, { newCall: ['r'] });
      const {
        url: own,
        request,
        statuses,
      } = (runtime = await startRuntime([TAB, hook, listener, response('r', { action: 'hangup' })]));
      const url = server === 'port' ? `http://127.0.0.1:${String(hook['port'])}` : own;
      await eventually(() => statuses(listener.id).some(({ text }) => text?.endsWith('.listening')));
      // headers may have 16 KiB altogether, of which the larger size leaves some
      const ask = async (make: (size: number) => string, size: number) => {
        const answers = await statusesOf(url, Array(4).fill(make(size)) as string[]);
        new Set(answers).should.deepEqual(new Set(['404']));
      };
      for (const make of Object.values(TARGETS))
        await shouldGrowLinearly(1900, (size) => ask((most) => get(make(most)), size));
      const forwarded = (size: number) => get('/x', `X-Forwarded-For: ${'1,'.repeat(size / 2)}\r\n`);
      await shouldGrowLinearly(1900, (size) => ask(forwarded, size));
      (await request(url + hook.path, newCall())).body.should.containEql('<Hangup/>');
    });
  }

  for (const [what, make] of Object.entries(TARGETS)) {
    it(`in a target of ${what}`, () =>
      shouldGrowLinearly(50_000, (size) => {
        const target = make(size);
        return [pathOf(target), normalPath(target)];
      }));
  }

  const all = parseRanges('0.0.0.0/0, ::/0', 'trustProxy');
  for (const [what, unit] of [
    ['addresses', '1.1.1.1,'],
    ['commas', ','],
    ['blanks', ' '],
    ['brackets', '['],
    ['quotes', '"'],
    ['digits', '1'],
    ['dots', '.'],
    ['colons', ':'],
  ] as const) {
    it(`in X-Forwarded-For of ${what}`, () =>
      shouldGrowLinearly(40_000, (size) => clientAddress('127.0.0.1', unit.repeat(size / unit.length), all)));
  }

  for (const [what, make] of [
    ['keys', (size: number) => 'a&'.repeat(size / 2)],
    ['brackets in a key', (size: number) => `${'[1]'.repeat(size / 3)}x=1`],
    ['list entries in a key', (size: number) => `a${'[1]'.repeat(size / 3)}x]=1`],
    ['opened brackets', (size: number) => `a${'['.repeat(size)}]=1`],
    ['digits in a key', (size: number) => `a[${'1'.repeat(size)}=1`],
    ['one field again and again', (size: number) => 'user[]=A&'.repeat(size / 9)],
    ['a number', (size: number) => `from=${'1'.repeat(size)}`],
    ['blanks in a number', (size: number) => `from=1${'+'.repeat(size)}x`],
    ['percent signs', (size: number) => `from=${'%'.repeat(size)}`],
  ] as const) {
    it(`in a form with many ${what}`, () =>
      shouldGrowLinearly(8000, (size) => parseEvent(Buffer.from(`event=newCall&${make(size)}`))));
  }

  for (const [field, unit] of [
    ['numbers', ','],
    ['numbers', '1,,'],
    ['numbers', '1'],
    ['numbers', ' '],
    ['numbers', '(0)'],
    ['callerId', '0'],
    ['callerId', '-'],
    ['announcement', 'https://'],
    ['announcement', '/'],
    ['maxDigits', ' '],
    ['timeout', '1'],
  ] as const) {
    it(`in an answer whose ${field} are many ${JSON.stringify(unit)}`, () =>
      shouldGrowLinearly(20_000, (size) => {
        const text = `1${unit.repeat(size / unit.length)}x`;
        const reply = { action: field === 'announcement' ? 'play' : 'redirect', numbers: '0211123456' };
        const gather = { action: 'gather', [field]: text };
        return parseReply(/maxDigits|timeout/.test(field) ? gather : { ...reply, [field]: text }, 'DE');
      }));
  }
});
