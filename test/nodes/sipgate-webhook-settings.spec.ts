import should from 'should';
import { startActionRuntime, type ActionRuntime } from './helpers/action-runtime';
import { eventually } from '../eventually';

const URL_BEFORE = 'https://user:pass@old.example.org/sipgate/secret-old';
const URL_AFTER = 'https://new.example.org/sipgate/secret-new?x=1';

describe('sipgate-webhook-settings', () => {
  let host: ActionRuntime;
  afterEach(() => host.stop());

  const start = async (properties: object) =>
    (host = await startActionRuntime({ type: 'sipgate-webhook-settings', ...properties }));
  const settings = () => host.simulator.account.settings;
  const run = async (message: Record<string, unknown> = {}) => {
    host.send('action', message);
    return (await host.runtime.message('result')).payload;
  };

  it('shows the settings', async () => {
    await start({});
    (await run()).should.eql({ incomingUrl: '', outgoingUrl: '', log: false, whitelist: null });
  });

  it('sets the URL for incoming calls and leaves alone what else is there', async () => {
    await start({ operation: 'setIncomingUrl', value: 'url', valueType: 'msg' });
    settings().outgoingUrl = URL_BEFORE;
    const payload = await run({ url: URL_AFTER });
    payload.should.eql({ incomingUrl: URL_AFTER, outgoingUrl: URL_BEFORE, log: false, whitelist: null });
    should(settings()).containEql({ incomingUrl: URL_AFTER, outgoingUrl: URL_BEFORE, pushApiVersion: 1 });
  });

  it('logs what was there before, without what makes a URL secret', async () => {
    await start({ operation: 'setIncomingUrl', value: URL_AFTER });
    settings().incomingUrl = URL_BEFORE;
    await run();
    await eventually(() => host.runtime.statuses('action').length > 1);
    const log = host.logged().filter(({ level, text }) => level <= 40 && text.includes('setIncomingUrl'));
    log.should.have.length(1);
    log[0]!.text.should.match(/incomingUrl was https:\/\/old\.example\.org\/…/).and.not.match(/secret|pass/);
    host.runtime.statuses('action').at(-1)!.text!.should.equal('sipgate-webhook-settings.status.incomingUrl');
  });

  it('logs what was there before on one line, whatever that is', async () => {
    await start({ operation: 'clearWhitelist' });
    settings().whitelist = ['p0', 'p1\u001b[2J\n[error] forged\u009b'];
    await run();
    const log = host.logged().filter(({ text }) => text.includes('clearWhitelist'));
    log.should.have.length(1);
    log[0]!.text.should.containEql('whitelist was p0,p1\\u001b[2J\\u000a[error] forged\\u009b\n');
  });

  it('clears both URLs', async () => {
    await start({ operation: 'clearOutgoingUrl' });
    settings().outgoingUrl = URL_BEFORE;
    (await run()).should.containEql({ outgoingUrl: '' });
  });

  it('refuses an empty URL to set, as clearing has its own operation', async () => {
    await start({ operation: 'setOutgoingUrl', value: '' });
    host.send('action', {});
    (await host.caught()).error.code.should.equal('INVALID_INPUT');
    host.simulator.account.requests.should.have.length(0);
  });

  it('takes the whitelist as text with commas or as an array', async () => {
    await start({ operation: 'setWhitelist', value: 'payload', valueType: 'msg' });
    (await run({ payload: 'p0, g0' })).should.containEql({ whitelist: ['p0', 'g0'] });
    host.send('action', { payload: ['p1'] });
    (await host.runtime.message('result', 1)).payload.should.containEql({ whitelist: ['p1'] });
  });

  it('tells an empty whitelist from one that is switched off', async () => {
    await start({ operation: 'clearWhitelist' });
    (await run()).should.containEql({ whitelist: [] });
    await host.stop();
    await start({ operation: 'disableWhitelist' });
    settings().whitelist = ['p0'];
    (await run()).should.containEql({ whitelist: null });
  });

  it('switches the log on', async () => {
    await start({ operation: 'setLog', value: 'true', valueType: 'bool' });
    (await run()).should.containEql({ log: true });
  });

  it('pays no heed to a value that another operation has left behind', async () => {
    await start({ operation: 'get', value: 'broken((', valueType: 'jsonata' });
    (await run()).should.have.property('log');
  });

  it('names an operation that there is not', async () => {
    await start({ operation: 'explode' });
    host.send('action', {});
    (await host.caught()).error.message.should.match(/`operation`/);
  });
});
