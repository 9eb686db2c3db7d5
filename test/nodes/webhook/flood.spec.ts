import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import 'should';
import { createCallStore } from '../../../nodes/lib/calls/call-store';
import type { Call } from '../../../nodes/lib/calls/call';
import {
  createReplayMemory,
  createWebhookEndpoint,
  parseRanges,
  type Delivery,
  type RequestHead,
} from '../../../sipgate/index';
import { encode, FORM_TYPE, newCall, type Form } from '../helpers/http';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const LONG = 60_000;
const BODIES = 1000;
/** All of the bodies together have 60 MB. */
const MOST_KEPT_BYTES = 10 * 1024 * 1024;

const HEAD: RequestHead = {
  method: 'POST',
  headers: { 'content-type': FORM_TYPE },
  remoteAddress: '127.0.0.1',
};

/** A webhook that checks no signatures, with its call store and its memory for replays, and flows that answer nothing. */
function openWebhook() {
  const calls = createCallStore({
    memory: new Map(),
    context: undefined,
    store: undefined,
    onProblem: () => undefined,
  });
  const rules = {
    allowedIps: parseRanges('', 'allowedIps'),
    trustProxy: parseRanges('', 'trustProxy'),
    masterSipId: '',
    responseTimeout: 3000,
    replays: createReplayMemory<Delivery>(300_000),
  };
  const endpoint = createWebhookEndpoint<Call>(rules, {
    verify: () => true,
    record: (event) => calls.track(event),
    deliver: (incoming, call) =>
      calls.keepNotes(incoming.event.callId ?? '', { ...call.data, seen: true }, false).then(() => false),
    followUps: () => ({ onData: 'https://nr.example.org/hook' }),
    notice: () => undefined,
  });
  return { calls, post: (body: Buffer) => endpoint.handle(HEAD, body, () => undefined) };
}

describe('a flood of long events leaves little behind', () => {
  const manyUsers = Array.from({ length: 2000 }, (_, index) => `Ann Example ${index}`);
  const floods: Record<string, (index: number) => Form> = {
    'with a caller of 60,000 characters': () => newCall({ from: '1'.repeat(LONG) }),
    'with 2,000 users': () => newCall({ 'user[]': manyUsers }),
    'with a field that nobody reads': () => newCall({ rubbish: 'x'.repeat(LONG) }),
    'with a call id of 60,000 characters': (index) => newCall({ callId: `${index}`.padStart(LONG, 'c') }),
    'with the long id of an earlier leg': (index) => newCall({ origCallId: `${index}`.padStart(LONG, 'c') }),
    'of hang-ups with a long cause': (index) => ({
      event: 'hangup',
      callId: `hangup${index}`,
      cause: 'c'.repeat(LONG),
    }),
    'of digits': (index) => ({ event: 'dtmf', callId: `digits${index}`, dtmf: '1'.repeat(LONG) }),
  };
  for (const [what, form] of Object.entries(floods)) {
    it(what, async () => {
      const { calls, post } = openWebhook();
      await post(Buffer.from(encode(form(-1))));
      collectGarbage();
      const before = process.memoryUsage().heapUsed;
      for (let index = 0; index < BODIES; index += 1) {
        const { status } = await post(Buffer.from(encode(form(index))));
        status.should.equal(200);
      }
      collectGarbage();
      (process.memoryUsage().heapUsed - before).should.be.below(MOST_KEPT_BYTES);
      await calls.settled();
    });
  }
});
