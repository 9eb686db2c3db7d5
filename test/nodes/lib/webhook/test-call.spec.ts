import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import should from 'should';
import type { TestCallResult } from '../../../../nodes/lib/webhook/test-call';
import { newCall } from '../../helpers/http';
import { startRuntime, type Runtime } from '../../../node-red';
import { probe, response, TAB, webhook, webhookIn, type FlowNode } from '../../helpers/flow';

describe('the test call of the dialog', () => {
  let runtime: Runtime;
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
    await runtime.stop();
  });

  const listen = async (listener: RequestListener): Promise<string> => {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const start = async (hook: FlowNode) => {
    runtime = await startRuntime([
      TAB,
      hook,
      webhookIn(hook, { newCall: ['new'] }),
      probe('new', ['r']),
      response('r', { action: 'voicemail' }),
    ]);
    const admin = await listen(runtime.RED.httpAdmin as unknown as RequestListener);
    const call = async (id = hook.id) => {
      const answer = await fetch(`${admin}/sipgate/webhooks/${id}/test`, { method: 'POST' });
      return { status: answer.status, result: (await answer.json()) as TestCallResult & { reason: string } };
    };
    return { admin, call };
  };

  it('reaches the flow with a signature of its own and shows the XML, whatever key and account the webhook trusts', async () => {
    const hook = webhook({ publicUrl: '', masterSipId: '1234567' });
    const { call } = await start(hook);
    const { status, result } = await call();
    status.should.equal(200);
    result.should.have.properties({ ok: true, status: 200, url: runtime.url + hook.path });
    should((result as { xml?: string }).xml).containEql('<Voicemail/>');
    const message = await runtime.message('new');
    message.topic.should.equal('NEW_CALL');
    (message.payload['callId'] as string).should.startWith('test-');
  });

  it('leaves the door closed for others', async () => {
    const hook = webhook({ publicUrl: '' });
    const { call } = await start(hook);
    await call();
    (await runtime.request(hook.path, newCall(), { signature: 'AAAA' })).status.should.equal(401);
  });

  it('goes through the public URL, and says what came from there instead', async () => {
    const elsewhere = await listen((_, answer) =>
      answer.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>Bad gateway</h1>'),
    );
    const hook = webhook({ publicUrl: `${elsewhere}/hook` });
    const { call } = await start(hook);
    const { result } = await call();
    result.should.have.properties({ ok: false, status: 502, url: `${elsewhere}/hook` });
    result.reason.should.match(/HTTP 502; .*: OK$/);
  });

  it('says that nobody listens there', async () => {
    const hook = webhook({ publicUrl: 'http://127.0.0.1:1/hook' });
    const { call } = await start(hook);
    (await call()).result.reason.should.match(/ECONNREFUSED.*; .*: OK$/);
  });

  it('needs a webhook that is deployed', async () => {
    const { call, admin } = await start(webhook());
    (await call('nobody')).should.deepEqual({ status: 404, result: { reason: 'notDeployed' } });
    const info = (await (await fetch(`${admin}/sipgate/webhook-info`)).json()) as object;
    info.should.have.properties({ httpNodeRoot: '/', httpNodeAuth: false });
  });
});
