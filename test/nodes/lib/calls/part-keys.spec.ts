import 'should';
import { PART_NAMES } from '../../../../nodes/lib/calls/call';
import { partKeys, shortId } from '../../../../nodes/lib/calls/part-keys';

const KEYS = partKeys('call_', PART_NAMES);
const HASH = /^[0-9a-f]{64}$/;

describe('The keys under which a leg is stored', () => {
  it('are the call id, with the name of the part behind it', () =>
    KEYS.all('A1').should.deepEqual([
      'call_A1',
      'call_A1_answer',
      'call_A1_hangup',
      'call_A1_digits',
      'call_A1_notes',
      'call_A1_legs',
    ]));

  it('hold a hash where an id is more than one plain word, another one for each id', () => {
    const odd = ['a-1', 'a.1', 'a 1', ' a1', 'a1 ', '', 'ä', 'a_1', 'a'.repeat(129)];
    const keys = odd.map((id) => KEYS.base(id));
    for (const key of keys) key.replace('call_', '').should.match(HASH);
    new Set(keys).size.should.equal(odd.length);
    KEYS.base('a'.repeat(128)).should.equal(`call_${'a'.repeat(128)}`);
    KEYS.base('Zz09').should.equal('call_Zz09');
  });

  it('tell which leg they belong to', () => {
    for (const name of PART_NAMES) KEYS.baseIn(KEYS.of('call_A1', name)).should.equal('call_A1');
    KEYS.baseIn('call_answer').should.equal('call');
    KEYS.baseIn('call_answered').should.equal('call_answered');
  });
});

describe('The id by which a leg is kept', () => {
  it('is the call’s up to 128 characters, and for a longer one its hash', () => {
    shortId('x'.repeat(128)).should.equal('x'.repeat(128));
    shortId('x'.repeat(129))
      .should.match(HASH)
      .and.not.equal(shortId('x'.repeat(130)));
    shortId().should.equal('');
  });
});
