import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import 'should';
import { countSegments, type SegmentCount } from '../../sipgate/index';

const FILE = join(resolve(__dirname, '../..'), 'resources/sipgate-segments.js');

function inTheDialog(): (text: string) => SegmentCount {
  const window: { sipgateEditor?: { countSegments: (text: string) => SegmentCount } } = {};
  runInNewContext(readFileSync(FILE, 'utf8'), { window });
  if (!window.sipgateEditor) throw new Error(`${FILE} adds nothing to the window`);
  const { countSegments: count } = window.sipgateEditor;
  return (text) => ({ ...count(text) });
}

describe('What the SMS dialog counts', () => {
  const count = inTheDialog();
  const sevenBit = 'aZ5 äöüÄÖÜß@£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæÉ\n\r_!"#¤%&()*+,-./:;<=>?¡§¿Ññà{}[]~^|€\\\f\'';
  const others = ['`', 'ç', 'ê', '°', '“', 'Ж', '🙂', '\t', '中'];

  it('is one segment up to 160 characters, and two from 161 on', () => {
    count('x'.repeat(160)).should.deepEqual({ encoding: 'GSM-7', units: 160, segments: 1 });
    count('x'.repeat(161)).should.deepEqual({ encoding: 'GSM-7', units: 161, segments: 2 });
    count('🙂'.repeat(36)).should.deepEqual({ encoding: 'UCS-2', units: 72, segments: 2 });
  });

  it('is for every character what the runtime counts', () => {
    for (const character of [...sevenBit, ...others]) {
      for (const times of [1, 70, 71, 153, 160, 161]) {
        const text = character.repeat(times);
        count(text).should.deepEqual(countSegments(text), `${times} times ${JSON.stringify(character)}`);
      }
    }
  });

  it('is for every text what the runtime counts', () => {
    const letters = fc.constantFrom(...sevenBit);
    const anything = fc.oneof({ weight: 20, arbitrary: letters }, fc.constantFrom(...others));
    const texts = fc.oneof(
      fc.string({ unit: letters, maxLength: 700 }),
      fc.string({ unit: anything, maxLength: 700 }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        count(text).should.deepEqual(countSegments(text));
      }),
    );
  });
});
