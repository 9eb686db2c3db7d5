import fc from 'fast-check';
import should from 'should';
import { readXml, XmlError } from '../../../../simulator/network/webhook/xml';

describe('the simulator reads XML strictly', () => {
  it('reads elements, attributes, text and escapes', () => {
    const root = readXml(
      '\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n<!-- hi --><A b="1 &amp; 2" c=\'&#xfc;\'><B>x &lt; y</B><C/></A>\n',
    );
    root.name.should.equal('A');
    ({ ...root.attributes }).should.eql({ b: '1 & 2', c: 'ü' });
    root.children
      .map(({ name, text }) => [name, text])
      .should.eql([
        ['B', 'x < y'],
        ['C', ''],
      ]);
  });

  it('reads CDATA as plain text', () => {
    readXml('<A><![CDATA[a & <b>]]></A>').text.should.equal('a & <b>');
  });

  const broken: [string, string, RegExp][] = [
    ['an unescaped & in text', '<A>a & b</A>', /& is not escaped/],
    ['an unescaped & in an attribute', '<A b="?a=1&b=2"/>', /& is not escaped/],
    ['an unescaped < in an attribute', '<A b="<"/>', /unescaped </],
    ['an attribute without quotes', '<A b=1/>', /not in quotes/],
    ['an attribute without a value', '<A b/>', /has no value/],
    ['the same attribute twice', '<A b="1" b="2"/>', /twice/],
    ['no space between attributes', '<A b="1"c="2"/>', /space is missing/],
    ['a missing end tag', '<A><B></B>', /<\/A> is missing/],
    ['end tags in the wrong order', '<A><B></A></B>', /<B> is closed by <\/A>/],
    ['a second root', '<A/><B/>', /more after/],
    ['text behind the root', '<A/>thanks', /more after/],
    ['nothing at all', '', /expected an element/],
    ['something that is no XML', 'OK', /expected an element/],
    ['a document type', '<!DOCTYPE A><A/>', /document type/],
    ['an unknown entity', '<A>&nbsp;</A>', /&nbsp; is not known/],
    ['an entity that every object has', '<A>&constructor;</A>', /constructor; is not known/],
    ['a control character', '<A>\u0001</A>', /control character/],
    ['a control character in disguise', '<A>&#1;</A>', /not allowed/],
    ['a declaration behind a line break', '\n<?xml version="1.0"?><A/>', /very first/],
    ['another encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><A/>', /ISO-8859-1/],
    ['a comment that never ends', '<A><!-- </A>', /--> is missing/],
    ['a mountain of elements', '<A>'.repeat(5000), /nested too deeply/],
  ];
  for (const [what, source, why] of broken) {
    it(`refuses ${what}`, () => should(() => readXml(source)).throw(why));
  }

  it('never fails with anything but XmlError, whatever comes', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      'A',
      '"',
      '=',
      ' ',
      '&',
      ';',
      '<!--',
      '-->',
      '<![CDATA[',
      '?',
      '#',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 30 }), (pieces) => {
        try {
          readXml(pieces.join(''));
        } catch (error) {
          should(error).be.instanceof(XmlError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  // a way to read that looks at everything again and again takes longer for this than a test may
  it('reads 1 MiB of hostile text once', () => {
    for (const hostile of [
      '<A '.repeat(350_000),
      '&'.repeat(1_000_000),
      '<!--'.repeat(250_000),
      `<A b="${'&#1'.repeat(350_000)}"/>`,
    ]) {
      should(() => readXml(hostile)).throw(XmlError);
    }
  });
});
