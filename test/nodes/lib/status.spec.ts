import { createStatusLine, timeOfDay } from '../../../nodes/lib/status';
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
