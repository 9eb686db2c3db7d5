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

type Messages = readonly { role: string; content: string }[];
interface LanguageModel {
  readonly url: string;
  readonly requests: { body: { messages: Messages } }[];
  stop(): void;
}

const heard = ({ entries }: Conversation) =>
  entries.flatMap((entry) => (entry.kind === 'said' && entry.by === 'assistant' ? [entry.text] : []));
const notes = ({ entries }: Conversation) =>
  entries.flatMap((entry) => (entry.kind === 'note' ? [entry.code] : []));

describe('German examples of voice assistants', function () {
  this.timeout(20_000);
  let example: RunningExample;
  let talking: Conversation[] = [];
  afterEach(async () => {
    for (const conversation of talking) conversation.hangUp();
    talking = [];
    await example.stop();
  });

  function call(number: number, options: Partial<TalkOptions> = {}): Conversation {
    const url = `${example.runtime.url}/sipgate-ai/beispiel-${number}`;
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

  it('27 tells the opening hours, and says goodbye', async () => {
    example = await runExample('27 - Assistent ohne KI');
    const conversation = call(27);
    for (const sentence of ['Wann haben Sie geöffnet?', 'Wie bitte?', 'Danke schön'])
      await conversation.say(sentence);
    await conversation.ended;
    heard(conversation).should.eql([
      'Guten Tag, hier ist die Beispiel GmbH. Möchten Sie unsere Öffnungszeiten hören oder mit einem Menschen sprechen?',
      'Wir haben montags bis freitags von neun bis siebzehn Uhr geöffnet. Kann ich sonst noch etwas für Sie tun?',
      'Das habe ich nicht verstanden. Fragen Sie nach unseren Öffnungszeiten, oder sagen Sie: verbinden.',
      'Auf Wiederhören.',
    ]);
    notes(conversation).should.containEql('hangsUp');
    conversation.problems.should.eql([]);
  });

  describe('28 with a language model', () => {
    let model: LanguageModel;
    let reply: (messages: Messages) => string | Promise<string>;
    const environment = { ...process.env };

    beforeEach(async () => {
      reply = (messages) => `Antwort auf ${messages.at(-1)?.content}`;
      const file = pathToFileURL(resolve(__dirname, '../../../scripts/demo/language-model.mjs')).href;
      const { startLanguageModel } = (await import(file)) as {
        startLanguageModel(says: typeof reply): Promise<LanguageModel>;
      };
      model = await startLanguageModel((messages) => reply(messages));
      Object.assign(process.env, { LLM_URL: model.url, LLM_KEY: 'key', LLM_MODEL: 'small' });
      const hurried = (node: FlowNode) =>
        node.type === 'delay' ? { ...node, timeout: '300', timeoutUnits: 'milliseconds' } : node;
      example = await runExample('28 - Assistent mit Sprachmodell', hurried);
    });
    afterEach(() => {
      model.stop();
      for (const name of ['LLM_URL', 'LLM_KEY', 'LLM_MODEL']) {
        if (environment[name] === undefined) delete process.env[name];
        else process.env[name] = environment[name];
      }
    });

    it('greets in German, and asks the model in German with all that was said', async () => {
      const conversation = call(28);
      await conversation.say('Was verkaufen Sie?');
      await conversation.say('Auch in Rot?');
      heard(conversation).should.eql([
        'Guten Tag, hier ist der Assistent der Beispiel GmbH. Was kann ich für Sie tun?',
        'Antwort auf Was verkaufen Sie?',
        'Antwort auf Auch in Rot?',
      ]);
      const { messages } = model.requests[1]!.body;
      should(messages[0]?.content).match(/^Du bist der Sprachassistent der Beispiel GmbH/);
      messages.map(({ role }) => role).should.eql(['system', 'assistant', 'user', 'assistant', 'user']);
      conversation.problems.should.eql([]);
    });

    it('asks for a moment where the model is slow', async () => {
      let finish: (text: string) => void = () => undefined;
      reply = () => new Promise((done) => (finish = done));
      const conversation = call(28);
      void conversation.say('Eine schwere Frage');
      await eventually(() => heard(conversation).includes('Einen Augenblick.'));
      finish('Endlich');
      await eventually(() => heard(conversation).at(-1) === 'Endlich');
      conversation.problems.should.eql([]);
    });

    it('says in German that it cannot answer', async () => {
      reply = () => Promise.reject(new Error('kaputt'));
      const conversation = call(28);
      await conversation.say('Hallo?');
      should(heard(conversation).at(-1)).equal('Es tut mir leid, das kann ich gerade nicht beantworten.');
    });

    for (const sentence of ['Ich möchte mit einem Menschen sprechen', 'Verbinden Sie mich'])
      it(`connects whoever says “${sentence}”, without the model`, async () => {
        const conversation = call(28);
        await conversation.say(sentence);
        await conversation.ended;
        should(heard(conversation).at(-1)).equal('Ich verbinde Sie mit einem Kollegen.');
        notes(conversation).should.containEql('transferTaken');
        model.requests.should.be.empty();
        conversation.problems.should.eql([]);
      });

    it('offers its help where nobody took the call', async () => {
      const conversation = call(28, { takesTransfers: false });
      await conversation.say('Einen Mitarbeiter, bitte');
      await eventually(() => notes(conversation).includes('returns'));
      await conversation.quiet();
      should(heard(conversation).at(-1)).equal(
        'Im Augenblick ist niemand frei. Vielleicht kann ich Ihnen helfen?',
      );
    });
  });

  describe('29 takes a message', () => {
    beforeEach(async () => (example = await runExample('29 - Nachricht aufnehmen')));

    it('reads it back and sends it by SMS', async () => {
      const conversation = call(29);
      for (const sentence of ['Ada Lovelace', 'die Maschine', 'Ja, das ist richtig'])
        await conversation.say(sentence);
      await conversation.ended;
      should(heard(conversation)[2]).equal(
        'Ich habe notiert: Ada Lovelace, es geht um: die Maschine. Ist das richtig?',
      );
      should(heard(conversation).at(-1)).equal('Ich habe es weitergegeben. Auf Wiederhören.');
      example.simulator.account.sentSms.length.should.equal(1);
      conversation.problems.should.eql([]);
    });

    for (const no of ['Das stimmt nicht', 'Nein, falsch', 'That is not right', 'It isn’t correct'])
      it(`sends nothing to whoever says “${no}”, and begins again`, async () => {
        const conversation = call(29);
        for (const sentence of ['Ida', 'die Maschine', no]) await conversation.say(sentence);
        should(heard(conversation).at(-1)).equal('Dann noch einmal von vorn. Wie heißen Sie?');
        example.simulator.account.sentSms.should.be.empty();
      });
  });

  describe('30 asks for a PIN', () => {
    beforeEach(async () => {
      example = await runExample('30 - PIN, dann der Status des Hauses');
      const house = example.runtime.node(example.idOf('Das Haus')).context().flow;
      await eventually(() => house.get('house') !== undefined);
    });

    it('and tells whoever knows it how the house is', async () => {
      const conversation = call(30);
      await conversation.quiet();
      conversation.press('2580#');
      await conversation.ended;
      heard(conversation).should.eql([
        'Geben Sie Ihre PIN ein und dann die Rautetaste.',
        'Im Wohnzimmer sind es 21 Grad. Alle Fenster sind zu. Die Alarmanlage ist aus. Auf Wiederhören.',
      ]);
      notes(conversation).should.containEql('hangsUp');
      conversation.problems.should.eql([]);
    });

    it('three times at most', async () => {
      const conversation = call(30);
      for (const pin of ['1111#', '#', '2222#']) {
        await conversation.quiet();
        conversation.press(pin);
      }
      await conversation.ended;
      const again = 'Das ist nicht die PIN. Versuchen Sie es noch einmal, mit der Rautetaste am Ende.';
      heard(conversation).slice(1).should.eql([again, again, 'Das ist nicht die PIN. Auf Wiederhören.']);
    });

    it('and says goodbye to whoever presses nothing', async () => {
      const conversation = call(30);
      await conversation.ended;
      should(heard(conversation).at(-1)).equal('Auf Wiederhören.');
    });
  });
});
