import should from 'should';
import { createReplayMemory } from '../../../sipgate/index';

const body = (text: string) => Buffer.from(text);

describe('the replay memory', () => {
  it('gives the answer of the same bytes, as long as the window is open', () => {
    let now = 1000;
    const memory = createReplayMemory<string>(300_000, () => now);
    memory.remember(body('a'), 'first');
    should(memory.recall(body('a'))).equal('first');
    should(memory.recall(body('A'))).be.undefined();
    now += 300_000;
    should(memory.recall(body('a'))).equal('first');
    now += 1;
    should(memory.recall(body('a'))).be.undefined();
  });

  it('counts from the first delivery, not from the last replay', () => {
    let now = 0;
    const memory = createReplayMemory<string>(100, () => now);
    memory.remember(body('a'), 'first');
    now = 90;
    should(memory.recall(body('a'))).equal('first');
    now = 120;
    should(memory.recall(body('a'))).be.undefined();
  });

  it('remembers nothing when it is off', () => {
    const memory = createReplayMemory<string>(0);
    memory.remember(body('a'), 'first');
    should(memory.recall(body('a'))).be.undefined();
  });

  it('forgets the oldest of a flood', () => {
    const memory = createReplayMemory<number>(60_000, () => 0);
    for (let index = 0; index < 12_000; index += 1) memory.remember(body(`${index}`), index);
    should(memory.recall(body('0'))).be.undefined();
    should(memory.recall(body('11999'))).equal(11_999);
  });
});
