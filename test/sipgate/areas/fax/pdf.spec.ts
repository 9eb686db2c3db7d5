import { checkPdf } from '../../../../sipgate/areas/fax/pdf';
import { pdf } from '../../helpers/pdf';

describe('Checking a PDF', () => {
  /** One for the web: its first page has an end of its own, and it says how long it is. */
  const linearized = (missing: number, length?: number) => {
    const first = '1 0 obj\n<< /Linearized 1 /L 0000 /O 3 /E 500 /N 1 >>\nendobj\nstartxref\n0\n%%EOF\n';
    const whole = pdf(first);
    const text = whole
      .toString('latin1')
      .replace('/L 0000', `/L ${String(length ?? whole.length).padStart(4, '0')}`);
    return Buffer.from(text, 'latin1').subarray(0, whole.length - missing);
  };
  const without = (...words: string[]) =>
    Buffer.from(
      words.reduce((text, word) => text.replaceAll(word, ''), pdf().toString('latin1')),
      'latin1',
    );

  const good: Record<string, Uint8Array> = {
    'a plain one': pdf(),
    'one in a Uint8Array': new Uint8Array(pdf()),
    'one with bytes before its header': Buffer.concat([
      Buffer.from('\ufeffMail header\r\n'.repeat(50)),
      pdf(),
    ]),
    'one with another PDF inside': pdf(
      `9 0 obj\n<< /Length 300 >>\nstream\n${pdf().toString('latin1')}\nendstream\nendobj\n`,
    ),
    'one with much behind its end': Buffer.concat([pdf(), Buffer.alloc(5000)]),
    'one that was changed and has two ends': Buffer.concat([
      pdf(),
      Buffer.from('5 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF'),
    ]),
    'one for the web': linearized(0),
    'one for the web that has become shorter since': linearized(0, 9000),
    'one for the web that has become longer since': linearized(0, 500),
    'one without %%EOF': without('%%EOF'),
    'one whose %%EOF is cut': pdf().subarray(0, pdf().lastIndexOf('%%EOF') + 3),
    'one with neither startxref nor %%EOF': without('%%EOF', 'startxref'),
    'one that has a text of objects behind its end': Buffer.concat([
      pdf(),
      Buffer.from('\n-- obj and endobj --'),
    ]),
    'one with Mac line ends': Buffer.from(pdf().toString('latin1').replaceAll('\n', '\r'), 'latin1'),
    'one whose cross-reference is a stream': Buffer.from(
      '%PDF-2.0\n1 0 obj\n<</Type/Catalog>>\nendobj\n2 0 obj\n<</Type/XRef/Root 1 0 R>>\nstream\n\nendstream\nendobj\nstartxref\n46\n%%EOF',
    ),
  };
  for (const [name, file] of Object.entries(good)) {
    it(`accepts ${name}`, () => {
      checkPdf(file, 'file').equals(Buffer.from(file)).should.be.true();
    });
  }

  const bad: Record<string, [unknown, RegExp]> = {
    'a text': ['%PDF-1.4', /must be a Buffer with a PDF, got a text/],
    nothing: [undefined, /`file` is missing/],
    'no bytes': [Buffer.alloc(0), /is empty/],
    'a web page': [Buffer.from('\n<!DOCTYPE html><p>not found'), /must be a PDF, got a web page/],
    'any bytes': [Buffer.from('hello'), /must be a PDF, got a buffer of 5 bytes/],
    'both marks with nothing between': [Buffer.from('%PDF-1.4 any thing %%EOF'), /only the header/],
    'both marks without a version': [Buffer.from('%PDF- 1 0 obj trailer %%EOF'), /must be a PDF/],
    'a header far behind': [Buffer.concat([Buffer.alloc(2000, 32), pdf()]), /must be a PDF/],
    'all marks in any order': [Buffer.from('%PDF-1.4 %%EOF startxref 1 0 obj'), /cut off/],
    'half of one': [pdf().subarray(0, pdf().length / 2), /cut off/],
    'one without all that stands behind its objects': [
      pdf().subarray(0, pdf().lastIndexOf('endobj') + 6),
      /cut off/,
    ],
    'one whose table of objects is cut': [pdf().subarray(0, pdf().lastIndexOf('trailer')), /cut off/],
    'one that was changed, of which the change is cut': [
      Buffer.concat([pdf(), Buffer.from('5 0 obj\n<</Length 100>>\nstream\nabc')]),
      /cut off/,
    ],
    'half of one for the web, which has an end in its first half': [linearized(40), /cut off/],
  };
  for (const [name, [file, problem]] of Object.entries(bad)) {
    it(`refuses ${name}`, () => {
      (() => checkPdf(file, 'file')).should
        .throw(problem)
        .and.throw({ code: 'INVALID_INPUT', field: 'file' });
    });
  }
});
