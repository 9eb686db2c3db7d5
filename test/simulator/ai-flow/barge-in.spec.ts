import should from 'should';
import { speak, tell, type Say } from './flow';

const LONG = 'A long sentence that the assistant says to its very end.'; // 57 characters, 3420 ms
const saying =
  (bargeIn?: object): Say =>
  ({ type }) =>
    type === 'session_start' ? speak(LONG, bargeIn && { barge_in: bargeIn }) : undefined;

/** The caller says this while the assistant speaks. */
async function interrupted(bargeIn: object | undefined, sentence: string, afterMs = 0) {
  const told = await tell(saying(bargeIn));
  await told.pass(afterMs);
  told.conversation.interrupt(sentence);
  await told.pass(10_000);
  const cutAtMs = told.conversation.entries.find(
    (entry) => entry.kind === 'note' && entry.code === 'interrupts',
  )?.atMs;
  return { told, cutAtMs, heard: told.event('user_speak') };
}

describe('interrupting the assistant', () => {
  it('takes three characters where the flow says nothing else', async () => {
    const { told, cutAtMs, heard } = await interrupted(undefined, 'Stop it');
    should(cutAtMs).equal(3 * 60);
    should(heard).containEql({ text: 'Stop it', barged_in: true });
    told.events().should.eql(['session_start', 'user_speak']);
  });

  it('does not happen with fewer characters', async () => {
    const { told, cutAtMs, heard } = await interrupted(
      { strategy: 'minimum_characters', minimum_characters: 8 },
      'Stop it',
    );
    should(cutAtMs).be.undefined();
    should(heard).containEql({ barged_in: false });
    told.events().should.containEql('assistant_speech_ended');
  });

  it('happens at once where the flow wants it', async () => {
    (await interrupted({ strategy: 'immediate' }, 'Hm', 1000)).should.containEql({ cutAtMs: 1050 });
  });

  it('waits for the end of a protected start, while the caller goes on speaking', async () => {
    const bargeIn = { strategy: 'immediate', allow_after_ms: 2000 };
    (await interrupted(bargeIn, 'A sentence that is long enough for it', 0)).should.containEql({
      cutAtMs: 2000,
    });
    should((await interrupted(bargeIn, 'Short', 0)).cutAtMs).be.undefined();
  });

  for (const strategy of ['none', 'manual'])
    it(`never happens by speaking with ${strategy}`, async () => {
      should((await interrupted({ strategy }, 'Stop it at once')).cutAtMs).be.undefined();
    });

  it('is what the flow does with barge_in, and the new sentence is heard at once', async () => {
    const told = await tell(({ type }) => {
      if (type === 'session_start') return speak(LONG);
      return type === 'dtmf_received' ? [{ type: 'barge_in' }, speak('Menu')] : undefined;
    });
    await told.pass(100);
    told.conversation.press('1');
    await told.pass(400);
    told.notes().should.containEql('stopped');
    told.events().should.eql(['session_start', 'dtmf_received', 'assistant_speech_ended']);
    told.conversation.entries
      .filter((entry) => entry.kind === 'said')
      .map(({ text }) => text)
      .should.eql([LONG, 'Menu']);
  });

  it('lets an end of the speech be told, or not, for sipgate does not say', async () => {
    const told = await tell(saying(), { switches: ['endedAfterInterruption'] });
    told.conversation.interrupt('Stop');
    await told.pass(10_000);
    told.events().should.eql(['session_start', 'assistant_speech_ended', 'user_speak']);
  });

  it('drops what is said into a speech that goes on, where that switch is on', async () => {
    const told = await tell(saying({ strategy: 'none' }), { switches: ['talkOverLost'] });
    told.conversation.interrupt('Stop');
    await told.pass(10_000);
    told.events().should.eql(['session_start', 'assistant_speech_ended']);
    told.notes().should.containEql('talkedOver');
  });

  it('tells over a WebSocket that a voice was heard, before it is understood', async () => {
    const told = await tell(() => undefined, { overWebSocket: true, deliver: async () => undefined });
    told.conversation.receive(
      JSON.stringify({ ...speak(LONG, { barge_in: { strategy: 'immediate' } }), session_id: 'session' }),
    );
    told.conversation.interrupt('Stop');
    await told.pass(2000);
    told.events().should.eql(['session_start', 'user_speech_started', 'user_speak']);
  });

  it('ends a sentence after the silence that the flow has asked for', async () => {
    const told = await tell(({ type }) =>
      type === 'session_start' ? speak('Yes?', { vad: { end_of_turn_silence_ms: 200 } }) : undefined,
    );
    await told.pass(400);
    void told.conversation.say('Hello');
    await told.pass(0);
    await told.pass(599);
    should(told.event('user_speak')).be.undefined();
    await told.pass(1);
    should(told.event('user_speak')).not.be.undefined();
  });
});
