import should from 'should';
import { countSegments } from '../../../../sipgate/index';

describe('Counting the segments of an SMS', () => {
  const cases: [string, string, 'GSM-7' | 'UCS-2', number, number][] = [
    ['nothing', '', 'GSM-7', 0, 0],
    ['one letter', 'a', 'GSM-7', 1, 1],
    ['160 letters', 'a'.repeat(160), 'GSM-7', 160, 1],
    ['161 letters', 'a'.repeat(161), 'GSM-7', 161, 2],
    ['306 letters', 'a'.repeat(306), 'GSM-7', 306, 2],
    ['307 letters', 'a'.repeat(307), 'GSM-7', 307, 3],
    ['umlauts and Greek capitals', 'äöüÄÖÜßΔ@', 'GSM-7', 9, 1],
    ['80 euros, which take two each', '€'.repeat(80), 'GSM-7', 160, 1],
    ['81 euros', '€'.repeat(81), 'GSM-7', 162, 2],
    // 153 is odd: 76 euros fill a segment, the last septet stays empty
    ['153 euros, no pair split', '€'.repeat(153), 'GSM-7', 306, 3],
    ['70 letters with one beyond GSM-7', `${'a'.repeat(69)}š`, 'UCS-2', 70, 1],
    ['71 letters with one beyond GSM-7', `${'a'.repeat(70)}š`, 'UCS-2', 71, 2],
    ['an emoji', '😀', 'UCS-2', 2, 1],
    ['67 emojis, no pair split', '😀'.repeat(67), 'UCS-2', 134, 3],
  ];
  for (const [name, text, encoding, units, segments] of cases) {
    it(`says ${segments} for ${name}`, () => {
      should(countSegments(text)).deepEqual({ encoding, units, segments });
    });
  }
});
