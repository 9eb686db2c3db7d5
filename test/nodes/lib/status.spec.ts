import { createDisplay, createStatusLine, timeOfDay } from '../../../nodes/lib/status';
import { SipgateError } from '../../../sipgate/index';
import { eventually } from '../helpers/http';

describe('a status line', () => {
  const start = () => {
    const shown: string[] = [];
    const line = createStatusLine((status) => shown.push((status as { text: string }).text));
    return { shown, show: (text: string) => line.show(() => ({ text })), stop: line.stop };
  };

  it('shows the first at once, of many in a row the latest', async () => {
    const { shown, show } = start();
    for (const text of ['a', 'b', 'c', 'd']) show(text);
    shown.should.deepEqual(['a']);
    await eventually(() => shown.length === 2);
    shown.should.deepEqual(['a', 'd']);
  });

  it('shows nothing more when it has been stopped', async () => {
    const { shown, show, stop } = start();
    show('a');
    show('b');
    stop();
    await new Promise((resolve) => setTimeout(resolve, 400));
    shown.should.deepEqual(['a']);
  });

  it('tells the time of day', () => timeOfDay(new Date(2026, 0, 2, 3, 4, 5)).should.equal('03:04:05'));
});

describe('a node’s display', () => {
  const start = () => {
    const shown: object[] = [];
    const RED = { _: (key: string, values?: object) => `${key} ${JSON.stringify(values ?? {})}` };
    const node = { status: (status: object) => shown.push(status) };
    return { shown, display: createDisplay(RED as never, node as never, 'sipgate-x') };
  };

  it('shows texts of the node’s catalogue with the time', () => {
    const { shown, display } = start();
    display.show('done', ['sent', { count: 2 }]);
    shown.should.matchEach(
      ({ fill, shape, text }: { fill: string; shape: string; text: string }) =>
        fill === 'green' &&
        shape === 'dot' &&
        /^sipgate-x\.status\.sent \{"count":2,"time":"\d\d:\d\d:\d\d"\}$/.test(text),
    );
  });

  it('leaves the translation of a text without values to each editor', () => {
    const { shown, display } = start();
    display.showUntimed('notSetUp', 'noAccount');
    shown.should.eql([{ fill: 'red', shape: 'ring', text: 'sipgate-x.status.noAccount' }]);
  });

  it('shows an error’s code and the time, not its words', () => {
    const { shown, display } = start();
    display.showError(new SipgateError('TIMEOUT', 'too long to read'));
    shown.should.match([{ fill: 'red', shape: 'dot', text: /^TIMEOUT \d\d:\d\d:\d\d$/ }]);
  });

  it('writes control characters of what it shows as text', () => {
    const { shown, display } = start();
    display.show('ready', ['\u001b[2J']);
    shown.should.match([{ text: /^sipgate-x\.status\.\\u001b\[2J / }]);
    display.stop();
  });

  it('shows nothing more when it has been stopped', async () => {
    const { shown, display } = start();
    display.show('done', ['first']);
    display.show('done', ['second']);
    display.stop();
    await new Promise((resolve) => setTimeout(resolve, 300));
    shown.should.have.length(1);
  });
});
