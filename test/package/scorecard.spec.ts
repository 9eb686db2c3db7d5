import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../../scripts/cached.cjs';
import { execute, temporaryFolder } from './project';
import { tarball } from './tarball';

/** What the program tests; the rules are explained in Node-RED's documentation, "Package scorecard". */
const RULES = ['P01', 'P03', 'P04', 'P05', 'P06', 'P07', 'P08', 'N01', 'N02', 'D01', 'D02', 'D03'];

describe('the official scorecard', function () {
  this.timeout(400_000);
  let card: Record<string, { readonly test: boolean }>;
  let printed: string;

  before(async () => {
    const home = join(cached('node-red-dev', ['node-red-dev@0.1.6']), 'node_modules/node-red-dev');
    const output = join(temporaryFolder(), 'card.json');
    const { unpacked } = tarball();
    const shim = join(__dirname, 'offline-catalogue.cjs');
    printed = await execute(
      process.execPath,
      ['-r', shim, join(home, 'bin/run'), 'validate', '-p', unpacked, '-o', output],
      unpacked,
    );
    card = JSON.parse(readFileSync(output, 'utf8')) as typeof card;
  });

  it('could read every dialog', () => {
    printed.should.not.match(/Unable to/);
  });

  for (const rule of RULES) {
    it(`is green: ${rule}`, () => {
      const result = card[rule];
      if (result?.test !== true) throw new Error(`${JSON.stringify(result)}\n${printed}`);
    });
  }

  it('has no other rule that is red', () => {
    Object.entries(card)
      .filter(([rule, result]) => rule !== 'package' && !result.test)
      .should.eql([]);
  });
});
