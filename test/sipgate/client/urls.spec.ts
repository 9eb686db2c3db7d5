import { checkedUrl, queryText, withoutTrailingSlashes } from '../../../sipgate/client/urls';

describe('A URL of the account', () => {
  it('may end in slashes and have blanks around it', () => {
    for (const url of ['https://a.example/v2', 'https://a.example/v2/', ' https://a.example/v2/// '])
      withoutTrailingSlashes(url).should.equal('https://a.example/v2');
    withoutTrailingSlashes('///').should.equal('');
    withoutTrailingSlashes('').should.equal('');
  });

  for (const url of [
    'https://a.example',
    'http://127.0.0.1:8080/v2',
    'HTTPS://a.example',
    'https://ä.example/v2',
  ])
    it(`may be ${url}`, () => checkedUrl(url, 'apiUrl').should.equal(url));

  for (const url of ['', 'a.example/v2', 'ftp://a.example', 'file:///etc/passwd', 'https://', 'javascript:1'])
    it(`must begin with https://, so it is not ${JSON.stringify(url)}`, () => {
      (() => checkedUrl(url, 'oauthUrl')).should.throw(
        '`oauthUrl` must be an address that begins with https://. Enter it in the account, or leave it empty.',
      );
    });

  for (const url of [
    'https://hunter2@a.example',
    'https://:hunter2@a.example',
    'https://me:hunter2@a.example',
    'https://a.example?key=hunter2',
    'https://a.example#hunter2',
  ])
    it(`holds nothing else, and what else is in it is not repeated: ${url}`, () => {
      (() => checkedUrl(url, 'apiUrl')).should.throw(
        '`apiUrl` must be an address and nothing else. Enter it without login, ? and #.',
      );
    });

  it('has at most 2048 characters', () => {
    const url = 'https://a.example/'.padEnd(2048, 'x');
    checkedUrl(url, 'apiUrl').should.equal(url);
    (() => checkedUrl(`${url}x`, 'apiUrl')).should.throw(
      /^`apiUrl` must have at most 2048 characters\. Shorten/,
    );
  });
});

describe('A query', () => {
  it('repeats the key of a list, encodes values and leaves out what is undefined', () => {
    queryText({ types: ['A', 'B&C'], n: 0, yes: false, text: '', none: undefined }).should.equal(
      '?types=A&types=B%26C&n=0&yes=false&text=',
    );
  });

  it('is nothing when there is none', () => {
    queryText({}).should.equal('');
    queryText({ a: undefined, b: [] }).should.equal('');
    queryText().should.equal('');
  });
});
