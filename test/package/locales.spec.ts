import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import should from 'should';

const ROOT = resolve(__dirname, '../..');
const LANGUAGES = ['en-US', 'de'];

const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');
const files = (folder: string, ending: string) =>
  readdirSync(join(ROOT, folder)).filter((name) => name.endsWith(ending));

/** Every key of a catalogue with its text: `sipgate-webhook.label.name` -> `Name`. */
function texts(catalogue: object, prefix = ''): Map<string, string> {
  const entries = Object.entries(catalogue).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? [...texts(value, `${prefix}${key}.`)]
      : [[`${prefix}${key}`, String(value)] as const],
  );
  return new Map(entries);
}

function catalogue(language: string, name: string): Map<string, string> {
  return texts(JSON.parse(read('locales', language, name)) as object);
}

const placeholders = (text: string) => [...new Set(text.match(/__\w+?__/g) ?? [])].sort();

/** A dialog's HTML without its scripts, and only what a user reads of it. */
function visibleTexts(html: string): string[] {
  const templates = [...html.matchAll(/<script type="text\/html"[^>]*>([\s\S]*?)<\/script>/g)].map(
    (match) => match[1] ?? '',
  );
  return templates
    .flatMap((template) => template.split(/<[^>]*>/))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

describe('Texts and icons of the editor', () => {
  const catalogues = [...new Set(LANGUAGES.flatMap((language) => files(`locales/${language}`, '.json')))];
  const dialogs = files('nodes', '.html');
  const templates = dialogs.filter((name) => read('nodes', name).includes('data-template-name'));

  it('there are dialogs to look at', () => {
    templates.should.containDeep([
      'sipgate-webhook.html',
      'sipgate-webhook-in.html',
      'sipgate-webhook-response.html',
    ]);
  });

  for (const name of catalogues) {
    it(`${name} says the same things in each language`, () => {
      const [english, german] = LANGUAGES.map((language) => catalogue(language, name)) as [
        Map<string, string>,
        Map<string, string>,
      ];
      [...german.keys()].sort().should.deepEqual([...english.keys()].sort());
      for (const [key, text] of english) {
        placeholders(german.get(key) ?? '').should.deepEqual(placeholders(text), key);
        [text, german.get(key)].should.not.containEql('');
      }
    });
  }

  it('no English text says “please”, “shall” or “is no … but …”', () => {
    const odd = /\b(please|shall|is no [a-z]+ but|better (take|use)|from \d+ on)\b/i;
    const helps = files('locales/en-US', '.html').map((name) => read('locales/en-US', name));
    const all = [...catalogues.flatMap((name) => [...catalogue('en-US', name).values()]), ...helps];
    all.length.should.be.above(300);
    all.filter((text) => odd.test(text)).should.deepEqual([]);
  });

  for (const name of templates) {
    const type = name.replace('.html', '');
    const html = read('nodes', name);
    const script = read('nodes', `${type}.editor.ts`);

    it(`${type} has help in each language, and it begins with one sentence`, () => {
      for (const language of LANGUAGES) {
        const help = read('locales', language, name);
        help.should.containEql(`data-help-name="${type}"`);
        help.should.match(/data-help-name="[^"]+">\s*<p>[^<]+[.:][^<]*<\/p>/);
      }
    });

    it(`${type} takes every text of its dialog from the catalogue`, () => {
      visibleTexts(html).should.deepEqual([]);
      html.should.not.match(/\b(title|aria-label)="/);
    });

    it(`${type} names only texts that exist`, () => {
      const known = catalogue('en-US', `${type}.json`);
      const attributes = [...html.matchAll(/data-i18n="([^"]+)"/g)].flatMap(
        (match) => match[1]?.split(';') ?? [],
      );
      const calls = [...script.matchAll(/\b_\(\s*'([\w.-]+)'[,)]/g)].map((match) => match[1] ?? '');
      const named = [...attributes.map((key) => key.replace(/^\[[\w-]+\]/, '')), ...calls];
      named.length.should.be.above(3);
      named.filter((key) => !known.has(key)).should.deepEqual([]);
    });

    it(`${type} has a label for every field`, () => {
      const fields = [
        ...html.matchAll(/<(?:input|select|textarea)[^>]*\bid="(node-(?:config-)?input-[\w]+)"[^>]*>/g),
      ];
      const visible = fields.filter((match) => !match[0].includes('type="hidden"')).map((match) => match[1]);
      visible.filter((id) => !html.includes(`for="${id}"`)).should.deepEqual([]);
    });

    it(`${type} uses the colours of the user's theme`, () => {
      const dialog = html + script.replace(/color: '#[0-9a-f]{6}'/, '');
      dialog.should.not.match(/#[0-9a-f]{3,8}\b(?=[;"'\s])|rgba?\(|hsla?\(/i);
    });
  }

  it('the shared styles use the colours of the user’s theme', () => {
    read('nodes', 'sipgate-editor.html').should.not.match(
      /(color|background|border)[^;]*(#[0-9a-f]{3,8}|rgb|hsl|white|black)/i,
    );
  });

  it('every icon is a white drawing of 40 by 60', () => {
    const icons = files('icons', '.svg');
    icons.length.should.be.above(0);
    for (const icon of icons) {
      const svg = read('icons', icon);
      svg.should.match(/<svg[^>]* width="40" height="60" viewBox="0 0 40 60"/, icon);
      [...svg.matchAll(/(?:fill|stroke)="(?!none)([^"]+)"/g)]
        .map((match) => match[1])
        .should.matchEach('#fff');
    }
  });

  it('every icon that a node asks for is there', () => {
    const asked = templates.flatMap((name) =>
      [...read('nodes', name.replace('.html', '.editor.ts')).matchAll(/icon: '([^']+\.svg)'/g)].map(
        (match) => match[1] ?? '',
      ),
    );
    asked.length.should.be.above(0);
    asked.filter((icon) => !existsSync(join(ROOT, 'icons', icon))).should.deepEqual([]);
  });

  it('the help of the account names the scopes that each node needs', () => {
    const needed = {
      sms: ['sessions:sms:write', 'sms:read', 'sms:callerid:write'],
      fax: ['sessions:fax:write', 'faxlines:read', 'history:read'],
      call: ['sessions:calls:write'],
      contacts: ['contacts:read', 'contacts:write'],
      settings: ['settings:sipgateio:read', 'settings:sipgateio:write'],
    };
    for (const language of LANGUAGES) {
      const help = read('locales', language, 'sipgate-account.html');
      const scopes = Object.values(needed).flat();
      scopes.filter((scope) => !help.includes(`<code>${scope}</code>`)).should.deepEqual([], language);
    }
  });

  it('help names examples as they are called in the import menu', () => {
    for (const [language, folder, where] of [
      ['en-US', 'English', 'under Import, Examples'],
      ['de', 'Deutsch', 'unter Import, Beispiele'],
    ] as const) {
      const titles = files(`examples/${folder}`, '.json').map((name) =>
        name.slice('01 - '.length, -'.json'.length),
      );
      const named = files(`locales/${language}`, '.html').flatMap((name) =>
        [...read('locales', language, name).matchAll(new RegExp(`[^.]*${where}`, 'g'))].flatMap(
          ([sentence]) => [...sentence.matchAll(/[“„]([^”“]+)[”“]/g)].map((match) => match[1] ?? ''),
        ),
      );
      named.length.should.be.above(4);
      named.filter((title) => !titles.includes(title)).should.deepEqual([], language);
    }
  });

  it('no example uses an id or a path of another one', () => {
    const folders = ['examples/English', 'examples/Deutsch'];
    const examples = folders.flatMap((folder) =>
      files(folder, '.json').map(
        (name) => JSON.parse(read(folder, name)) as { id: string; type: string; path?: string }[],
      ),
    );
    const ids = examples.flat().map((node) => node.id);
    should(new Set(ids).size).equal(ids.length);
    const paths = examples
      .flat()
      .filter((node) => node.type === 'sipgate-webhook')
      .map((node) => node.path);
    should(new Set(paths).size).equal(paths.length);
  });
});
