import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import should from 'should';
import { createKeyPair, Simulator } from '../../simulator';
import { startWebhook, subscribing } from './webhook';

describe('the simulator', () => {
  it('takes another port when the one it was asked for is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const simulator = await Simulator.start({ port });
    simulator.port.should.be.above(0).and.not.equal(port);
    simulator.url.should.equal(`http://127.0.0.1:${simulator.port}`);
    await simulator.stop();
    taken.close();
  });

  it('takes another port when there is no such port', async () => {
    const simulator = await Simulator.start({ port: 99_999 });
    simulator.port.should.be.above(0);
    await simulator.stop();
  });

  it('goes on with the account of one that was stopped', async () => {
    const first = await Simulator.start();
    first.receiveSms({ from: '+4915799912345', text: 'hello' });
    await first.stop();
    const second = await Simulator.start({ account: first.account, platform: 'neo' });
    second.account.should.equal(first.account);
    second.account.platform.should.equal('neo');
    second.account.history.entries.length.should.equal(1);
    await second.stop();
  });

  it('signs with the key pair that it was given', async () => {
    const keyPair = await createKeyPair();
    const simulator = await Simulator.start({ keyPair });
    simulator.publicKey.should.equal(keyPair.publicKey);
    await simulator.stop();
  });

  it('ends its calls when it is stopped, also one whose webhook keeps silent', async () => {
    const webhook = await startWebhook(() => () => undefined);
    const simulator = await Simulator.start({ webhookUrl: webhook.url });
    const waiting = simulator.call({ from: '1', to: '2' });
    setTimeout(() => void simulator.stop(), 50);
    (await waiting.ended).kind.should.equal('cancelled');
    await webhook.close();
  });

  it('bounds every call in time', async () => {
    const simulator = await Simulator.start({ longestCallMs: 60 });
    const outcome = await simulator.call({ from: '1', to: '2', hangUpAfterMs: Infinity }).ended;
    outcome.kind.should.equal('answered');
    await simulator.stop();
  });

  it('outlives a listener that throws', async () => {
    const simulator = await Simulator.start();
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const end = simulator.onEntry(() => {
      end();
      throw new Error('oops');
    });
    (await simulator.call({ from: '1', to: '2' }).ended).kind.should.equal('answered');
    String(await warned).should.match(/oops/);
    await simulator.stop();
  });

  it('refuses keys that no telephone has', async () => {
    const simulator = await Simulator.start();
    const call = simulator.call({ from: '1', to: '2' });
    should(() => call.press('x')).throw(/keys/);
    await simulator.stop();
  });

  it('carries 300 calls at once, each with its own caller', async () => {
    const webhook = await startWebhook((seen) =>
      seen.event === 'newCall'
        ? subscribing(webhook, `<Dial><Number>${seen.form.get('from')}</Number></Dial>`)
        : undefined,
    );
    const simulator = await Simulator.start({ webhookUrl: webhook.url });
    const callers = Array.from({ length: 300 }, (_, index) => `+49157999${10_000 + index}`);
    const outcomes = await Promise.all(
      callers.map((from) => simulator.call({ from, to: '+4921163553355' }).ended),
    );
    outcomes.map((outcome) => (outcome.kind === 'answered' ? outcome.by : outcome.kind)).should.eql(callers);
    webhook.seen.length.should.equal(900);
    await simulator.stop();
    await webhook.close();
  }).timeout(30_000);
});
