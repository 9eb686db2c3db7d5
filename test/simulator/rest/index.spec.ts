import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import should from 'should';
import { Simulator } from '../../../simulator';
import { demoToken } from './rest-server';

describe('simulator/rest in the simulator', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await Simulator.start();
  });
  afterEach(() => simulator.stop());

  const call = (method: string, path: string, body?: object) =>
    fetch(`${simulator.url}/v2${path}`, {
      method,
      headers: { authorization: demoToken, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });

  it('has a call of two legs announced at the URL that was set over REST', async () => {
    const events: URLSearchParams[] = [];
    const webhook = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      events.push(new URLSearchParams(text));
      response.writeHead(200, { 'content-type': 'application/xml' }).end('<Response/>');
    });
    await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/`;
    const set = await call('PUT', '/settings/sipgateio', { incomingUrl: url, outgoingUrl: url });
    should(set.status).equal(204);
    const dialled = await call('POST', '/sessions/calls', { caller: 'e0', callee: '+4917139200077' });
    should(dialled.status).equal(200);
    await Promise.all(simulator.calls.map(({ ended }) => ended));
    webhook.closeAllConnections();
    await new Promise((resolve) => webhook.close(resolve));
    events.map((event) => event.get('direction')).should.deepEqual(['out', 'in']);
    events.map((event) => event.get('event')).should.deepEqual(['newCall', 'newCall']);
    new Set(events.map((event) => event.get('origCallId'))).size.should.equal(1);
  });

  it('tells its page what was sent', async () => {
    await call('POST', '/sessions/sms', { smsId: 's0', recipient: '+4917139200077', message: 'Guten Tag' });
    const view = await (await fetch(`${simulator.url}/api/account`)).json();
    should(view.sms[0].message).equal('Guten Tag');
  });
});
