import { xmlLines } from '../../simulator/xml-lines';

describe('the simulator’s XML for eyes', () => {
  it('has one element per line, and what belongs together in one', () => {
    xmlLines(
      '<?xml version="1.0"?>\n<Response> <Dial><Number>49</Number></Dial><Play></Play></Response>',
    ).should.eql([
      '<Response>',
      '  <Dial>',
      '    <Number>49</Number>',
      '  </Dial>',
      '  <Play></Play>',
      '</Response>',
    ]);
  });

  it('leaves alone what is not XML', () => {
    xmlLines('not < XML').should.eql(['not < XML']);
    xmlLines('').should.eql([]);
    xmlLines('</a></b>').should.eql(['</a>', '</b>']);
  });

  it('does not outgrow 64 KiB of elements in elements', () => {
    xmlLines('<a>'.repeat(20_000)).join('\n').length.should.be.below(1_000_000);
  });
});
