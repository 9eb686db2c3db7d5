import { apiPath } from '../../../sipgate/index';
import { retryPauseS } from '../../../sipgate/client/retry';
import { isWebPage, wordsOf } from '../../../sipgate/client/server-words';
import { checkedUrl, withoutTrailingSlashes } from '../../../sipgate/client/urls';
import { proxyFor } from '../../../sipgate/client/wire/proxy';
import { tokensIn, typedTokens } from '../../../sipgate/client/login/tokens';
import { shouldGrowLinearly } from '../helpers/growth';

/** What one byte of it made some pattern look at again and again. */
const REPEATED = [
  '/',
  '<title',
  '<',
  ' ',
  '{"errors":[',
  '1',
  ':',
  ':1',
  '.',
  ',',
  '[',
  '${',
  '*',
  'a',
  '\n',
  '"\\',
];

const READERS: Record<string, (text: string) => unknown> = {
  'an error body': (text) => wordsOf(text, ['some secret', text.slice(0, 40)]),
  'a short error body in JSON': (text) => wordsOf(JSON.stringify({ message: text })),
  'what may be a web page': isWebPage,
  'a URL': (text) => checkedUrl(`https://example.org/${text}x`, 'apiUrl'),
  'the end of a URL': (text) => withoutTrailingSlashes(`https://example.org${text}x`),
  'a part of a path': (text) => apiPath`/history/${`${text}x`}`,
  'a Retry-After': (text) => retryPauseS(`${text}x`, 0),
  'a proxy': (text) => proxyFor(new URL('https://example.org'), { url: `${text}x` }, {}),
  'the hosts without a proxy': (text) =>
    proxyFor(new URL('https://example.org'), undefined, { https_proxy: 'p:1', no_proxy: `${text}x` }),
  'one host without a proxy': (text) =>
    proxyFor(new URL('https://example.org'), { url: 'p:1', noProxy: [`${text}x`] }, {}),
  'an access token': (text) => typedTokens({ accessToken: text }),
  'the answer of the login server': (text) => tokensIn(`{"access_token":"${text}`, typedTokens({}), 0),
};

describe('Hostile input', () => {
  for (const [what, read] of Object.entries(READERS))
    it(`as ${what} is read in linear time`, async () => {
      for (const piece of REPEATED)
        await shouldGrowLinearly(10_000, (size) => read(piece.repeat(Math.ceil(size / piece.length))));
    });
});
