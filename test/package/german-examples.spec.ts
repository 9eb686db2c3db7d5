import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import should from 'should';
import { Catalogue } from '../../scripts/examples/catalogue.cjs';
import { EXAMPLES, makeGerman } from '../../scripts/examples/german.cjs';
import { translateNode } from '../../scripts/examples/texts.cjs';

interface ExampleNode {
  readonly id: string;
  readonly type: string;
  readonly [property: string]: unknown;
}

const folder = join(EXAMPLES, 'Deutsch');
const read = (name: string, from = folder) => readFileSync(join(from, name), 'utf8');
const nodesOf = (name: string, from = folder) => JSON.parse(read(name, from)) as ExampleNode[];

describe('The examples', () => {
  it('lie in a folder for each language', () => {
    readdirSync(EXAMPLES).sort().should.deepEqual(['Deutsch', 'English']);
  });

  it('have their number in the name of the tab, in their paths and in what their nodes share', () => {
    for (const [language, path, name] of [
      ['English', 'example', 'Example'],
      ['Deutsch', 'beispiel', 'Beispiel'],
    ] as const) {
      for (const file of readdirSync(join(EXAMPLES, language))) {
        const number = file.slice(0, 2);
        for (const node of nodesOf(file, join(EXAMPLES, language))) {
          if (node.type === 'tab') String(node['label']).should.startWith(`${number} `, file);
          if (node.type === 'sipgate-webhook') should(node['path']).equal(`/sipgate/${path}-${number}`, file);
          if (node.type === 'sipgate-ai-flow')
            should(node['path']).equal(`/sipgate-ai/${path}-${number}`, file);
          if (['sipgate-webhook', 'sipgate-ai-flow', 'sipgate-account'].includes(node.type))
            should(node['name']).equal(`${name} ${number}`, file);
        }
      }
    }
  });
});

describe('The German examples', () => {
  it('are what `npm run examples` makes of the English ones', () => {
    const { files } = makeGerman();
    readdirSync(folder)
      .sort()
      .should.deepEqual(files.map(({ name }) => name).sort());
    for (const { name, text } of files) should(read(name)).equal(text, `${name}: run \`npm run examples\``);
  });

  it('have a German text for each English one, and none for a text that is gone', () => {
    const { catalogue } = makeGerman();
    catalogue.problems().should.deepEqual({ missing: [], unused: [], misfits: [] });
  });

  it('have functions that can be compiled', () => {
    const sources = readdirSync(folder).flatMap((name) =>
      nodesOf(name).flatMap(({ func }) => (typeof func === 'string' ? [func] : [])),
    );
    sources.length.should.be.above(5);
    for (const source of sources) new Script(`(function () {${source}\n})`);
  });

  it('name no path of an English example', () => {
    const named = readdirSync(folder).filter((name) => /\bexample-\d/.test(read(name)));
    named.should.deepEqual([]);
  });
});

describe('What is translated', () => {
  const marked = (node: object) => translateNode(node, (text) => `‹${text}›`) as Record<string, unknown>;

  it('is every name and each line of a comment, without its list sign', () => {
    const { name, info } = marked({ name: 'Read me', info: '# A title\n\n- one\n 2. two\n```\nthree\n```' });
    should(name).equal('‹Read me›');
    should(info).equal('# ‹A title›\n\n- ‹one›\n 2. ‹two›\n‹```›\n‹three›\n‹```›');
  });

  it('is what a function says and its comments, and nothing else of it', () => {
    const func = [
      '// why',
      "const lamp = 'on'; // 1 or 0",
      'node.warn(`It is ${lamp ? "lit" : 1}`);',
      '/* how */ return msg.lamp / 2 / 3;',
    ];
    should(marked({ func: func.join('\n') })['func']).equal(
      [
        '// ‹why›',
        "const lamp = '‹on›'; // ‹1 or 0›",
        'node.warn(`‹It is ${lamp ? "lit" : 1}›`);',
        '/* ‹how› */ return msg.lamp / 2 / 3;',
      ].join('\n'),
    );
  });

  it('is what a browser shows of a page', () => {
    const template = '<style>p { color: red }</style><p class="a">Hello <b>you</b></p><img alt="A lamp">';
    should(marked({ format: 'html', template })['template']).equal(
      '<style>p { color: red }</style><p class="a">‹Hello ›<b>‹you›</b></p><img alt="‹A lamp›">',
    );
  });

  it('are texts in expressions, in values and in whatever looks like a sentence', () => {
    const rules = [
      { t: 'set', p: 'a', to: '"Dear " & name', tot: 'jsonata' },
      { t: 'set', p: 'b', to: '{"say":"Hello"}', tot: 'json' },
      { t: 'set', p: 'c', to: 'payload.text', tot: 'msg' },
      { t: 'eq', v: 'hours', vt: 'str' },
    ];
    const node = {
      type: 'http request',
      rules,
      message: 'Hi',
      messageType: 'str',
      hint: 'press a key',
      mode: 'x',
      url: 'https://a.example/b',
      urlType: 'str',
    };
    marked(node).should.deepEqual({
      ...node,
      rules: [
        { ...rules[0], to: '"‹Dear ›" & name' },
        { ...rules[1], to: '{"say":"‹Hello›"}' },
        rules[2],
        { ...rules[3], v: '‹hours›' },
      ],
      message: '‹Hi›',
      hint: '‹press a key›',
    });
  });
});

describe('The catalogue of the examples', () => {
  const catalogue = (texts: Record<string, string>, code: string[] = []) => new Catalogue({ code, texts });

  it('says a text in German, with the white space around it', () => {
    catalogue({ Count: 'Zählen' }).say('  Count\n', '01').should.equal('  Zählen\n');
  });

  it('prefers what was written for this example, and fills in its number', () => {
    const both = catalogue({
      Answered: 'Angenommen',
      '16: Answered': 'Beantwortet',
      'Example NN': 'Beispiel NN',
    });
    both.say('Answered', '05').should.equal('Angenommen');
    both.say('Answered', '16').should.equal('Beantwortet');
    both.say('Example 16', '16').should.equal('Beispiel 16');
  });

  it('leaves alone what has no words, or is known as code', () => {
    const some = catalogue({}, ['anonymous']);
    for (const text of ['', '+49 30', '{{payload}}', '${count}', '\\n', 'anonymous']) {
      some.say(text, '01').should.equal(text);
    }
    some.problems().should.deepEqual({ missing: [], unused: [], misfits: [] });
  });

  it('tells of a text that nobody has translated, and of one that nobody uses', () => {
    const some = catalogue({ Stop: 'Anhalten', Empty: '' });
    some.say('Go on', '01').should.equal('Go on');
    some.say('Empty', '01').should.equal('Empty');
    some.problems().should.deepEqual({ missing: ['Go on', 'Empty'], unused: ['Stop'], misfits: [] });
    some.completed().texts.should.deepEqual({ 'Go on': '', Empty: '', Stop: 'Anhalten' });
  });

  it('tells of a text that is filled in another way, or calls a node by another name', () => {
    const some = catalogue({
      'It is {{payload}}': 'Es ist {{value}}',
      Count: 'Zählen',
      'Look at **Count**': 'Siehe **Zähler**',
    });
    for (const text of ['It is {{payload}}', 'Count', 'Look at **Count**']) some.say(text, '01');
    some.problems().misfits.should.deepEqual(['It is {{payload}}', 'Look at **Count**']);
  });
});
