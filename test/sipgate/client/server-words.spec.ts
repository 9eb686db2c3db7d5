import { isWebPage, wordsOf } from '../../../sipgate/client/server-words';

describe('The words of a server', () => {
  for (const [body, words] of [
    ['{"errors":[{"title":"A","detail":"b"},{"title":"C"},"d",5,null,{}]}', 'A: b; C; d'],
    ['{"name":"A","message":"b"}', 'A: b'],
    ['{"name":"A","message":"A"}', 'A'],
    ['{"message":" b "}', 'b'],
    ['{"error":"invalid_grant","error_description":"no"}', 'invalid_grant: no'],
    ['{"error":{"a":1},"message":5,"title":"  ","detail":"b"}', 'b'],
    ['"This is closed"', 'This is closed'],
    ['  This is closed.\n', 'This is closed.'],
    [`Nobody said "no" to Jörg's (old) number +49211: use application/json, please!`, undefined],
    ['Is 50% off?', undefined],
    ['<html>', 'a web page'],
    ['\n <?xml version="1.0"?>', 'a web page'],
  ] as const)
    it(`are taken from ${body}`, () => wordsOf(body).should.equal(words ?? body));

  for (const body of [
    '',
    ' ',
    'closed',
    '{}',
    '[]',
    'null',
    '5',
    '["a b"]',
    '"word"',
    '{"name":"A"}',
    '{"name":"A","message":""}',
    '{"errors":{"title":"A"}}',
    'a=b c=d',
    'a b:c',
    'a  b',
    'a\tb c',
    'one [two] three',
    '- - -',
    '.env is here',
    'a b,,',
    'x'.repeat(64 * 1024 + 1),
    `{"message":"${'x'.repeat(64 * 1024)}"}`,
  ])
    it(`are not ${JSON.stringify(body.slice(0, 40))}`, () => wordsOf(body).should.equal(''));

  it('are one line of at most 300 characters, without control characters', () => {
    wordsOf(JSON.stringify({ message: `a\u0000\u202e\u2028b \n\t c` })).should.equal('a b c');
    wordsOf(JSON.stringify({ message: 'x'.repeat(300) })).should.equal('x'.repeat(300));
    wordsOf(JSON.stringify({ message: 'x'.repeat(301) })).should.equal(`${'x'.repeat(300)}…`);
  });

  it('hold no secret, however it is written', () => {
    const secret = 'a "b"/ä';
    for (const written of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
      wordsOf(JSON.stringify({ message: `it is ${written}!` }), [secret]).should.equal('it is ***!');
    wordsOf('it is a.b/c?d=e here', ['a.b/c?d=e']).should.equal('it is *** here');
    wordsOf('{"message":"half a pair: \\ud800xy"}', ['\ud800xy']).should.equal('half a pair: ***');
  });

  it('keep what is too short to be one', () => {
    wordsOf('{"message":"at ab abc"}', ['ab', 'abc', '']).should.equal('at ab ***');
  });
});

describe('A web page', () => {
  it('begins with a tag, also behind blanks', () => {
    for (const body of ['<', ' <html>', '\r\n<?xml']) isWebPage(body).should.be.true();
    for (const body of ['', 'a < b', '{"a":"<b>"}']) isWebPage(body).should.be.false();
  });
});
