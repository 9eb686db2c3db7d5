import { formatEntry } from '../../simulator';
import { readOrders } from '../../simulator/network/webhook/orders';
import { readImport } from '../../simulator/rest/endpoints/contact-import';
import { xmlLines } from '../../simulator/xml-lines';

const answer = (xml: string) =>
  formatEntry({
    call: 1,
    atMs: 0,
    text: '',
    kind: 'answer',
    event: 'newCall',
    callId: '',
    status: 200,
    tookMs: 1,
    xmlError: undefined,
    xml,
  });

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('texts from outside that want to be slow', () => {
  const texts: [string, (length: number) => unknown][] = [
    ['declarations without end', (n) => answer('<?xml'.repeat(n / 5))],
    ['closing tags without end', (n) => answer('</'.repeat(n / 2))],
    ['tags with blanks between them', (n) => xmlLines(`<a>${' '.repeat(n)}x`)],
    ['elements in elements', (n) => xmlLines('<a>'.repeat(n / 3))],
    ['entities without end', (n) => readOrders(`<Response onAnswer="${'&a'.repeat(n / 2)}"/>`, 'in')],
    ['a name without end', (n) => readOrders(`<${'a'.repeat(n)}`, 'in')],
    ['attributes', (n) => readOrders(`<Response ${'a="" '.repeat(n / 5)}`, 'in')],
    ['a prolog of blanks', (n) => readOrders(`<?xml version="1.0"${' '.repeat(n)}`, 'in')],
    ['a cell of quotes', (n) => readImport(base64(`firstname,lastname,number\n"${'""'.repeat(n / 2)}`))],
    ['line ends', (n) => readImport(base64('\r'.repeat(n)))],
  ];
  // with a step for each pair of characters these would take minutes
  for (const [what, act] of texts)
    it(`are read or refused, a megabyte of ${what}`, () => {
      try {
        act(1_000_000);
      } catch (error) {
        (error as Error).name.should.equal('XmlError');
      }
    });
});
