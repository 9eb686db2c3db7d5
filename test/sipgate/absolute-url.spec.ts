import 'should';
import { isAbsoluteUrl } from '../../sipgate';

describe('an absolute URL', () => {
  for (const url of [
    'https://example.org',
    'HTTP://example.org/a?b=c#d',
    'https://user:secret@example.org:8443/sipgate/x',
    'https://[2001:db8::7]/x',
    'https://example.org/höhe',
  ]) {
    it(`is ${url}`, () => isAbsoluteUrl(url).should.be.true());
  }

  for (const [text, why] of [
    ['', 'is empty'],
    ['example.org', 'has no scheme'],
    ['ftp://example.org', 'is neither http nor https'],
    ['https:///a', 'has no host'],
    ['https://exa mple.org', 'has a blank'],
    ['https://example.org/\u0001', 'has a control character'],
    ['https://example.org/\u009b', 'has one of the second block'],
    ['https://example.org/\ufffe', 'has what XML cannot hold'],
    ['https://example.org/\ud800', 'has half a surrogate pair'],
    ['https://example.org:99999/', 'has no such port'],
  ] as const) {
    it(`is none when it ${why}`, () => isAbsoluteUrl(text).should.be.false());
  }
});
