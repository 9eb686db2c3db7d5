import { writeFileSync } from 'node:fs';
import path from 'node:path';
import 'should';
import type { CallView } from '../../nodes/lib/telephone/view';
import telephone from '../../nodes/sipgate-telephone';
import type { Runtime } from '../node-red';
import { wav } from '../simulator/webhook';
import { ESPEAK, startWithVoice, userDirectory } from './announcements/sound-flow';
import { fn, response, TAB, webhook, webhookIn, type FlowNode } from './helpers/flow';
import { ask, ring, until, withHooks } from './helpers/telephone';

const ID = /[\da-f]{40}/;

describe('The transcript of the telephone', () => {
  let runtime: Runtime;
  let place: ReturnType<typeof userDirectory>;
  let id = '';
  const hook = webhook({
    path: '/sipgate/secret-place',
    publicUrl: 'https://nr.example.org/hidden/way?key=a&b=2',
  });

  beforeEach(() => (place = userDirectory()));
  afterEach(async () => {
    await ask('post', `calls/${id}`, { hangUp: true });
    await runtime.stop();
    await place.remove();
  });

  /** @returns the call, when the caller has heard or missed something */
  async function call(...nodes: FlowNode[]): Promise<CallView> {
    const [first] = nodes;
    runtime = await startWithVoice(
      [TAB, hook, ESPEAK, { ...webhookIn(hook, { newCall: [String(first?.id)] }), id: 'in' }, ...nodes],
      place.userDir,
      { nodes: [withHooks(telephone)] },
    );
    ({ id } = await ring(hook.id));
    return until(id, (view) => sentences(view).some((text) => /plays|skips/.test(text)));
  }

  const sentences = ({ entries }: CallView) =>
    entries.flatMap((entry) => (entry.kind === 'network' ? [entry.text] : []));
  const played = (view: CallView) => sentences(view).find((text) => /plays|skips|[Ss]pielt/.test(text)) ?? '';

  it('has the words of a spoken announcement, in both languages', async () => {
    const announcement = { announcementSource: 'text', announcement: 'Guten Tag.', voice: 'voice' };
    played(await call(response('r', { action: 'play', ...announcement }))).should.match(
      /^plays "Guten Tag\." \(\d\.\d s\)$/,
    );
    const { body } = await ask('get', `calls/${id}?lang=de`);
    played(body as unknown as CallView).should.match(/^Spielt „Guten Tag\.“ \(\d,\d s\)$/);
  });

  it('has the beginning of a long one, as one line', async () => {
    const text = `Good morning.\n${'This is long. '.repeat(40)}`;
    const view = await call(
      fn('say', `msg.response = { action: "play", text: ${JSON.stringify(text)} }; return msg`, ['r']),
      response('r', { action: 'msg', voice: 'voice' }),
    );
    played(view).should.match(/^plays "Good morning\. This is long\. .{100,200}…" \(\d+\.\d s\)$/);
  });

  it('has the name of a file', async () => {
    writeFileSync(path.join(place.userDir, 'hello there.wav'), wav());
    const file = { announcementSource: 'file', announcement: 'hello there.wav' };
    played(await call(response('r', { action: 'gather', ...file }))).should.equal(
      'plays hello there.wav (1.0 s)',
    );
  });

  it('says of any other sound that it is one of the flow', async () => {
    const view = await call(
      fn('read', `msg.payload = Buffer.from("${wav().toString('base64')}", "base64"); return msg`, ['r']),
      response('r', { action: 'play', announcement: 'payload', announcementType: 'msg' }),
    );
    played(view).should.equal('plays a sound of this flow (1.0 s)');
  });

  it('keeps the URL of a sound elsewhere, without what may be a secret in it', async () => {
    const announcement = 'https://me:pass@sounds.example.org/hello.wav?token=123';
    played(await call(response('r', { action: 'play', announcement }))).should.startWith(
      'plays https://sounds.example.org/hello.wav (it is not on this computer',
    );
  });

  it('tells nowhere where the webhook or its sounds are', async () => {
    const announcement = { announcementSource: 'text', announcement: 'Guten Tag.', voice: 'voice' };
    const view = await call(response('r', { action: 'gather', ...announcement }));
    const told = JSON.stringify(view);
    for (const secret of [ID, /secret-place/, /hidden/, /key=a/]) told.should.not.match(secret);
    told.should.match(/<Url>…\/announcements\/…\.wav<\/Url>/);
  });
});
