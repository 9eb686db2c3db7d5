import should from 'should';
import { checkWav } from '../../../../simulator/network/sound/wav';
import { wav } from '../../webhook';

describe('the simulator plays what sipgate plays', () => {
  it('plays PCM, 16 bit, mono, 8000 Hz, and knows how long it takes', () => {
    checkWav(wav()).should.eql({ playable: true, durationMs: 1000 });
  });

  const skipped: [string, Buffer, RegExp][] = [
    ['stereo', wav({ channels: 2 }), /2 channels/],
    ['CD quality', wav({ rate: 44_100 }), /44100 Hz/],
    ['8 bit', wav({ bits: 8 }), /8 bits/],
    ['compressed sound', wav({ codec: 6 }), /compressed/],
    ['an MP3', Buffer.from('ID3 and so on, a whole song'), /not a WAV/],
    ['an empty file', Buffer.alloc(0), /not a WAV/],
    ['a file that ends in its head', wav().subarray(0, 24), /format is missing/],
    ['a file without sound', wav().subarray(0, 44), /no sound/],
  ];
  for (const [what, file, why] of skipped) {
    it(`skips ${what}`, () => {
      const check = checkWav(file);
      should(check.playable).be.false();
      should('why' in check && check.why).match(why);
    });
  }

  it('finds the sound behind chunks that it does not know', () => {
    const list = Buffer.from('LIST\x03\x00\x00\x00abc\x00', 'latin1');
    const file = Buffer.concat([wav().subarray(0, 36), list, wav().subarray(36)]);
    checkWav(file).should.eql({ playable: true, durationMs: 1000 });
  });
});
