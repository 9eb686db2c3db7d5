import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import should from 'should';
import type { Conversation, TalkOptions } from '../../../simulator';
import { eventually } from '../../eventually';
import type { FlowNode } from '../helpers/flow';
import { AI_FLOW_SECRET, runExample, type RunningExample } from './example';

const CALLER = '+4915799912345';
/** A sentence of a second takes 10 ms. */
const SPEED = 100;
/** Leaves time to fall into a sentence, on a busy machine as well. */
const SPEED_TO_INTERRUPT = 5;

interface LanguageModel {
  readonly url: string;
  readonly requests: { headers: Record<string, string>; body: { model: string; messages: object[] } }[];
  stop(): void;
}
type Messages = readonly { role: string; content: string }[];

/** What the assistant said, in order. */
const heard = ({ entries }: Conversation) =>
  entries.flatMap((entry) => (entry.kind === 'said' && entry.by === 'assistant' ? [entry.text] : []));
const notes = ({ entries }: Conversation) =>
  entries.flatMap((entry) => (entry.kind === 'note' ? [entry.code] : []));

for (const scheme of ['http', 'ws'] as const) {
  describe(`Examples of voice assistants over ${scheme}`, function () {
    this.timeout(20_000);
    let example: RunningExample;
    let talking: Conversation[] = [];
    afterEach(async () => {
      for (const conversation of talking) conversation.hangUp();
      talking = [];
      await example.stop();
    });

    /** Calls the assistant of the example. */
    function call(number: number, options: Partial<TalkOptions> = {}): Conversation {
      const url = `${example.runtime.url}/sipgate-ai/example-${number}`.replace('http', scheme);
      const conversation = example.simulator.talk({
        url,
        secret: AI_FLOW_SECRET,
        from: CALLER,
        speed: SPEED,
        ...options,
      });
      talking.push(conversation);
      return conversation;
    }

    describe('27, without AI', () => {
      beforeEach(async () => (example = await runExample('27 - An assistant without AI')));

      it('tells the opening hours in two languages, and hangs up after a goodbye', async () => {
        const conversation = call(27);
        await conversation.say('When are you open?');
        await conversation.say('Wann haben Sie geöffnet?');
        await conversation.say('Thank you');
        await conversation.ended;
        const said = heard(conversation);
        said.length.should.equal(4);
        should(said[0]).match(/^Good day/);
        should(said[1]).match(/Monday to Friday/);
        should(said[2]).equal(said[1]);
        should(said[3]).equal('Goodbye.');
        notes(conversation).should.containEql('hangsUp');
        conversation.problems.should.eql([]);
        const { call: told } = await example.runtime.message(example.idOf('The conversation'));
        (told['turns'] as object[]).length.should.equal(7);
      });

      it('connects the caller, speaking first', async () => {
        const conversation = call(27);
        await conversation.say('Connect me with a person');
        await conversation.ended;
        should(heard(conversation).at(-1)).match(/connecting you/);
        conversation.entries
          .find((entry) => entry.kind === 'note' && entry.code === 'transfers')!
          .should.containDeep({ values: { number: '493023125101' } });
        conversation.problems.should.eql([]);
      });

      it('says so when nobody took the transfer', async () => {
        const conversation = call(27, { takesTransfers: false });
        await conversation.say('Connect me');
        await eventually(() => notes(conversation).includes('returns'));
        await conversation.quiet();
        should(heard(conversation).at(-1)).match(/^Nobody is free/);
        conversation.problems.should.eql([]);
      });

      it('asks twice, then connects whom it does not understand', async () => {
        const conversation = call(27);
        for (const sentence of ['Hm', 'Well', 'Er']) await conversation.say(sentence);
        await conversation.ended;
        heard(conversation)
          .filter((text) => text.startsWith('I did not understand'))
          .length.should.equal(2);
        notes(conversation).should.containEql('transferTaken');
      });

      it('asks whether somebody is still there, then hangs up', async () => {
        const conversation = call(27);
        await conversation.ended;
        heard(conversation).slice(1).should.eql(['Are you still there?', 'Goodbye.']);
        notes(conversation).should.containEql('hangsUp');
      });

      it('stays with a caller who interrupts the goodbye', async () => {
        const conversation = call(27);
        await conversation.say('Connect me');
        should(conversation.isOver).be.true();
        const other = call(27, { speed: SPEED_TO_INTERRUPT });
        await other.quiet();
        void other.say('Connect me');
        await eventually(() => heard(other).length === 2);
        other.interrupt('When are you open?');
        await other.quiet();
        other.isOver.should.be.false();
        should(heard(other).at(-1)).match(/Monday to Friday/);
      });
    });

    describe('28, with a language model', () => {
      let model: LanguageModel;
      let reply: (messages: Messages) => string | Promise<string>;
      const environment = { ...process.env };

      beforeEach(async () => {
        reply = (messages) => `Answer to ${messages.at(-1)?.content}`;
        const file = pathToFileURL(resolve(__dirname, '../../../scripts/demo/language-model.mjs')).href;
        const { startLanguageModel } = (await import(file)) as {
          startLanguageModel(reply: (messages: Messages) => string | Promise<string>): Promise<LanguageModel>;
        };
        model = await startLanguageModel((messages) => reply(messages));
        Object.assign(process.env, { LLM_URL: model.url, LLM_KEY: 'key', LLM_MODEL: 'small' });
        const hurried = (node: FlowNode) =>
          node.type === 'delay' ? { ...node, timeout: '300', timeoutUnits: 'milliseconds' } : node;
        example = await runExample('28 - An assistant with a language model', hurried);
      });
      afterEach(() => {
        model.stop();
        for (const name of ['LLM_URL', 'LLM_KEY', 'LLM_MODEL']) {
          if (environment[name] === undefined) delete process.env[name];
          else process.env[name] = environment[name];
        }
      });

      it('asks the model with the whole conversation, its key and its name', async () => {
        const conversation = call(28);
        await conversation.say('What do you sell?');
        await conversation.say('In red?');
        heard(conversation).slice(1).should.eql(['Answer to What do you sell?', 'Answer to In red?']);
        const { headers, body } = model.requests[1]!;
        should(headers['authorization']).equal('Bearer key');
        body.model.should.equal('small');
        (body.messages as Messages)
          .map(({ role }) => role)
          .should.eql(['system', 'assistant', 'user', 'assistant', 'user']);
        conversation.problems.should.eql([]);
      });

      it('says a filler when it is slow, and the answer after that', async () => {
        let finish: (text: string) => void = () => undefined;
        reply = () => new Promise((done) => (finish = done));
        const conversation = call(28);
        void conversation.say('A difficult question');
        await eventually(() => heard(conversation).includes('One moment.'));
        finish('At last');
        await eventually(() => heard(conversation).at(-1) === 'At last');
        conversation.problems.should.eql([]);
        example.runtime.said(example.idOf('Say it'), 'error').should.eql([]);
      });

      it('drops the answer to a sentence that the caller has gone on from', async () => {
        const finish: ((text: string) => void)[] = [];
        reply = () => new Promise((done) => finish.push(done));
        const conversation = call(28, { switches: ['overlapping'] });
        await conversation.quiet();
        conversation.interrupt('First');
        await eventually(() => finish.length === 1);
        conversation.interrupt('Second');
        await eventually(() => finish.length === 2);
        finish[0]?.('To the first');
        finish[1]?.('To the second');
        await eventually(() => heard(conversation).includes('To the second'));
        heard(conversation).should.not.containEql('To the first');
      });

      it('connects whoever asks for a person, without the model', async () => {
        const conversation = call(28);
        await conversation.say('A person');
        await conversation.ended;
        notes(conversation).should.containEql('transferTaken');
        model.requests.should.be.empty();
        conversation.problems.should.eql([]);
      });

      it('says that it cannot answer when the model is gone, or says nonsense', async () => {
        reply = () => Promise.reject(new Error('broken'));
        const conversation = call(28);
        await conversation.say('Hello?');
        should(heard(conversation).at(-1)).match(/cannot answer that/);
        for (const nothing of ['', null]) {
          const before = heard(conversation).length;
          reply = () => nothing as string;
          await conversation.say('And now?');
          heard(conversation)
            .slice(before)
            .should.match([/cannot answer that/]);
        }
        model.stop();
        await conversation.say('Hello again?');
        heard(conversation)
          .filter((text) => text.includes('cannot answer that'))
          .length.should.equal(4);
      });
    });

    describe('29, take a message', () => {
      beforeEach(async () => (example = await runExample('29 - Take a message')));

      it('asks, reads back and sends it by SMS', async () => {
        const conversation = call(29);
        for (const sentence of ['Ada Lovelace', 'The engine', 'Yes, that is right'])
          await conversation.say(sentence);
        await conversation.ended;
        should(heard(conversation)[2]).equal('I have noted: Ada Lovelace, about: The engine. Is that right?');
        should(heard(conversation).at(-1)).match(/I have passed it on/);
        example.simulator.account.sentSms
          .map(({ recipient, message }) => [recipient, message])
          .should.eql([['+4917139200088', `Message from Ada Lovelace (${CALLER}): The engine`]]);
        conversation.problems.should.eql([]);
      });

      it('begins again after a no, and asks for a clear word', async () => {
        const conversation = call(29);
        for (const sentence of ['Ida', 'The engine', 'Perhaps', 'No', 'Ada', 'The machine', 'Ja'])
          await conversation.say(sentence);
        await conversation.ended;
        example.simulator.account.sentSms.length.should.equal(1);
        should(example.simulator.account.sentSms[0]?.message).match(/Ada \(.*The machine/);
      });

      it('sends it once, also for a caller who says yes again, into the goodbye', async () => {
        const conversation = call(29, { speed: SPEED_TO_INTERRUPT });
        await conversation.speaking();
        for (const sentence of ['Ada', 'The engine', 'Yes', 'Yes, that is right']) {
          const before = heard(conversation).length;
          conversation.interrupt(sentence);
          await eventually(() => heard(conversation).length > before);
        }
        await conversation.ended;
        should(heard(conversation).at(-2)).match(/passed it on/);
        example.simulator.account.sentSms.length.should.equal(1);
        should(heard(conversation).at(-1)).equal('Goodbye.');
      });

      it('does not say that it is sent when it is not', async () => {
        example.simulator.account.faults.push({
          match: 'POST /sessions/sms',
          fault: { kind: 'status', status: 402 },
        });
        const conversation = call(29);
        for (const sentence of ['Ada', 'The engine', 'Yes, I want it sent']) await conversation.say(sentence);
        await conversation.ended;
        should(heard(conversation).at(-1)).match(/could not pass it on/);
        example.simulator.account.sentSms.should.be.empty();
      });
    });

    describe('30, a PIN, then the status', () => {
      beforeEach(async () => {
        example = await runExample('30 - A PIN, then the status of the house');
        const house = example.runtime.node(example.idOf('The house')).context().flow;
        await eventually(() => house.get('house') !== undefined);
      });

      async function press(...pins: string[]): Promise<Conversation> {
        const conversation = call(30);
        for (const pin of pins) {
          await conversation.quiet();
          conversation.press(pin);
        }
        await conversation.quiet();
        return conversation;
      }

      it('tells the status to whoever knows the PIN, and stops the assistant for it', async () => {
        const conversation = call(30, { speed: SPEED_TO_INTERRUPT });
        await conversation.speaking();
        conversation.press('2580#');
        await conversation.ended;
        heard(conversation).should.eql([
          'Enter your PIN, then the hash key.',
          'The living room has 21 degrees. All windows are closed. The alarm is off. Goodbye.',
        ]);
        notes(conversation).should.containEql('stopped').and.containEql('hangsUp');
        conversation.problems.should.eql([]);
      });

      it('forgives a wrong PIN, and begins anew after a star', async () => {
        const conversation = await press('1111#', '25*2580#');
        await conversation.ended;
        should(heard(conversation).at(-1)).match(/^The living room/);
      });

      it('ends after three wrong ones, an empty one among them', async () => {
        const conversation = await press('1111#', '#', '2222#');
        await conversation.ended;
        should(heard(conversation).at(-1)).equal('That is not the PIN. Goodbye.');
      });

      it('takes no PIN into its goodbye, nor from a caller who wants to talk it out of that', async () => {
        const conversation = call(30, { speed: SPEED_TO_INTERRUPT });
        await conversation.speaking();
        for (const pin of ['1#', '2#', '3#']) {
          conversation.press(pin);
          await conversation.answered();
        }
        conversation.interrupt('Wait, one more try');
        conversation.press('2580#');
        await conversation.ended;
        heard(conversation)
          .join()
          .should.not.match(/living room/);
        notes(conversation).should.containEql('hangsUp');
      });

      it('is locked after nine wrong ones in a row, also for calls that began before', async () => {
        const early = call(30, { speed: SPEED_TO_INTERRUPT });
        await early.quiet();
        for (let round = 0; round < 3; round += 1) await (await press('1#', '2#', '3#')).ended;
        const conversation = call(30);
        await conversation.ended;
        heard(conversation).should.eql(['Too many wrong PINs. Goodbye.']);
        early.press('2580#');
        await early.ended;
        heard(early).should.eql(['Enter your PIN, then the hash key.']);
      });
    });
  });
}
