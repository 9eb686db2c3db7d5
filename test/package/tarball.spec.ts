import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import should from 'should';
import { PROJECT, readManifest } from './project';
import { tarball, type Tarball } from './tarball';

/** What packs hold beside the files of package.json's list: npm adds these by itself. */
const ALWAYS = ['package.json', 'README.md', 'LICENSE'];
const LARGEST_UNPACKED = 3 * 1024 * 1024;
const manifest = readManifest();

describe('the tarball', function () {
  this.timeout(300_000);
  let packed: Tarball;
  let paths: Set<string>;

  before(() => {
    packed = tarball();
    paths = new Set(packed.entries.map((entry) => entry.path));
  });

  it('holds what the list in package.json says, and nothing else', () => {
    const rooms = [...manifest.files, ...ALWAYS];
    const strangers = [...paths].filter(
      (path) => !rooms.some((room) => path === room || path.startsWith(`${room}/`)),
    );
    strangers.should.eql([]);
    ALWAYS.filter((path) => !paths.has(path)).should.eql([]);
  });

  it('holds no sources, no tests and no leftovers', () => {
    const unwanted =
      /(?<!\.d)\.ts$|\.(spec|test)\.|(^|\/)(test|bench|scripts|node_modules|coverage)\/|\.(map|tgz|log|tsbuildinfo)$/;
    [...paths].filter((path) => unwanted.test(path)).should.eql([]);
  });

  it('is small', () => {
    packed.entries.reduce((sum, { size }) => sum + size, 0).should.be.below(LARGEST_UNPACKED);
  });

  it('has a runtime, a dialog, texts and help in both languages for each node', () => {
    const wanted = Object.entries(manifest['node-red'].nodes).flatMap(([, script]) => {
      const folder = dirname(script);
      const base = script.slice(folder.length + 1, -'.js'.length);
      const texts = ['en-US', 'de'].flatMap((language) =>
        ['json', 'html'].map((kind) => `${folder}/locales/${language}/${base}.${kind}`),
      );
      return [script, script.replace(/\.js$/, '.html'), ...texts];
    });
    wanted.filter((path) => !paths.has(path)).should.eql([]);
  });

  it('has the icons beside the nodes, where Node-RED looks for them', () => {
    const icons = readdirSync(join(PROJECT, 'icons')).map((name) => `dist/nodes/icons/${name}`);
    icons.length.should.be.above(0);
    icons.filter((path) => !paths.has(path)).should.eql([]);
  });

  it('has all examples, in both languages', () => {
    const wanted = ['English', 'Deutsch'].flatMap((language) =>
      readdirSync(join(PROJECT, 'examples', language)).map((name) => `examples/${language}/${name}`),
    );
    wanted.length.should.be.above(40);
    wanted.filter((path) => !paths.has(path)).should.eql([]);
  });

  it('has the script of each dialog in its page, and what they share in the page of the plugin', () => {
    for (const [type, script] of Object.entries(manifest['node-red'].nodes)) {
      const page = text(script.replace(/\.js$/, '.html'));
      page.should.match(new RegExp(`<script type="text/javascript">[^]*registerType\\("${type}", \\{`));
    }
    for (const plugin of Object.values(manifest['node-red'].plugins))
      text(plugin.replace(/\.js$/, '.html')).should.containEql('sipgateEditor');
  });

  it('has dialogs that register before what they share has come: after an installation from the palette it may be late', () => {
    for (const [type, script] of Object.entries(manifest['node-red'].nodes)) {
      const [, code = ''] =
        /<script type="text\/javascript">([^]*)<\/script>/.exec(text(script.replace(/\.js$/, '.html'))) ?? [];
      const registered: string[] = [];
      const registerType = (name: string) => registered.push(name);
      runInNewContext(code, { RED: { _: (key: string) => key, nodes: { registerType } } });
      registered.should.eql([type]);
    }
  });

  it('has everything that its files require', () => {
    const missing = [...scripts()].flatMap(([path, source]) =>
      required(source)
        .filter((name) => !isThere(path, name))
        .map((name) => `${path}: ${name}`),
    );
    missing.should.eql([]);
  });

  it('names the licence of every library that it brings along', () => {
    const notices = text('dist/NOTICES.txt');
    const libraries = [...paths].filter((path) => path.startsWith('dist/libraries/'));
    libraries.should.not.be.empty();
    for (const library of libraries) {
      const name = basename(library, '.js');
      const [, notice] = notices.split(`This package contains ${name} `);
      should(notice)
        .match(/^\d+\.\d+\.\d+:/)
        .and.match(/Copyright \(c\)/);
    }
    // its code is MIT, its data Google's
    notices.should.containEql('Permission is hereby granted').and.containEql('Apache License');
  });

  it('has types that need nothing a user has not got', () => {
    const types = [...paths].filter((path) => path.startsWith('dist/sipgate/') && path.endsWith('.d.ts'));
    types.length.should.be.above(10);
    const missing = types.flatMap((path) =>
      imported(text(path))
        .filter((name) => !isThere(path, name, '.d.ts'))
        .map((name) => `${path}: ${name}`),
    );
    missing.should.eql([]);
  });

  it('has a program that starts by itself', () => {
    const programs = Object.values(manifest.bin);
    programs.length.should.be.above(0);
    for (const program of programs) text(program).should.startWith('#!/usr/bin/env node\n');
  });

  it('tells nothing of the machine that packed it', () => {
    const secrets = [packed.origin, PROJECT, `${homedir()}/`];
    const readable = [...paths].filter((path) => !/\.(wav|png)$/.test(path));
    readable.filter((path) => secrets.some((secret) => text(path).includes(secret))).should.eql([]);
  });

  it('names its main file and its types as they are', () => {
    should([manifest.main, manifest.types].filter((path) => !paths.has(path))).eql([]);
  });

  function text(path: string): string {
    return readFileSync(join(packed.unpacked, path), 'utf8');
  }

  function scripts(): Map<string, string> {
    const found = [...paths].filter(
      (path) => path.startsWith('dist/') && path.endsWith('.js') && !path.includes('/page/'),
    );
    return new Map(found.map((path) => [path, text(path)]));
  }

  /** Whether a file that names a module finds it: in the tarball, in its dependencies, or in Node.js. */
  function isThere(from: string, name: string, extension = '.js'): boolean {
    if (!name.startsWith('.')) return isBuiltin(name) || packageOf(name) in manifest.dependencies;
    const target = join(dirname(from), name);
    return [target, target + extension, `${target}/index${extension}`].some((path) => paths.has(path));
  }
});

function required(source: string): string[] {
  return [...source.matchAll(/\brequire\(["']([^"']+)["']\)/g)].map((match) => match[1] as string);
}

function imported(source: string): string[] {
  return [...source.matchAll(/(?:from |import\()["']([^"']+)["']/g)].map((match) => match[1] as string);
}

/** `@scope/name/file` and `name/file` belong to a package. */
function packageOf(name: string): string {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}
