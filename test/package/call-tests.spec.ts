import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import 'should';
import { eventually } from '../eventually';
import { PROJECT, temporaryFolder } from './project';
import { copyOf, runExamples, type Example, type Language, type RunningExamples } from './running-examples';

/** Each begins with the number of its example. */
const FOLDER = join(PROJECT, 'test/call-tests');
const FILES = readdirSync(FOLDER).sort();
const NUMBERS = [...new Set(FILES.map((file) => file.slice(0, 2)))];
const PATHS: Readonly<Record<Language, string>> = { English: 'example', Deutsch: 'beispiel' };
/** What the assistant of example 27 says of them. */
const HOURS: Readonly<Record<Language, string>> = {
  English: 'We are open from Monday to Friday, from nine to five. Is there anything else?',
  Deutsch:
    'Wir haben montags bis freitags von neun bis siebzehn Uhr geöffnet. Kann ich sonst noch etwas für Sie tun?',
};
/** Those that know callers by name: in both languages. */
const ADDRESS_BOOKS = 4;

const filesOf = (beginning: string) =>
  FILES.filter((file) => file.startsWith(beginning)).map((file) => join(FOLDER, file));

describe('The saved calls of the examples, on the command line', function () {
  this.timeout(90_000);
  let examples: RunningExamples;

  before(async () => {
    examples = await runExamples((all) => [
      ...all
        .map(withVoiceOfThisMachine)
        .map((example) => (isOfficeHours(example) ? withHours(example, 0, 24) : example)),
      ...all.filter(isOfficeHours).map((example) => copyOf(withHours(example, 24, 24), 'closed')),
      ...all.filter(isMenu).map((example) => copyOf(withWrongNumber(example), 'broken')),
    ]);
    const isRead = ({ path, outcome }: { path: string; outcome?: unknown }) =>
      path.startsWith('/contacts') && outcome === 200;
    await eventually(
      () => examples.account.requests.filter(isRead).length >= ADDRESS_BOOKS,
      'the address books',
    );
  });
  after(() => examples?.stop());

  const bothLanguages = (number: string, suffix: string, files: readonly string[]) =>
    Promise.all(Object.values(PATHS).map((path) => examples.test(`${path}-${number}${suffix}`, files)));

  async function pass(number: string, suffix = '', files = filesOf(number)): Promise<void> {
    files.should.not.be.empty();
    for (const { code, printed } of await bothLanguages(number, suffix, files)) {
      code.should.equal(0, printed);
      printed.should.match(new RegExp(`^${files.length} passed, 0 failed$`, 'm'));
    }
  }

  it('are there for each example that takes calls', () => {
    const folder = join(PROJECT, 'examples/English');
    const takesCalls = (file: string) =>
      readFileSync(join(folder, file), 'utf8').includes('"sipgate-webhook-in"');
    const numbers = readdirSync(folder)
      .filter(takesCalls)
      .map((file) => file.slice(0, 2));
    NUMBERS.should.deepEqual(numbers.sort());
  });

  for (const number of NUMBERS.filter((each) => each !== '03')) {
    it(`${number} passes in both languages`, () => pass(number));
  }

  it('03 passes in both languages while the office is open', () => pass('03', '', filesOf('03 - open')));

  it('03 passes in both languages while the office is closed', () =>
    pass('03', '-closed', filesOf('03 - closed')));

  it('tell what is wrong when somebody has mistyped a number in 02, and no other test fails', async () => {
    const junit = join(temporaryFolder(), 'report.xml');
    const { code, printed } = await examples.test('example-02-broken', filesOf('02'), ['--junit', junit]);
    code.should.equal(1, printed);
    const sentence =
      'FAILED   02 1 rings the sales team: step 3: expected numbers 030 23125101, got +493023125110';
    printed.split('\n').should.containEql(sentence);
    printed.should.containEql('2 passed, 1 failed');
    const report = readFileSync(junit, 'utf8');
    report.should.containEql('<testsuites tests="3" failures="1" errors="0">');
    report.should.containEql('message="step 3: expected numbers 030 23125101, got +493023125110"');
  });

  it('cannot be run where there is no webhook, and say so', async () => {
    const { code, printed } = await examples.test('example-99', filesOf('01'));
    code.should.equal(2);
    printed.should.containEql('NOT RUN  01 The call goes on as usual: there is no webhook at this URL');
  });

  it('27 speaks with callers in both languages', async () => {
    const english = await examples.talk('example-27', ['When are you open?', 'Thank you, bye']);
    english.code.should.equal(0, english.printed);
    english.printed.should.match(/We are open from Monday to Friday[^]*Goodbye\./);
    const german = await examples.talk('beispiel-27', ['Wann haben Sie geöffnet?', 'Danke, tschüs']);
    german.code.should.equal(0, german.printed);
    german.printed.should.match(/Wir haben montags bis freitags[^]*Auf Wiederhören\./);
  });

  it('27 passes saved conversations in both languages', async () => {
    const conversation = (name: string, says: string, hours: string) => {
      const file = join(temporaryFolder(), `${name}.json`);
      const call = { from: '+49 1579 9912345', to: '+49 30 23125000' };
      const steps = [
        { expect: { action: 'speak' } },
        { say: says },
        { expect: { action: 'speak', text: hours } },
      ];
      writeFileSync(file, JSON.stringify({ name, aiFlow: '', call, steps }));
      return file;
    };
    const [english, german, wrong] = await Promise.all([
      examples.testAssistant('example-27', [conversation('hours', 'When are you open?', HOURS.English)]),
      examples.testAssistant('beispiel-27', [
        conversation('zeiten', 'Wann haben Sie geöffnet?', HOURS.Deutsch),
      ]),
      examples.testAssistant('example-27', [conversation('wrong', 'When are you open?', 'Never')]),
    ]);
    english.code.should.equal(0, english.printed);
    german.code.should.equal(0, german.printed);
    wrong.code.should.equal(1, wrong.printed);
    wrong.printed.should.containEql(`wrong: step 3: expected text Never, got ${HOURS.English}`);
  });

  it('29 takes a message in both languages, and sends it', async () => {
    const english = await examples.talk('example-29', ['Ada Lovelace', 'The engine', 'Yes']);
    english.printed.should.containEql('I have noted: Ada Lovelace, about: The engine. Is that right?');
    const german = await examples.talk('beispiel-29', ['Ada Lovelace', 'Die Maschine', 'Ja']);
    german.printed.should.containEql(
      'Ich habe notiert: Ada Lovelace, es geht um: Die Maschine. Ist das richtig?',
    );
    const sent = examples.account.sentSms.map(({ message }) => message).join('\n');
    sent.should.match(/Message from Ada Lovelace \(.*\): The engine/);
    sent.should.match(/Nachricht von Ada Lovelace \(.*\): Die Maschine/);
  });

  it('leave no error in Node-RED', () => {
    const faults = examples
      .log()
      .split('\n')
      .filter((line) => line.includes('[error]'));
    faults.should.deepEqual([]);
  });
});

