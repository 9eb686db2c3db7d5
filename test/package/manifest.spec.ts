import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import should from 'should';
import { PROJECT, projectFiles, readManifest } from './project';

const manifest = readManifest();

describe('package.json', () => {
  it('says who may use it where: Node.js from 20, Node-RED from 4.1 on, also 5', () => {
    manifest.engines.node.should.equal('>=20');
    manifest['node-red'].version.should.equal('>=4.1.0');
    manifest.license.should.equal('MIT');
    manifest.keywords.should.containEql('node-red');
  });

  it('needs six packages at the most, and lets them be mended: no fixed version', () => {
    const ranges = Object.values(manifest.dependencies);
    ranges.length.should.be.belowOrEqual(6);
    ranges.filter((range) => !/^\^\d+\.\d+\.\d+$/.test(range)).should.eql([]);
  });

  it('uses each of them', () => {
    const code = ['sipgate', 'nodes', 'simulator'].flatMap(sources).join('\n');
    const unused = Object.keys(manifest.dependencies).filter(
      (name) => !new RegExp(`['"]${name}['"/]`).test(code),
    );
    unused.should.eql([]);
  });

  it('lists every node, under the name of its file', () => {
    const files = readdirSync(join(PROJECT, 'nodes'))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.editor.ts'))
      .map((name) => name.slice(0, -'.ts'.length));
    const listed = Object.fromEntries(files.map((name) => [name, `dist/nodes/${name}.js`]));
    // an editor plugin may have a file that runs in Node-RED, too
    const { nodes, plugins } = manifest['node-red'];
    const scripts = Object.entries(plugins).filter(([, file]) => file.endsWith('.js'));
    should({ ...nodes, ...Object.fromEntries(scripts) }).eql(listed);
  });

  it('registers each node under that name', () => {
    const wrong = Object.keys(manifest['node-red'].nodes).filter((name) => {
      const [runtime, dialog] = ['ts', 'editor.ts'].map((kind) =>
        readFileSync(join(PROJECT, 'nodes', `${name}.${kind}`), 'utf8'),
      );
      // the runtime names its type itself, or hands it to the helper of the action nodes
      const registers = /\bregister(Type|Action)(<[^>]*>)?\(/.test(runtime ?? '');
      const isRegistered = registers && runtime?.includes(`'${name}'`);
      return !isRegistered || !dialog?.includes(`registerType('${name}'`);
    });
    wrong.should.eql([]);
  });

  it('has a lock file of the same package', () => {
    const lock = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8')) as {
      packages: Record<
        string,
        { name?: string; version?: string; dependencies?: object; devDependencies?: object }
      >;
    };
    const { name, version, dependencies, devDependencies } = lock.packages['']!;
    should({ name, version, dependencies, devDependencies }).eql({
      name: manifest.name,
      version: manifest.version,
      dependencies: manifest.dependencies,
      devDependencies: manifest.devDependencies,
    });
  });

  it('has scripts whose files are there', async () => {
    const files = new Set(await projectFiles());
    const named = Object.values(manifest.scripts).flatMap(
      (line) => line.match(/[\w./-]+\.(mjs|cjs|json)\b/g) ?? [],
    );
    named.length.should.be.above(0);
    named.filter((file) => !files.has(file)).should.eql([]);
  });
});

describe('the files of the project', () => {
  it('name no folder of the machine that they were written on', async () => {
    (await filesWith(/\/(work|root)\/(?!\*)|\/home\/(?!node-red\b|pi\b|runner\b)\w/)).should.eql([]);
  });

  it('name no host of a package registry', async () => {
    (await filesWith(/\bregistry\.[a-z0-9-]+\.[a-z]{2,}|\bnpmjs\.(org|com)\b|"resolved"\s*:/)).should.eql([]);
  });

  it('hold no private key', async () => {
    (await filesWith(/-----BEGIN (RSA |EC )?PRIVATE KEY-----\s*\n[A-Za-z0-9+/=]{60}/)).should.eql([]);
  });
});

async function filesWith(pattern: RegExp): Promise<string[]> {
  const files = (await projectFiles()).filter((file) => !/\.(png|wav|pdf)$/.test(file));
  return files.filter((file) => pattern.test(readFileSync(join(PROJECT, file), 'utf8')));
}

function sources(room: string): string[] {
  return readdirSync(join(PROJECT, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(PROJECT, room, name), 'utf8'));
}