const isOfficeHours = ({ file }: Example) => file.startsWith('03');
const isMenu = ({ file, language }: Example) => file.startsWith('02') && language === 'English';

/** The office is open from an hour to another one, every day: else the test would see other things at night. */
function withHours(example: Example, opens: number, closes: number): Example {
  return edited(example, 'func', [
    ['[1, 2, 3, 4, 5]', '[0, 1, 2, 3, 4, 5, 6]'],
    ['opens = 9', `opens = ${opens}`],
    ['closes = 17', `closes = ${closes}`],
  ]);
}

/** Nobody's Home Assistant is needed. */
function withVoiceOfThisMachine(example: Example): Example {
  const nodes = example.nodes.map((node) => {
    if (node.type !== 'sipgate-voice' || node['engine'] !== 'wyoming') return node;
    return { ...node, engine: 'command', voice: '' };
  });
  return { ...example, nodes };
}

/** The redirect of key 1 goes to a number with two digits turned around. */
function withWrongNumber(example: Example): Example {
  return edited(example, 'numbers', [['+49 30 23125101', '+49 30 23125110']]);
}

/** Replaces texts in a property; each has to be there. */
function edited(example: Example, property: string, edits: readonly (readonly [string, string])[]): Example {
  let nodes = example.nodes;
  for (const [from, to] of edits) {
    const isThere = (value: unknown): value is string => typeof value === 'string' && value.includes(from);
    nodes.some((node) => isThere(node[property])).should.be.true(`${from} is not in ${example.file}`);
    nodes = nodes.map((node) => {
      const value = node[property];
      return isThere(value) ? { ...node, [property]: value.replace(from, to) } : node;
    });
  }
  return { ...example, nodes };
}
